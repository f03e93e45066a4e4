import * as z from 'zod/mini';
import { ROUTES, type RouteName } from '../contract/routes.ts';
import { ROUTE_INPUTS } from './inputs.ts';

/** What API Gateway answers in its own name, before or in place of a function. A path that is no route is in no operation. */

export const GATEWAY_SHAPES = { GatewayMessage: z.strictObject({ message: z.string() }) } as const;

/** @returns by status, when it is answered to a request of the route */
export function gatewayAnswers(name: RouteName): Readonly<Record<number, string>> {
  const hasParameters = ROUTES[name].path.includes('{');
  return {
    ...(hasParameters
      ? {
          400: 'API Gateway: the path has a percent sign that begins no escape.',
          404: 'API Gateway: a parameter with a slash in it leads to no route.',
        }
      : {}),
    403: 'API Gateway: IAM does not let the caller in.',
    ...(ROUTE_INPUTS[name].body.length > 0 ? { 413: 'API Gateway: the body has more than 10 MB.' } : {}),
    429: "API Gateway: the stage's rate is used up.",
    500: 'API Gateway: the function failed.',
    503: 'API Gateway: the function did not answer within 30 s.',
  };
}
