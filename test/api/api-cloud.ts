import type { LocalCloudOptions } from '../../local/local-cloud.ts';
import { expectContract, routeAt } from '../fixtures/api.ts';
import { TestCloud } from '../workflows/cloud.ts';

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An operation as the API tells of it, as far as tests look at it. */
export interface Told {
  readonly operationId: string;
  readonly status: string;
  readonly version: number | null;
  readonly [field: string]: unknown;
}

/** The local cloud, by the doors of the API's users. */
export class ApiCloud {
  readonly cloud: TestCloud;

  constructor(cloud: TestCloud) {
    this.cloud = cloud;
  }

  static async start(options: Partial<LocalCloudOptions> = {}): Promise<ApiCloud> {
    return new ApiCloud(await TestCloud.start(options));
  }

  async ask(
    method: string,
    path: string,
    options: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.cloud.cloud.apiUrl}${path}`, {
      method,
      headers: {
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    const mediaType = response.headers.get('content-type') ?? '';
    const route = routeAt(method, path);
    // What API Gateway answers in its own name: a path that is no route, its throttle, a function that died.
    const gateway = text.startsWith('{"message":');
    if (!route) expect([response.status, gateway]).toEqual([404, true]);
    else if (!gateway) {
      expectContract(route, { status: response.status, mediaType, body: JSON.parse(text) });
    }
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
  }

  /** Asks for a new version; the answer must be that it is accepted. */
  async create(imageName: string, key?: string, more: object = {}): Promise<Told> {
    const { status, body } = await this.ask('POST', `/images/${imageName}/versions`, {
      body: { BaseImage: 'registry/image:1', ...more },
      ...(key ? { headers: { 'idempotency-key': key } } : {}),
    });
    if (status !== 202 && status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return told(body);
  }

  async operation(operationId: string): Promise<Told> {
    const { status, body } = await this.ask('GET', `/operations/${operationId}`);
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return told(body);
  }

  /** The operation once it is final, or as it stands after so many of the local cloud's seconds. */
  async final(operationId: string, withinSeconds = 600): Promise<Told> {
    const { clock } = this.cloud.cloud;
    const until = clock.now() + withinSeconds * 1000;
    for (;;) {
      const operation = await this.operation(operationId);
      const final = operation.status !== 'QUEUED' && operation.status !== 'RUNNING';
      if (final || clock.now() >= until) return operation;
      await clock.sleep(2000);
    }
  }
}

function told(body: Readonly<Record<string, unknown>>): Told {
  const { operationId, status, version } = body;
  return {
    ...body,
    operationId: String(operationId),
    status: String(status),
    version: typeof version === 'number' ? version : null,
  };
}
