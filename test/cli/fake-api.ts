import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it has arrived. */
export interface Arrived {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** `hang` leaves the request without an answer, `cut` breaks the connection. */
export type Script = (request: Arrived, nth: number) => Scripted | 'hang' | 'cut';

/** An API that answers as it is told to: for what the local cloud does not do, or not on demand. */
export class FakeApi {
  readonly url: string;
  readonly arrived: Arrived[] = [];
  readonly #server: Server;
  #waiting: (() => void)[] = [];

  private constructor(server: Server, script: Script) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}`;
    server.on('request', async (request, response: ServerResponse) => {
      const arrived = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: await text(request),
      };
      this.arrived.push(arrived);
      for (const tell of this.#waiting.splice(0)) tell();
      const answer = script(arrived, this.arrived.length);
      if (answer === 'cut') response.destroy();
      if (typeof answer === 'string') return;
      const { status = 200, headers = {}, body } = answer;
      const type = typeof body === 'string' ? 'text/csv' : 'application/json';
      response.writeHead(status, { 'content-type': type, ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
    });
  }

  static async start(script: Script): Promise<FakeApi> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeApi(server, script);
  }

  /** Waits until so many requests have arrived. */
  async arrivals(count: number): Promise<void> {
    while (this.arrived.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** An operation as the API answers it. */
export function operation(status: string, more: object = {}): Record<string, unknown> {
  return {
    operationId: 'op-1',
    kind: 'create',
    status,
    region: 'us-east-1',
    imageName: 'pytorch',
    history: [],
    createdAt: '2026-11-24T08:00:00.000Z',
    links: { self: '/operations/op-1' },
    ...more,
  };
}

export function problem(status: number, name: string, more: object = {}): Scripted {
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: {
      type: `/openapi.json#/x-problems/${name}`,
      title: `Title of ${name}`,
      status,
      detail: `Detail of ${name}`,
      instance: '/',
      requestId: 'request-1',
      ...more,
    },
  };
}
