import { isJsonArray, isJsonObject, type Json, type JsonObject, parseJson } from '../../json.ts';

/** An answer of the HTTP API on its way to the client. */
export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

/** An answer in API Gateway's own name. */
export function gatewayAnswer(status: number, message: string): HttpAnswer {
  return json(status, JSON.stringify({ message }));
}

/**
 * What a function's result means as an answer, payload format 2.0: an object without `statusCode` is itself the
 * body of a 200. Undefined for a result that API Gateway cannot use, which it answers with a 500.
 */
export function answerOf(payload: string): HttpAnswer | undefined {
  const result = parseJson(payload);
  if (typeof result === 'string') return json(200, result);
  if (!isJsonObject(result) || result.statusCode === undefined) return json(200, payload);
  const status = statusOf(result.statusCode);
  const headers = headersOf(result.headers);
  const cookies = cookiesOf(result.cookies);
  const body = bodyOf(result);
  if (status === undefined || !headers || !cookies || !body) return undefined;
  // What API Gateway says a body is when its function does not (unverified).
  return { status, headers: { 'content-type': 'text/plain;charset=UTF-8', ...headers }, cookies, body };
}

function json(status: number, text: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: Buffer.from(text),
  };
}

function statusOf(value: Json): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value;
  if (typeof status !== 'number' || !Number.isInteger(status)) return undefined;
  return status >= 200 && status <= 599 ? status : undefined;
}

/** Headers that belong to the connection, which API Gateway sets itself. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set(['connection', 'content-length', 'transfer-encoding']);

function headersOf(value: Json | undefined): Record<string, string> | undefined {
  if (value === undefined || value === null) return {};
  if (!isJsonObject(value)) return undefined;
  const headers: Record<string, string> = {};
  for (const [name, given] of Object.entries(value)) {
    if (given === null || typeof given === 'object') return undefined;
    const text = String(given);
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) {
      return undefined;
    }
    if (!OF_THE_CONNECTION.has(name.toLowerCase())) headers[name.toLowerCase()] = text;
  }
  return headers;
}

function cookiesOf(value: Json | undefined): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  if (!isJsonArray(value)) return undefined;
  const cookies = value.filter((cookie) => typeof cookie === 'string');
  return cookies.length === value.length ? cookies : undefined;
}

function bodyOf({ body, isBase64Encoded }: JsonObject): Buffer | undefined {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== 'string') return undefined;
  return Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
}
