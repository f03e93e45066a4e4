import { ArnFormat, Stack } from 'aws-cdk-lib';
import { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { Construct } from 'constructs';
import { ROUTES, type RouteName } from '../../lambda/contract/routes.ts';
import { declareRoutes } from './api-routes.ts';
import type { HandlerFunction } from './handler-function.ts';

export interface OperationsApiProps {
  readonly stage: string;
  /** What serves the routes of these two sides. */
  readonly functions: Readonly<Record<'read' | 'write', HandlerFunction>>;
}

/** Physical name of the API. */
export function apiName(stage: string): string {
  return `image-version-operations-${stage}`;
}

/** The stage that is served without a prefix: lib/constructs/api-stage.ts. */
export const STAGE = '$default';

/**
 * The HTTP API: the routes of lambda/contract/routes.ts and no other, each for callers that IAM lets in. Those of
 * the inventory, of statements and of manifests are declared in their own stacks, and the stage after all of them. A path that is no route is answered by API Gateway itself and reaches
 * no function.
 */
export class OperationsApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: OperationsApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'HttpApi', {
      apiName: apiName(props.stage),
      description: 'Durable operations on SageMaker image versions',
      createDefaultStage: false,
      defaultAuthorizer: new HttpIamAuthorizer(),
    });
    declareRoutes(this.api, this.api, 'read', props.functions.read);
    declareRoutes(this.api, this.api, 'write', props.functions.write);
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
