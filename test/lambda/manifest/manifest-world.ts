import type { ReadDesk } from '../../../lambda/core/operation/desk.ts';
import { open } from '../../../lambda/core/operation/open.ts';
import type { Outcome } from '../../../lambda/core/operation/operation.ts';
import { endingOf } from '../../../lambda/core/operation/result.ts';
import { finish } from '../../../lambda/core/queue/finish.ts';
import { sweep } from '../../../lambda/core/queue/sweep.ts';
import { createWriteDesk } from '../../../lambda/core/queue/write-desk.ts';
import { ApiWorld, type Reply } from '../../fixtures/api.ts';
import { memoryInventory } from '../../fixtures/memory-inventory.ts';
import { type Execution, type Fate, QueueWorld } from '../../fixtures/queue-world.ts';
import { RecordedRegion } from '../../fixtures/recorded-region.ts';
import { RegionImages } from '../../fixtures/region-images.ts';
import { SCOPE } from '../../fixtures/scope.ts';
import { POLICY } from '../../fixtures/world.ts';

type Verb = 'plan' | 'build' | 'test' | 'teardown';

/** A resource as the API tells of it. */
export interface ToldResource {
  readonly name: string;
  readonly action: string;
  readonly status: string;
  readonly version?: number;
  readonly operationId?: string;
  readonly changes: readonly {
    readonly property: string;
    readonly before?: unknown;
    readonly after?: unknown;
  }[];
  readonly error?: { readonly name: string; readonly message: string };
  readonly exports: Readonly<Record<string, unknown>>;
}

/** Manifests by the API's door: the real desk on records in memory, images in memory, workflows that end when told. */
export class ManifestWorld {
  /** Asked at each call of the desk that accepts. */
  fate: () => Fate = () => 'done';
  /** Seconds that each read takes. */
  slowness = 0;
  readonly queue = new QueueWorld({ fate: () => this.fate() });
  readonly images = new RegionImages(() => this.api.patience.now());
  /** What the inventory remembers. */
  readonly recorded = new RecordedRegion();
  /** Records that the index of operations does not show yet. */
  readonly unindexed = new Set<string>();
  /** Calls by the port's method. */
  readonly calls: string[] = [];
  /** Properties that an update leaves as they are, although it succeeds. */
  readonly ignored = new Set<string>();
  readonly api: ApiWorld;

  constructor() {
    const desk = () => {
      this.queue.now = this.api.patience.now();
      return createWriteDesk(this.queue.process());
    };
    const reads = () => this.images.reads();
    this.api = new ApiWorld({
      accept: (order) => desk().accept(order),
      find: (id) => this.queue.records.find(id),
      list: (...given) => this.#list(...given),
      read: (...given) => this.#called('read', () => reads().requests.read(...given)),
      images: {
        versions: (...given) => this.#called('versions', () => reads().images.versions(...given)),
        describe: (...given) => this.#called('describe', () => reads().images.describe(...given)),
      },
      versions: {
        aliases: (_region, imageName, version) =>
          this.#called('aliases', async () => this.images.find(imageName, version)?.aliases ?? []),
      },
      inventory: memoryInventory([this.recorded]),
    });
  }

  ask(verb: Verb, body: object): Promise<Reply> {
    return this.api.send('POST', `/manifests/${verb}`, { body });
  }

  async resources(verb: Verb, body: object): Promise<readonly ToldResource[]> {
    const { status, body: answer } = await this.ask(verb, body);
    if (status !== 200 && status !== 202) throw new Error(JSON.stringify(answer));
    return Object(answer).resources;
  }

  /** Each resource as `name action status`. */
  async told(verb: Verb, body: object): Promise<string[]> {
    const resources = await this.resources(verb, body);
    return resources.map(({ name, action, status }) => `${name} ${action} ${status}`);
  }

  /** Asks and lets workflows run until all is done, as the command line does. */
  async driven(verb: 'build' | 'teardown', body: object): Promise<string[]> {
    for (let asked = 0; asked < 50; asked += 1) {
      const { status } = await this.ask(verb, body);
      if (status === 200) return this.told(verb, body);
      await this.work();
      await this.pass(5);
    }
    throw new Error('It is never done');
  }

  /** Lets time pass within a call. */
  wait(seconds: number): void {
    void this.api.patience.sleep(seconds * 1_000);
  }

  async pass(seconds: number): Promise<void> {
    await this.api.patience.sleep(seconds * 1_000);
  }

  /** Lets every workflow that has begun come to its end, and those that then begin. */
  async work(failing?: { readonly name: string; readonly message: string }): Promise<void> {
    for (const execution of this.queue.executions.values()) {
      if (execution.state.status === 'RUNNING') await this.#end(execution, failing);
    }
  }

  /** Takes up what was cut off. */
  async sweep(): Promise<void> {
    this.queue.now = this.api.patience.now();
    await sweep(this.queue.process(), this.queue.now + 1);
  }

  /** Lets one operation's workflow come to its end. */
  async workOn(
    operationId: string,
    failing?: { readonly name: string; readonly message: string },
  ): Promise<void> {
    const execution = this.queue.executionOf(operationId);
    if (!execution) throw new Error(`${operationId} has not begun`);
    await this.#end(execution, failing);
  }

  /** `kind imageName version status` of every operation that was accepted, in order. */
  operations(): string[] {
    return this.queue.records
      .all()
      .map(({ kind, imageName, version, status }) => `${kind} ${imageName} ${version ?? '-'} ${status}`);
  }

  async #end(
    { kind, arn, operationId, input, state: _state }: Execution,
    failing?: Outcome['status'] | object,
  ) {
    this.queue.now = this.api.patience.now();
    const ports = this.queue.process();
    const opened = await open(
      kind,
      { execution: { arn, name: operationId }, input: Object(input) },
      { scope: SCOPE, policy: POLICY },
      { records: ports.workflowRecords, circumstances: ports.circumstances },
    );
    if (!opened.ok) throw new Error(JSON.stringify(opened.refusal));
    await this.pass(95);
    const { operation } = opened;
    const outcome = failing
      ? ({ status: 'FAILED', error: Object(failing) } as const)
      : this.#effect(operationId, Object(input));
    const version = this.#made.get(operationId);
    const ended = {
      ...operation,
      ...(version === undefined || failing ? {} : { identifier: version }),
      phase: { name: 'ended', outcome, endedAt: this.api.patience.now() },
    } as const;
    const record = await ports.workflowRecords.close(endingOf(ended));
    if (!record) throw new Error('The record cannot be closed');
    const execution = this.queue.executions.get(arn);
    if (execution) execution.state = { ...execution.state, status: 'SUCCEEDED' };
    await finish(record, ports);
  }

  /** ARNs of the versions that operations are about. */
  readonly #made = new Map<string, string>();

  #effect(operationId: string, input: Readonly<Record<string, unknown>>): Outcome {
    const { images } = this;
    const kind = this.queue.executionOf(operationId)?.kind;
    const { Aliases, ...properties } = Object(input.properties ?? {});
    const imageName = String(input.imageName ?? properties.ImageName);
    if (kind === 'delete') {
      images.remove(imageName, Number(input.version));
      return { status: 'SUCCEEDED', effect: 'deleted', properties: null };
    }
    const version = kind === 'create' ? images.create(imageName, properties) : Number(input.version);
    const heeded = Object.entries(properties).filter(([name]) => !this.ignored.has(name));
    if (kind === 'update') images.update(imageName, version, Object.fromEntries(heeded));
    const before = images.find(imageName, version)?.aliases ?? [];
    images.alias(imageName, version, [
      ...new Set([...(Aliases ?? before), ...(Object(input).aliasesToAdd ?? [])]),
    ]);
    const state = images.find(imageName, version);
    if (!state) throw new Error('It is not there');
    this.#made.set(operationId, state.identifier);
    return {
      status: 'SUCCEEDED',
      effect: kind === 'create' ? 'created' : 'updated',
      properties: { ...state.properties, Aliases: state.aliases },
    };
  }

  #list: ReadDesk['list'] = async ({ region, imageName }, limit) => {
    const records = this.queue.records
      .all()
      .filter((one) => one.region === region && (imageName === undefined || one.imageName === imageName))
      .filter(({ operationId }) => !this.unindexed.has(operationId))
      .toReversed();
    return { records: records.slice(0, limit) };
  };

  async #called<T>(method: string, call: () => Promise<T>): Promise<T> {
    this.calls.push(method);
    if (this.slowness > 0) await this.pass(this.slowness);
    return call();
  }
}

/** A manifest of resources in short: `{name: {property: value}}`, and what else a resource says under `$`. */
export function manifestOf(
  resources: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  more: object = {},
): object {
  return {
    version: 1,
    name: 'stack',
    providers: ['aws'],
    resources: Object.entries(resources).map(([name, { $, ...props }]) => ({
      name,
      props: Object.entries(props).map(([property, value]) => ({ name: property, value })),
      ...Object($ ?? {}),
    })),
    ...more,
  };
}
