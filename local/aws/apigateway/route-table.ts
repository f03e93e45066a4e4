import { types } from 'node:util';
import type { RouteResource } from '../../assembly/http-apis.ts';

export interface RouteMatch {
  readonly route: RouteResource;
  /** Decoded; empty for a route without parameters. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

type Part =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'parameter' | 'greedy'; readonly name: string };

interface Entry {
  readonly route: RouteResource;
  readonly method: string;
  readonly parts: readonly Part[];
}

/**
 * Finds the route of a request as API Gateway v2 does: the most specific path wins, and of equal paths the one
 * that names the method. (API Gateway developer guide, "routing requests".)
 */
export class RouteTable {
  readonly #entries: readonly Entry[];
  readonly #fallback: RouteResource | undefined;

  constructor(routes: readonly RouteResource[]) {
    this.#fallback = routes.find(({ key }) => key === '$default');
    this.#entries = routes
      .filter(({ key }) => key !== '$default')
      .map(entryOf)
      .sort(moreSpecificFirst);
  }

  /** @param path decoded once, see `decodePath` */
  match(method: string, path: string): RouteMatch | undefined {
    const segments = path.slice(1).split('/');
    for (const { route, method: wanted, parts } of this.#entries) {
      if (wanted !== 'ANY' && wanted !== method) continue;
      const pathParameters = matched(parts, segments);
      if (pathParameters) return { route, pathParameters };
    }
    return this.#fallback && { route: this.#fallback, pathParameters: {} };
  }
}

/**
 * What API Gateway takes for the path: decoded before routes are matched, so that an encoded slash parts
 * segments, and cut off at a question mark that was encoded (both seen by users of HTTP APIs).
 */
export function decodePath(encoded: string): string {
  return decoded(encoded).split('?')[0] ?? '';
}

function entryOf(route: RouteResource): Entry {
  const [method = '', path = ''] = route.key.split(' ');
  return { route, method, parts: path.slice(1).split('/').map(partOf) };
}

function partOf(segment: string): Part {
  const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(segment) ?? [];
  if (name === undefined) return { kind: 'exact', text: segment };
  return { kind: greedy === '+' ? 'greedy' : 'parameter', name };
}

const RANK = { exact: 0, parameter: 1, greedy: 2 } as const;

function moreSpecificFirst(a: Entry, b: Entry): number {
  for (let index = 0; index < Math.min(a.parts.length, b.parts.length); index += 1) {
    const difference = RANK[a.parts[index]?.kind ?? 'greedy'] - RANK[b.parts[index]?.kind ?? 'greedy'];
    if (difference !== 0) return difference;
  }
  return b.parts.length - a.parts.length || Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function matched(
  parts: readonly Part[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const found: [string, string][] = [];
  for (const [index, part] of parts.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    switch (part.kind) {
      case 'exact':
        if (segment !== part.text) return undefined;
        break;
      case 'parameter':
        if (segment === '') return undefined;
        // Decoded once more: a doubly encoded slash is how users get one into a parameter.
        found.push([part.name, decoded(segment)]);
        break;
      case 'greedy': {
        const rest = segments.slice(index).join('/');
        if (rest === '') return undefined;
        found.push([part.name, decoded(rest)]);
        return Object.fromEntries(found);
      }
      default:
        part satisfies never;
    }
  }
  return segments.length === parts.length ? Object.fromEntries(found) : undefined;
}

/** Text with a percent sign that begins no escape stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // A URIError is of another realm in a test's sandbox, so it is told by its name.
    if (types.isNativeError(error) && error.name === 'URIError') return text;
    throw error;
  }
}
