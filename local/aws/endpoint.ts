import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { listenError } from '../free-ports.ts';
import { type CallMiddleware, Disconnect, throughMiddleware } from './call-middleware.ts';
import type { Exchange } from './exchange.ts';
import { jsonExchange, readBody, writeError, writeJson, writeRestError } from './json-protocol.ts';
import { internalFailure, unknownOperation } from './protocol-errors.ts';
import { type AwsQueryService, isQuery, queryExchange } from './query-protocol.ts';
import { AwsError, type AwsJsonService } from './service.ts';

/** Whatever does not carry X-Amz-Target, or carries one that no JSON service here owns. */
export interface HttpRoute {
  matches(request: IncomingMessage): boolean;
  /** The request's body has not been read. The answer may still be on its way when this returns. */
  handle(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
  /** Whether time stands still until the answer is sent (only with a clock that skips). @default true */
  readonly holdsClock?: boolean;
}

export interface AwsEndpointOptions {
  readonly services: readonly AwsJsonService[];
  /** Services that speak the query protocol. @default none */
  readonly queryServices?: readonly AwsQueryService[];
  /** Asked in order, after the services. @default none */
  readonly routes?: readonly HttpRoute[];
  /** Around every call of a service, the first outermost. @default none */
  readonly middleware?: readonly CallMiddleware[];
  readonly clock: Clock;
  /** Makes request ids. */
  readonly newId: () => string;
  /** Told of what should never happen: an error that is not AWS's. */
  readonly onUnexpected: (error: unknown) => void;
  /** @default 1 MiB */
  readonly maxBodyBytes?: number;
}

export interface AwsEndpoint {
  /**
   * @param port 0 takes any free one.
   * @throws Error with a sentence for the user when the port cannot be had.
   */
  listen(port: number, host?: string): Promise<EndpointAddress>;
  /** Ends open connections too. */
  close(): Promise<void>;
}

interface EndpointAddress {
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

/**
 * The one address that speaks AWS's protocols: it routes by X-Amz-Target, else asks the routes, else reads the query
 * protocol's form. What nobody here knows is refused in the caller's own protocol.
 */
export function createAwsEndpoint(options: AwsEndpointOptions): AwsEndpoint {
  const services = new Map(options.services.map((service) => [service.target, service]));
  const server = createServer((request, response) => {
    // A client that breaks off in the middle must not take the process down.
    response.on('error', () => request.destroy());
    response.setHeader('x-amzn-requestid', options.newId());
    answer(request, response).catch((error: unknown) => {
      options.onUnexpected(error);
      request.socket.destroy();
    });
  });
  // Longer than SDKs keep idle connections, lest one be closed in the moment in which it is used again.
  server.keepAliveTimeout = 120_000;
  server.on('clientError', (_error, socket) => socket.destroy());

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.headers['x-amz-target'];
    const [prefix = '', operation = ''] = typeof target === 'string' ? target.split('.') : [];
    const service = services.get(prefix);
    if (service) return converse(jsonExchange(service, operation, request, response), request, response);
    const route = options.routes?.find((candidate) => candidate.matches(request));
    if (route) return answerRoute(route, request, response);
    if (prefix === '' && isQuery(request)) {
      return converse(queryExchange(options.queryServices ?? [], request, response), request, response);
    }
    request.resume();
    if (prefix !== '') {
      const unknown = unknownOperation(`${prefix}.${operation}`);
      return writeError(response, unknown, jsonVersion(request));
    }
    if (request.headers.authorization?.startsWith('AWS4-')) {
      return writeRestError(response, unknownOperation(`${request.method} ${request.url}`, 404));
    }
    const message = `Nothing answers ${request.method} ${request.url} here. AWS calls carry X-Amz-Target; GET /_local/ lists the control plane.`;
    return writeJson(response, 404, { message }, 'application/json');
  }

  async function converse(
    exchange: Exchange,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    try {
      const body = await options.clock.hold(() => readBody(request, options.maxBodyBytes ?? 2 ** 20));
      const { call, work, answer: write } = exchange.read(body);
      const result = await throughMiddleware(options.middleware ?? [], call, () =>
        options.clock.hold(async () => work()),
      );
      write(result);
    } catch (error) {
      if (error instanceof Disconnect || request.socket.destroyed) {
        request.socket.destroy();
      } else if (error instanceof AwsError) {
        // What is left of a body that was refused is not read, so the connection cannot be used again.
        if (!request.complete) response.setHeader('connection', 'close');
        exchange.refuse(error);
      } else {
        options.onUnexpected(error);
        exchange.refuse(internalFailure());
      }
    }
  }

  async function answerRoute(
    route: HttpRoute,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const work = async (): Promise<void> => {
      // A handler may return before it has answered; the answer is over when the response closes.
      const answered = new Promise<void>((resolve) => response.once('close', () => resolve()));
      await route.handle(request, response);
      await answered;
    };
    if (route.holdsClock ?? true) await options.clock.hold(work);
    else await work();
  }

  return {
    listen: (port, host = '127.0.0.1') =>
      new Promise((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
        server.listen(port, host, () => {
          const address = server.address();
          const bound = typeof address === 'object' && address !== null ? address.port : port;
          resolve({ host, port: bound, url: `http://${host}:${bound}` });
        });
      }),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/** Of a call whose service is unknown. */
function jsonVersion(request: IncomingMessage): AwsJsonService['contentType'] {
  const version = request.headers['content-type']?.startsWith('application/x-amz-json-1.0') ? '1.0' : '1.1';
  return `application/x-amz-json-${version}`;
}
