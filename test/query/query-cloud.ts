import type { LocalCloudOptions } from '../../local/local-cloud.ts';
import { InventoryCloud } from '../inventory/inventory-cloud.ts';

/** What a statement that reads came to. */
export interface Found {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly calls: number;
}

/** What a statement began. */
export interface Begun {
  readonly status: number;
  readonly operation: Readonly<Record<string, unknown>> & {
    readonly operationId: string;
    readonly status: string;
  };
}

type Params = Readonly<Record<string, unknown>>;

/** The local cloud, asked by statements. */
export class QueryCloud {
  readonly inventory: InventoryCloud;

  private constructor(inventory: InventoryCloud) {
    this.inventory = inventory;
  }

  static async start(options: Partial<LocalCloudOptions> = {}): Promise<QueryCloud> {
    return new QueryCloud(await InventoryCloud.start(options));
  }

  ask(
    sql: string,
    params: Params = {},
    {
      path = '/query',
      headers = {},
    }: { readonly path?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    return this.inventory.api.ask('POST', path, { body: { sql, params }, headers });
  }

  /** What a statement that reads comes to: the same for readers and for operators, who have a function each. */
  async select(sql: string, params: Params = {}): Promise<Found> {
    const found = await this.#found(sql, params, '/query/read');
    expect((await this.#found(sql, params, '/query')).rows).toEqual(found.rows);
    return found;
  }

  async #found(sql: string, params: Params, path: string): Promise<Found> {
    const { status, body } = await this.ask(sql, params, { path });
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return body as unknown as Found;
  }

  async change(
    sql: string,
    params: Params = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Begun> {
    const { status, body } = await this.ask(sql, params, { headers });
    if (status !== 200 && status !== 202) throw new Error(`${status}: ${JSON.stringify(body)}`);
    return { status, operation: body.operation as Begun['operation'] };
  }

  /** A change and what it came to in the end. */
  async changed(sql: string, params: Params = {}) {
    const { operation } = await this.change(sql, params);
    return this.inventory.api.final(operation.operationId);
  }

  /** Calls of AWS's services so far, by what they are called. */
  get calls(): Readonly<Record<string, number>> {
    const counts = Object.entries(this.inventory.cloud.cloud.calls.counts());
    return Object.fromEntries(
      counts.map(([name, outcomes]) => [
        name,
        Object.values(outcomes).reduce((sum, count) => sum + count, 0),
      ]),
    );
  }

  async stop(): Promise<void> {
    await this.inventory.stop();
  }
}
