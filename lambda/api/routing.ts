import { ROUTES } from '../contract/routes.ts';

/** From paths to routes, as far as the router of a function does not do it. */

/** The methods that a path takes, on either side of the API; none where it is no path of the API. */
export function methodsOf(path: string): string[] {
  if (routablePath(path) === undefined) return [];
  const given = segmentsOf(path);
  return Object.values(ROUTES)
    .filter((route) => {
      const wanted = segmentsOf(route.path);
      return (
        wanted.length === given.length &&
        wanted.every((segment, index) => segment.startsWith('{') || segment === given[index])
      );
    })
    .map(({ method }) => method);
}

/** A path without its trailing slash, which counts for nothing. */
function segmentsOf(path: string): string[] {
  return path.replace(/\/$/, '').split('/');
}

/**
 * A path that a URL can be made of without its meaning something else. API Gateway hands paths on decoded, and a
 * URL drops tabs and line feeds, takes `\` for `/`, and resolves dots: version `1<tab>0` would be version 10.
 *
 * @returns undefined for a path with `.` or `..` in it, which is none of the API's
 */
export function routablePath(path: string): string | undefined {
  if (path.split('/').some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) return undefined;
  return path.toWellFormed().replaceAll(/[^\x21-\x7e]|[?#\\]/gu, encodeURIComponent);
}
