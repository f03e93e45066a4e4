import { ROUTES, type RouteName } from '../contract/routes.ts';
import type { HttpApiEvent } from './request.ts';

/** From the route that API Gateway matched to one of ours. Nothing is matched a second time here. */

/** The key by which API Gateway knows a route. */
export function routeKeyOf(name: RouteName): string {
  const { method, path } = ROUTES[name];
  return `${method} ${path}`;
}

/**
 * Whether the path of a request is the path of its route with the parameters filled in.
 *
 * API Gateway decodes a path twice, and matches its routes after the first time. A slash that is encoded twice is then part
 * of a parameter for the route, and parts two segments in the path: the caller means one thing and IAM may have judged
 * another, so such a request is refused. A question mark that is encoded once cannot be seen: API Gateway cuts the path there.
 */
export function pathAddsUp(
  name: RouteName,
  { rawPath, pathParameters = {}, requestContext }: HttpApiEvent,
): boolean {
  const wanted = ROUTES[name].path.replaceAll(
    /\{(\w+)\}/g,
    (_braces, parameter: string) => pathParameters[parameter] ?? '',
  );
  const slashes = (path: string) => path.split('/').length;
  return (
    rawPath === wanted &&
    requestContext.http.path === wanted &&
    slashes(wanted) === slashes(ROUTES[name].path)
  );
}
