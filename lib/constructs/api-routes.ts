import { Duration } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import { type ApiSide, ROUTE_NAMES, ROUTES } from '../../lambda/contract/routes.ts';
import type { HandlerFunction } from './handler-function.ts';

/** Of the functions: below API Gateway's 30 s, and above the 25 s after which they answer that it took too long. */
export const API_TIMEOUT = Duration.seconds(29);

/** A route with the key by which API Gateway knows it: `<METHOD> <path>`. */
export interface DeclaredRoute {
  readonly key: string;
  readonly route: HttpRoute;
}

/**
 * Declares the routes of one side, served by its function. They and the permission to call the function become part
 * of the scope's stack, which may be another than the API's: the stack that has the function.
 */
export function declareRoutes(
  scope: Construct,
  api: HttpApi,
  side: ApiSide,
  handler: HandlerFunction,
): DeclaredRoute[] {
  const integration = new HttpLambdaIntegration(
    `${side[0]?.toUpperCase()}${side.slice(1)}Routes`,
    handler.function,
    {
      // One permission for the API as a whole: a function's policy has room for 20 KB.
      scopePermissionToRoute: false,
    },
  );
  return ROUTE_NAMES.filter((name) => ROUTES[name].side === side).map((name) => {
    const { method, path } = ROUTES[name];
    const route = new HttpRoute(scope, `${method}${path}`, {
      httpApi: api,
      routeKey: HttpRouteKey.with(path, HttpMethod[method]),
      integration,
    });
    return { key: `${method} ${path}`, route };
  });
}
