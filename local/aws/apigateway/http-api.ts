/**
 * The address of the HTTP API: serves the routes of the assembly's API as API Gateway v2 does. Without an API
 * in the assembly every path is unknown.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpApiResource, RouteResource } from '../../assembly/http-apis.ts';
import type { Clock } from '../../clock.ts';
import { listenError } from '../../free-ports.ts';
import type { Randomness } from '../../randomness.ts';
import type { Settings } from '../../settings.ts';
import type { LambdaRuntime } from '../lambda/lambda-runtime.ts';
import { AwsError } from '../service.ts';
import { accessLine } from './access-log.ts';
import { callerOf, type IamCaller, signingKey } from './caller.ts';
import { hostOf, proxyEvent } from './proxy-event.ts';
import { answerOf, gatewayAnswer, type HttpAnswer } from './proxy-response.ts';
import { bodyOf, drained, refuseRaw } from './request-body.ts';
import { hasTooLongHeaders, MAX_HEAD_BYTES } from './request-size.ts';
import { decodePath, type RequestPath, RouteTable } from './route-table.ts';
import { TokenBucket } from './token-bucket.ts';

export interface HttpApiOptions {
  /** More than one cannot share an address. */
  readonly apis: readonly HttpApiResource[];
  readonly lambda: LambdaRuntime;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly randomness: Randomness;
  /** In which a client has to send its request whole; milliseconds of the machine. @default 30 000 */
  readonly requestTimeoutMs?: number;
  /**
   * What stands at `/` where the API has no route for it, given the API's address.
   * @default - the path is unknown, as in AWS
   */
  readonly frontPage?: (apiUrl: string) => string;
  /** Told of what should never happen. */
  readonly onUnexpected: (error: unknown) => void;
}

export interface HttpApi {
  readonly url: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Quotas of HTTP APIs (API Gateway developer guide). */
const REQUEST_TIMEOUT_MS = 30_000;
/** Node looks at its connections from time to time only: so often within the time-out, lest one has twice as long. */
const LOOKS_WITHIN_TIMEOUT = 10;

/** What the log needs to know of an answer besides itself. */
interface Outcome {
  readonly answer: HttpAnswer;
  readonly route?: RouteResource;
  readonly caller?: IamCaller | undefined;
  readonly integrationError?: string;
}

/**
 * @param port 0 takes a free one
 * @throws Error with a sentence for the user: a taken port, more than one API
 */
export async function startHttpApi(port: number, options: HttpApiOptions): Promise<HttpApi> {
  const [api, another] = options.apis;
  if (another) {
    throw new Error(
      `The local cloud serves one HTTP API, and the assembly has ${options.apis.length}: ${options.apis.map(({ stackName, logicalId }) => `${stackName}/${logicalId}`).join(', ')}`,
    );
  }
  const gateway = new Gateway(api, options);
  const requestTimeout = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
  const server = createServer(
    {
      maxHeaderSize: MAX_HEAD_BYTES,
      requestTimeout,
      connectionsCheckingInterval: Math.ceil(requestTimeout / LOOKS_WITHIN_TIMEOUT),
    },
    (request, response) => {
      // A client that breaks off in the middle must not take the process down.
      response.on('error', () => request.destroy());
      gateway.handle(request, response).catch((error: unknown) => {
        options.onUnexpected(error);
        request.socket.destroy();
      });
    },
  );
  // Longer than clients keep idle connections, lest one be closed in the moment in which it is used again.
  server.keepAliveTimeout = 120_000;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseRaw(error, socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, HOST, port, ' with --api-port')));
    server.listen(port, HOST, resolve);
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The API has no port');
  return {
    url: `http://${HOST}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Gateway {
  readonly #api: HttpApiResource | undefined;
  readonly #options: HttpApiOptions;
  readonly #routes: RouteTable;
  readonly #bucket: TokenBucket | undefined;
  /** Of the routes that have a limit of their own: it takes the place of the stage's. */
  readonly #routeBuckets: ReadonlyMap<string, TokenBucket>;

  constructor(api: HttpApiResource | undefined, options: HttpApiOptions) {
    this.#api = api;
    this.#options = options;
    this.#routes = new RouteTable(api?.routes ?? []);
    this.#bucket = api?.stage.throttle && new TokenBucket(options.clock, api.stage.throttle);
    this.#routeBuckets = new Map(
      [...(api?.stage.routeThrottles ?? [])].map(([key, limit]) => [
        key,
        new TokenBucket(options.clock, limit),
      ]),
    );
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { clock } = this.#options;
    const startedAt = clock.now();
    const requestId = this.#requestId();
    const [encodedPath = '/', ...rest] = (request.url ?? '/').split('?');
    const path = decodePath(encodedPath);
    const outcome = await this.#answer(request, path, rest.join('?'), requestId, startedAt);
    const { answer } = outcome;
    this.#log(request, path?.raw ?? encodedPath, requestId, startedAt, outcome);
    // A client that still sends would not read the answer, and could see the connection break instead.
    await drained(request);
    if (response.destroyed) return;
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    if (answer.cookies.length > 0) response.setHeader('set-cookie', [...answer.cookies]);
    response.setHeader('apigw-requestid', requestId);
    response.statusCode = answer.status;
    if (answer.status !== 204 && answer.status !== 304) {
      response.setHeader('content-length', answer.body.length);
    }
    response.end(answer.body);
  }

  async #answer(
    request: IncomingMessage,
    path: RequestPath | undefined,
    rawQuery: string,
    requestId: string,
    time: number,
  ): Promise<Outcome> {
    // Which status AWS answers is unverified.
    if (hasTooLongHeaders(request)) return { answer: gatewayAnswer(431, 'Request Header Fields Too Large') };
    if (!path) return { answer: gatewayAnswer(400, 'Bad Request') };
    const match = this.#routes.match(request.method ?? 'GET', path.matched);
    const { frontPage } = this.#options;
    if (!match && frontPage && request.method === 'GET' && path.matched === '/') {
      return { answer: plainText(frontPage(`http://${hostOf(request)}`)) };
    }
    if (!match || !this.#api) return { answer: gatewayAnswer(404, 'Not Found') };
    const { route } = match;
    const key = signingKey(request, new URLSearchParams(rawQuery));
    const caller = route.authorization === 'AWS_IAM' ? callerOf(key) : undefined;
    if (caller && key === undefined && this.#options.settings.current.requireSignature) {
      return { answer: gatewayAnswer(403, 'Forbidden'), route };
    }
    const bucket = this.#routeBuckets.get(route.key) ?? this.#bucket;
    if (bucket && !bucket.take()) {
      return { answer: gatewayAnswer(429, 'Too Many Requests'), route, caller };
    }
    const body = await bodyOf(request);
    if (body === 'gone') return { answer: gatewayAnswer(400, 'Bad Request'), route, caller };
    if (body === 'too large') {
      return { answer: gatewayAnswer(413, 'Request Entity Too Large'), route, caller };
    }
    const event = proxyEvent({
      apiId: this.#api.id,
      requestId,
      time,
      request,
      body,
      path: path.raw,
      rawQuery,
      match,
      caller,
      stageVariables: this.#api.stage.variables,
    });
    return { route, caller, ...(await this.#integrate(route, event)) };
  }

  /** Held, so that a clock that skips does not run past the time limit while the function works. */
  #integrate(route: RouteResource, event: string): Promise<Pick<Outcome, 'answer' | 'integrationError'>> {
    const { clock } = this.#options;
    return clock.hold(async () => {
      let callOff: () => void = () => undefined;
      // In the machine's time, as the functions' own limits: code does not run faster when the clock does.
      const limit = clock.now() + route.timeoutMs * clock.shared.speed;
      const timedOut = new Promise<Pick<Outcome, 'answer' | 'integrationError'>>((resolve) => {
        callOff = clock.alarm(limit, () =>
          resolve({
            answer: gatewayAnswer(503, 'Service Unavailable'),
            integrationError: `The function took longer than ${route.timeoutMs} ms`,
          }),
        );
      });
      try {
        return await Promise.race([this.#invoke(route, event), timedOut]);
      } finally {
        callOff();
      }
    });
  }

  async #invoke(route: RouteResource, event: string): Promise<Pick<Outcome, 'answer' | 'integrationError'>> {
    const failed = (integrationError: string) => ({
      answer: gatewayAnswer(500, 'Internal Server Error'),
      integrationError,
    });
    try {
      const result = await this.#options.lambda.invoke(route.functionArn, event);
      if (result.kind === 'failure') {
        return failed(`${result.failure.errorType}: ${result.failure.errorMessage}`);
      }
      const answer = answerOf(result.payload);
      return answer ? { answer } : failed('The response of the function is malformed');
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return failed(`${error.name}: ${error.message}`);
    }
  }

  #log(
    request: IncomingMessage,
    path: string,
    requestId: string,
    startedAt: number,
    { answer, route, caller, integrationError }: Outcome,
  ): void {
    const accessLog = this.#api?.stage.accessLog;
    if (!this.#api || !accessLog) return;
    const { clock, lambda } = this.#options;
    const endedAt = clock.now();
    const text = accessLine(accessLog.format, {
      apiId: this.#api.id,
      requestId,
      request,
      path,
      routeKey: route?.key,
      caller,
      status: answer.status,
      bytes: answer.body.length,
      startedAt,
      endedAt,
      integrationError,
    });
    lambda.logs.add({
      functionName: accessLog.logGroupName,
      requestId,
      stream: 'stdout',
      time: endedAt,
      text,
    });
  }

  /** Sixteen characters, as API Gateway's own. */
  #requestId(): string {
    return Buffer.from(this.#options.randomness.uuid().replaceAll('-', ''), 'hex')
      .subarray(0, 11)
      .toString('base64');
  }
}

function plainText(text: string): HttpAnswer {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  return { status: 200, headers, cookies: [], body: Buffer.from(text) };
}
