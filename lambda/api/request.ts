/** What came in, before anything of it is believed. */
export interface ApiRequest {
  readonly method: string;
  /** As API Gateway hands it on: decoded twice, and cut at an encoded question mark. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** By lower-case names; one that was given twice is joined with commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** undefined where there is none; the bytes where it was no text. */
  readonly body: string | Uint8Array | undefined;
  /** Who asks: an ARN. */
  readonly caller: string;
  readonly requestId: string;
  /** Epoch milliseconds at which it came. */
  readonly receivedAt: number;
}

/** An event of an HTTP API with payload version 2.0, as far as it is read. */
export interface HttpApiEvent {
  readonly version: '2.0';
  /** The route that API Gateway matched: its method and its path with parameters in braces. */
  readonly routeKey: string;
  /** Decoded twice. */
  readonly rawPath: string;
  readonly rawQueryString: string;
  /** Of the route, decoded twice; absent for a route without parameters. */
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: {
    readonly requestId: string;
    readonly http: { readonly method: string; readonly path: string };
    /** Of the caller that API Gateway's IAM authorizer let in. */
    readonly authorizer?: { readonly iam?: { readonly userArn?: string } };
  };
}

/** The address that a request was sent to: of the stage, of a domain of one's own, or of the local cloud. */
export function addressOf({ headers }: ApiRequest): string {
  return `${headers['x-forwarded-proto'] ?? 'https'}://${headers.host ?? 'localhost'}`;
}

export function requestOf(event: HttpApiEvent, receivedAt: number): ApiRequest {
  const { rawPath, rawQueryString, headers, body, isBase64Encoded, requestContext } = event;
  return {
    method: requestContext.http.method.toUpperCase(),
    path: rawPath,
    query: [...new URLSearchParams(rawQueryString)],
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name.toLowerCase(), value]],
      ),
    ),
    body: body && isBase64Encoded ? Buffer.from(body, 'base64') : body || undefined,
    caller: callerOf(requestContext.authorizer?.iam?.userArn),
    requestId: requestContext.requestId,
    receivedAt,
  };
}

/**
 * A role's session bears another name each time that it is assumed; a caller who repeats a request from a new
 * session is the same caller, so that the repeat is recognised.
 */
function callerOf(userArn: string | undefined): string {
  const arn = userArn ?? 'anonymous';
  return arn.replace(/^(arn:[\w-]+:sts::\d{12}:assumed-role\/[^/]+)\/.*$/, '$1');
}
