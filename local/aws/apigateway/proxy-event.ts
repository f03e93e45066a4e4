/** The event of a Lambda proxy integration, payload format 2.0 (API Gateway developer guide). */
import type { IncomingMessage } from 'node:http';
import { LOCAL_ACCOUNT } from '../service.ts';
import type { IamCaller } from './caller.ts';
import type { RouteMatch } from './route-table.ts';

export interface ProxiedRequest {
  readonly apiId: string;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly request: IncomingMessage;
  readonly body: Buffer;
  /** Decoded twice, see `decodePath`. */
  readonly path: string;
  readonly rawQuery: string;
  readonly match: RouteMatch;
  /** For routes that IAM guards. */
  readonly caller: IamCaller | undefined;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/** As JSON, for what is undefined is left out. */
export function proxyEvent(proxied: ProxiedRequest): string {
  const { apiId, requestId, time, request, body, path, rawQuery, match, caller, stageVariables } = proxied;
  const domainName = hostOf(request);
  const routeKey = match.route.key;
  const { cookies, headers } = headersOf(request);
  const binary = isBinary(request);
  return JSON.stringify({
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: rawQuery,
    cookies,
    headers,
    queryStringParameters: queryOf(rawQuery),
    requestContext: {
      accountId: LOCAL_ACCOUNT,
      apiId,
      authorizer: caller && { iam: caller },
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: sourceIp(request),
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: commonLogTime(time),
      timeEpoch: time,
    },
    pathParameters: filled(match.pathParameters),
    stageVariables: filled(stageVariables),
    body: body.length === 0 ? undefined : body.toString(binary ? 'base64' : 'utf8'),
    isBase64Encoded: binary && body.length > 0,
  });
}

/** In AWS the name by which the client called too, so links made of it lead back here. */
export function hostOf(request: IncomingMessage): string {
  return request.headers.host ?? 'localhost';
}

export function sourceIp(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? '127.0.0.1';
}

/** `24/Nov/2026:10:00:00 +0000` */
export function commonLogTime(time: number): string {
  const [, day, month, year, clock] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(time).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${clock} +0000`;
}

/** Names in lower case, repeated ones joined by commas, cookies apart (developer guide, payload format 2.0). */
function headersOf(request: IncomingMessage): {
  cookies: readonly string[] | undefined;
  headers: Readonly<Record<string, string>>;
} {
  const headers = new Map<string, string>();
  const cookies: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? '').toLowerCase();
    const value = request.rawHeaders[index + 1] ?? '';
    // The connection between the client and API Gateway is none of the function's.
    if (name === 'connection' || name === 'transfer-encoding' || name === 'expect') continue;
    if (name === 'cookie') cookies.push(...value.split(/;\s*/).filter((cookie) => cookie !== ''));
    else headers.set(name, headers.has(name) ? `${headers.get(name)},${value}` : value);
  }
  const port = hostOf(request).split(':')[1] ?? '80';
  const added = {
    'x-forwarded-for': sourceIp(request),
    'x-forwarded-port': port,
    'x-forwarded-proto': 'http',
  };
  return {
    cookies: cookies.length > 0 ? cookies : undefined,
    headers: { ...Object.fromEntries(headers), ...added },
  };
}

function queryOf(rawQuery: string): Readonly<Record<string, string>> | undefined {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    values.set(name, values.has(name) ? `${values.get(name)},${value}` : value);
  }
  return filled(Object.fromEntries(values));
}

function filled(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  return Object.keys(record).length > 0 ? record : undefined;
}

/**
 * Which bodies come as base64. AWS documents no list; text, JSON, XML and JavaScript under their plain names
 * were seen to come as text, forms and `+json` types as base64 (unverified).
 */
function isBinary(request: IncomingMessage): boolean {
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') return true;
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return !/^(?:text\/.*|application\/(?:json|xml|javascript))$/.test(type);
}
