/** What goes out. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const JSON_TYPE = 'application/json';

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return text(status, JSON_TYPE, JSON.stringify(body), headers);
}

/** @param type the value of Content-Type */
export function text(
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  // Every answer is what stands there now, for this caller.
  return { status, headers: { 'content-type': type, 'cache-control': 'no-store', ...headers }, body };
}
