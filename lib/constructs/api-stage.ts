import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { CfnStage, type HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeclaredRoute } from './api-routes.ts';
import { STAGE } from './operations-api.ts';

export interface ApiStageProps {
  readonly api: HttpApi;
  /** Physical name of the API; its access log is found by it. */
  readonly apiName: string;
  readonly logRetention: RetentionDays;
  /** Requests of all callers together; twice as many may come at once. */
  readonly requestsPerSecond: number;
  /** Routes whose requests hold a function for long. Each has a bound of its own, below the one of the stage. */
  readonly slowRoutes: readonly DeclaredRoute[];
}

/**
 * The part of the stage's rate that each slow route may have: docs/decisions/017-concurrency.md. A route's own limit takes the
 * place of the stage's for its requests (API Gateway developer guide, "Throttling requests to your HTTP API").
 */
const SLOW_ROUTE_SHARE = 10;

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
 * The API's one stage: who may ask how much, and what is logged of it. Not beside the API: API Gateway takes the settings of a
 * route only once it has the route ("Unable to find Route by key"), so the stage comes after the routes of every stack.
 */
export class ApiStage extends Construct {
  constructor(scope: Construct, id: string, props: ApiStageProps) {
    super(scope, id);
    const { requestsPerSecond } = props;
    const accessLog = new LogGroup(this, 'AccessLog', {
      // CloudWatch Logs' resource policy of an account is spared by this prefix (it is limited in size).
      logGroupName: `/aws/vendedlogs/apis/${props.apiName}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: props.api,
      stageName: STAGE,
      autoDeploy: true,
      throttle: { rateLimit: requestsPerSecond, burstLimit: 2 * requestsPerSecond },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    const resource = stage.node.defaultChild;
    if (!(resource instanceof CfnStage)) throw new Error('An HttpStage without its resource');
    const slow = Math.ceil(requestsPerSecond / SLOW_ROUTE_SHARE);
    resource.routeSettings = Object.fromEntries(
      props.slowRoutes.map(({ key }) => [key, { ThrottlingRateLimit: slow, ThrottlingBurstLimit: 2 * slow }]),
    );
    stage.node.addDependency(...props.slowRoutes.map(({ route }) => route));
    new CfnOutput(Stack.of(this), 'ApiUrl', {
      value: stage.url,
      description: 'Address of the HTTP API, for signed requests',
    });
  }
}
