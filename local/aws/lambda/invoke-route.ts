/** Lambda's Invoke API over HTTP, in REST-JSON, as its SDK clients speak it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../clock.ts';
import { readSigner, type Signer } from '../json-protocol.ts';
import { AwsError } from '../service.ts';
import { type LambdaAnswer, type LambdaRuntime, PAYLOAD_LIMIT } from './lambda-runtime.ts';

/** Lambda's own: after a failed asynchronous invocation it waits one minute, then two. */
const ASYNC_RETRY_DELAYS_MS = [60_000, 120_000];

export class LambdaInvokeRoute {
  readonly #runtime: LambdaRuntime;
  readonly #clock: Clock;
  readonly #authorize: (signer: Signer, functionArn: string) => void;

  /** @param authorize throws AccessDeniedException where whoever signed may not. @default everybody may */
  constructor(
    runtime: LambdaRuntime,
    clock: Clock,
    authorize: (signer: Signer, functionArn: string) => void = () => undefined,
  ) {
    this.#runtime = runtime;
    this.#clock = clock;
    this.#authorize = authorize;
  }

  matches(request: IncomingMessage): boolean {
    return functionIn(request) !== undefined;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      response.writeHead(error.status, {
        'content-type': 'application/json',
        'x-amzn-errortype': error.name,
      });
      const type = error.status >= 500 ? 'Server' : 'User';
      response.end(JSON.stringify({ Type: type, Message: error.message, message: error.message }));
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = functionIn(request) ?? '';
    const payload = (await bodyOf(request)) || '{}';
    // Plain curl will do: an unsigned call is one from outside.
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      this.#authorize(readSigner(authorization), this.#runtime.find(name).fn.arn);
    }
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    switch (type) {
      case 'RequestResponse': {
        const answer = await this.#runtime.invoke(name, payload);
        const failed: Record<string, string> =
          answer.kind === 'failure' ? { 'x-amz-function-error': 'Unhandled' } : {};
        response.writeHead(200, {
          'content-type': 'application/json',
          'x-amzn-requestid': answer.requestId,
          'x-amz-executed-version': '$LATEST',
          ...failed,
        });
        response.end(answer.kind === 'failure' ? JSON.stringify(answer.failure) : answer.payload);
        return;
      }
      case 'Event':
        this.#runtime.find(name);
        void this.invokeLater(name, payload);
        response.writeHead(202, { 'x-amz-executed-version': '$LATEST' }).end();
        return;
      case 'DryRun':
        this.#runtime.find(name);
        response.writeHead(204, { 'x-amz-executed-version': '$LATEST' }).end();
        return;
      default:
        throw new AwsError('InvalidParameterValueException', `Unsupported invocation type ${String(type)}`);
    }
  }

  /** An asynchronous invocation: up to three attempts. Answers the last one's outcome, for whoever waits for it. */
  async invokeLater(name: string, payload: string): Promise<LambdaAnswer | AwsError> {
    let last = await this.#attempt(name, payload);
    const requestId = last instanceof AwsError ? undefined : last.requestId;
    for (const delay of ASYNC_RETRY_DELAYS_MS) {
      if (!(last instanceof AwsError) && last.kind === 'result') return last;
      await this.#clock.sleep(delay);
      last = await this.#attempt(name, payload, requestId);
    }
    return last;
  }

  async #attempt(name: string, payload: string, requestId?: string): Promise<LambdaAnswer | AwsError> {
    try {
      return await this.#runtime.invoke(name, payload, requestId);
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
  }
}

function functionIn(request: IncomingMessage): string | undefined {
  if (request.method !== 'POST') return undefined;
  const path = (request.url ?? '').split('?')[0] ?? '';
  const match = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path);
  return match?.[1] === undefined ? undefined : decodeURIComponent(match[1]);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // What is far beyond the limit is not even kept; what is little beyond it is refused by the runtime.
    if (size <= PAYLOAD_LIMIT + 1) chunks.push(chunk);
  }
  if (size > PAYLOAD_LIMIT) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${PAYLOAD_LIMIT} bytes for the InvokeFunction operation`,
      413,
    );
  }
  return Buffer.concat(chunks).toString('utf8');
}
