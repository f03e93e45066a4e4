/** A request as it goes over the wire, before anything of it is made valid or decoded. */
export interface FuzzRequest {
  readonly method: string;
  /** Encoded already, or wrongly so. */
  readonly path: string;
  /** Encoded already, or wrongly so; `value` undefined stands for a name without `=`. */
  readonly query: readonly Pair[];
  /** A name may stand there twice. */
  readonly headers: readonly Pair[];
  readonly body: Body | undefined;
}

export type Pair = readonly [name: string, value: string];

interface Body {
  readonly text: string;
  /** latin1 is for bytes that are no UTF-8. */
  readonly encoding: 'utf8' | 'latin1';
}

/** Path and query, as they stand in the first line of a request. */
export function targetOf({ path, query }: FuzzRequest): string {
  return query.length === 0 ? path : `${path}?${query.map(([name, value]) => `${name}=${value}`).join('&')}`;
}

export function headerOf({ headers }: FuzzRequest, name: string): string | undefined {
  return headers.find(([one]) => one.toLowerCase() === name)?.[1];
}

/** The request with a header, instead of the one of that name. */
export function withHeader(request: FuzzRequest, name: string, value: string): FuzzRequest {
  const others = request.headers.filter(([one]) => one.toLowerCase() !== name.toLowerCase());
  return { ...request, headers: [...others, [name, value]] };
}

/** What a failing request weighs: of two that fail in the same way, the lighter one says more. */
export function weightOf(request: FuzzRequest): number {
  const pairs = [...request.query, ...request.headers];
  const said = pairs.reduce((sum, [name, value]) => sum + name.length + value.length + 2, 0);
  return request.path.length + said + (request.body ? request.body.text.length + 2 : 0);
}

/** As JSON on one line, to be kept as a test. */
export function shown(request: FuzzRequest): string {
  return JSON.stringify(request);
}
