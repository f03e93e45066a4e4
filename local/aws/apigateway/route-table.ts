import type { RouteResource } from '../../assembly/http-apis.ts';

export interface RouteMatch {
  readonly route: RouteResource;
  /** Decoded twice, as `raw` of the path; empty for a route without parameters. */
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

  /** @param path decoded once: `matched` of `decodePath` */
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

/** The two forms in which API Gateway holds the path of a request. */
export interface RequestPath {
  /** Decoded once. API Gateway matches it with the routes. */
  readonly matched: string;
  /** Decoded twice. The function gets it as `rawPath` and as `requestContext.http.path`. */
  readonly raw: string;
}

/**
 * Decodes the path of a request as an HTTP API does. Captures of a deployed API (2026, payload format 2.0) show `a%2Fb`
 * as `a/b`, `a%3Fb` as `a`, `a%23b` as `a#b`, `a%252Fb` as `a/b`, `a%253Fb` as `a?b`, and `a%25b` refused with
 * 400: a path is decoded, cut at the first question mark, and decoded again. Users report that `a%252Fb` matches one
 * parameter of a route and that `a%2Fb` matches two segments, so routes are matched between the two.
 *
 * @returns undefined for a path with an escape that is not complete, before or after the first decoding
 */
export function decodePath(encoded: string): RequestPath | undefined {
  const matched = decoded(encoded)?.split('?')[0];
  const raw = matched === undefined ? undefined : decoded(matched);
  return matched === undefined || raw === undefined ? undefined : { matched, raw };
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
        // Decoded a second time: a slash that is encoded twice is how users get one into a parameter.
        found.push([part.name, decoded(segment) ?? segment]);
        break;
      case 'greedy': {
        const rest = segments.slice(index).join('/');
        if (rest === '') return undefined;
        found.push([part.name, decoded(rest) ?? rest]);
        return Object.fromEntries(found);
      }
      default:
        part satisfies never;
    }
  }
  return segments.length === parts.length ? Object.fromEntries(found) : undefined;
}

/** Bytes that are not UTF-8 become U+FFFD (unverified; the function refuses that character everywhere). */
function decoded(text: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined;
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
