import { ArnFormat, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ROUTES, type RouteName } from '../../lambda/contract/routes.ts';
import { declareRoutes } from './api-routes.ts';
import type { HandlerFunction } from './handler-function.ts';

export interface OperationsApiProps {
  /** Physical name of the API; its access log is found by it. */
  readonly apiName: string;
  /** What serves the routes of these two sides. */
  readonly functions: Readonly<Record<'read' | 'write', HandlerFunction>>;
  readonly logRetention: RetentionDays;
  /** Over all callers together; twice as many may come at once. */
  readonly requestsPerSecond: number;
}

const STAGE = '$default';

/** What the access log tells of a request: who, what and how long; never a body, a query or a header. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  routeKey: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  caller: '$context.identity.userArn',
  sourceIp: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
};

/**
 * The HTTP API: the routes of lambda/contract/routes.ts and no other, each for callers that IAM lets in. Those of
 * the inventory are declared in its own stack. A path that is no route is answered by API Gateway itself and reaches
 * no function.
 */
export class OperationsApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: OperationsApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'HttpApi', {
      apiName: props.apiName,
      description: 'Durable operations on SageMaker image versions',
      createDefaultStage: false,
      defaultAuthorizer: new HttpIamAuthorizer(),
    });
    declareRoutes(this.api, this.api, 'read', props.functions.read);
    declareRoutes(this.api, this.api, 'write', props.functions.write);
    const accessLog = new LogGroup(this, 'AccessLog', {
      // CloudWatch Logs' resource policy of an account is spared by this prefix (it is limited in size).
      logGroupName: `/aws/vendedlogs/apis/${props.apiName}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: STAGE,
      autoDeploy: true,
      throttle: { rateLimit: props.requestsPerSecond, burstLimit: 2 * props.requestsPerSecond },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    new CfnOutput(Stack.of(this), 'ApiUrl', {
      value: stage.url,
      description: 'Address of the HTTP API, for signed requests',
    });
  }

  /** What IAM calls a route: parameters are whatever a caller writes in their place. */
  arnOf(name: RouteName): string {
    const { method, path } = ROUTES[name];
    return Stack.of(this).formatArn({
      service: 'execute-api',
      resource: this.api.apiId,
      resourceName: `${STAGE}/${method}${path.replaceAll(/\{\w+\}/g, '*')}`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }
}
