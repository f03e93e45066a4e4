import type { LocalCloud } from '../../local/local-cloud.ts';
import type { Asked, Doors } from './doors.ts';
import type {
  Acceptance,
  Observed,
  ObservedEvent,
  ObservedOperation,
  ObservedRow,
  ObservedSnapshot,
} from './observed.ts';
import { isFinal } from './observed.ts';
import { PastReads } from './past-reads.ts';
import type { Step } from './schedule.ts';
import type { StoreWitness } from './store-witness.ts';

export interface RunParts {
  readonly cloud: LocalCloud;
  readonly doors: Doors;
  readonly witness: StoreWitness;
  readonly images: readonly string[];
}

const BUS = 'image-version-operations-dev';
const SCHEDULE = 'image-version-snapshot-own-region-dev';
/** Minutes that Lambda takes for all its runs of one event, and a schedule for the next ring, with time to spare. */
const SNAPSHOT_PATIENCE_MS = 20 * 60_000;

/** What was asked for, under the id that it got, if it got one. */
interface Remembered {
  readonly asked: Asked;
  readonly operationId: string | undefined;
}

/** One run of one schedule: the callers, and what they see. */
export class Run {
  readonly #parts: RunParts;
  readonly #remembered: Remembered[] = [];
  readonly #accepted: Acceptance[] = [];
  readonly #outOfTurn = new Set<string>();
  readonly #past: PastReads;
  readonly #began: number;
  #counter = 0;
  #made = 0;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#began = parts.cloud.clock.now();
    this.#past = new PastReads(parts.doors);
  }

  /** Callers come one after another, and none waits until another is answered. */
  async play(steps: readonly Step[]): Promise<void> {
    const going: Promise<void>[] = [];
    for (const step of steps) {
      if (step.after > 0) await this.#parts.cloud.clock.sleep(step.after * 1000);
      const doing = this.#do(step);
      going.push(doing);
      // What refers to an operation needs to know it, so the caller of one is answered first.
      if (step.after > 0) await doing;
    }
    await Promise.all(going);
  }

  /** Takes a snapshot, and waits until it is there. */
  async snapshotTaken(): Promise<void> {
    const { cloud } = this.#parts;
    const before = await this.#snapshots(1);
    cloud.events.runSchedule(SCHEDULE);
    const until = cloud.clock.now() + SNAPSHOT_PATIENCE_MS;
    for (;;) {
      const [newest] = await this.#snapshots(1);
      if (newest && newest.snapshotId !== before[0]?.snapshotId) return;
      if (cloud.clock.now() > until)
        throw new Error('No snapshot came of a schedule, though nothing went wrong');
      await cloud.clock.sleep(1000);
    }
  }

  /**
   * Waits until every operation is final and done with, or the time for that is up; then heals the world, takes two
   * more snapshots and looks at everything.
   */
  async settled(deadlineSeconds: number, heal: () => void): Promise<Observed> {
    const { cloud, witness } = this.#parts;
    const limitOfOne = (deadlineSeconds + 300) * 1000;
    const until = cloud.clock.now() + limitOfOne * (this.#remembered.length + 1);
    let operations = await this.#operations();
    while (operations.some((one) => !isFinal(one)) && cloud.clock.now() < until) {
      await cloud.clock.sleep(60_000);
      operations = await this.#operations();
    }
    await this.#past.read(cloud.clock.now());
    heal();
    // Two minutes, so that the sweeper comes by, and what was given up for now is tried again.
    await cloud.clock.sleep(130_000);
    await cloud.events.settled();
    await this.snapshotTaken();
    await this.snapshotTaken();
    await cloud.events.settled();
    await this.#past.again();
    return {
      operations: await this.#operations(),
      accepted: this.#accepted,
      store: new Map(witness.history),
      snapshots: await this.#seen(),
      past: this.#past.reads,
      events: this.#events(),
      deadlineSeconds,
    };
  }

  async #do(step: Step): Promise<void> {
    switch (step.do) {
      case 'create':
      case 'update':
      case 'delete':
        return this.#order(this.#asked(step));
      case 'repeat':
      case 'cancel':
      case 'stop':
      case 'start-again':
        return this.#refer(step.do, this.#remembered[step.of]);
      case 'snapshot':
        return this.#snapshot(step.by);
      default:
        return step satisfies never;
    }
  }

  #asked(step: Extract<Step, { do: 'create' | 'update' | 'delete' }>): Asked {
    this.#made += 1;
    const imageName = this.#parts.images[step.image] ?? '';
    const label = `${imageName}-${this.#made}`;
    const key = step.keyed && step.by === 'api' ? `key-${label}` : undefined;
    const shared = { by: step.by, imageName, key };
    switch (step.do) {
      case 'create': {
        const properties = { BaseImage: `registry/image:${label}`, Aliases: step.aliases };
        return { ...shared, kind: 'create', version: undefined, properties };
      }
      case 'update': {
        const Aliases = step.aliases === undefined ? {} : { Aliases: step.aliases };
        return {
          ...shared,
          kind: 'update',
          version: step.version,
          properties: { ReleaseNotes: label, ...Aliases },
        };
      }
      case 'delete':
        return { ...shared, kind: 'delete', version: step.version, properties: {} };
      default:
        return step satisfies never;
    }
  }

  async #order(asked: Asked): Promise<void> {
    const place = this.#remembered.push({ asked, operationId: undefined }) - 1;
    if (asked.by === 'hand') {
      const name = `hand-${asked.imageName}-${this.#made}`;
      if (await this.#parts.doors.start(asked, name)) this.#remembered[place] = { asked, operationId: name };
      return;
    }
    const operationId = await this.#answered(asked);
    if (operationId !== undefined) this.#remembered[place] = { asked, operationId };
  }

  /** @returns the id of the operation, where the answer accepts one */
  async #answered(asked: Asked): Promise<string | undefined> {
    const from = this.#tick();
    const { status, body } = await this.#parts.doors.ask(asked);
    const { operationId } = body;
    if (status >= 300 || typeof operationId !== 'string') return undefined;
    this.#accepted.push({ operationId, imageName: asked.imageName, asked: from, answered: this.#tick() });
    return operationId;
  }

  async #refer(
    what: 'repeat' | 'cancel' | 'stop' | 'start-again',
    to: Remembered | undefined,
  ): Promise<void> {
    const { doors } = this.#parts;
    if (!to) return;
    const { asked, operationId } = to;
    if (what === 'repeat') {
      // Without a key it would be another operation, and no repeat.
      if (asked.key !== undefined) await this.#answered(asked);
      return;
    }
    if (operationId === undefined) return;
    switch (what) {
      case 'cancel':
        await doors.persist('POST', `/operations/${operationId}/cancel`);
        return;
      case 'stop':
        return doors.stop(asked.kind, operationId);
      case 'start-again': {
        const { body } = await doors.persist('GET', `/operations/${operationId}`);
        // Where the queue has not started it yet, it begins out of its turn: whoever starts workflows answers for that.
        if (await doors.startAgain(asked.kind, operationId, body.request)) this.#outOfTurn.add(operationId);
        return;
      }
      default:
        return what satisfies never;
    }
  }

  async #snapshot(by: 'schedule' | 'api'): Promise<void> {
    const { cloud, doors } = this.#parts;
    await this.#past.read(cloud.clock.now());
    if (by === 'schedule') cloud.events.runSchedule(SCHEDULE);
    else await doors.persist('POST', '/snapshots', {});
  }

  #tick(): number {
    this.#counter += 1;
    return this.#counter;
  }

  async #operations(): Promise<ObservedOperation[]> {
    const found: ObservedOperation[] = [];
    for (const image of this.#parts.images) {
      const { text } = await this.#parts.doors.persist('GET', `/operations?image=${image}&limit=50`);
      const { items = [] }: { items?: Omit<ObservedOperation, 'queued'>[] } = JSON.parse(text);
      found.push(...items.map((one) => ({ ...one, queued: this.#isQueued(one.operationId) })));
    }
    return found;
  }

  #isQueued(operationId: string): boolean {
    return !operationId.startsWith('hand-') && !this.#outOfTurn.has(operationId);
  }

  async #snapshots(limit: number): Promise<ToldSnapshot[]> {
    const since = new Date(this.#began).toISOString();
    const { text } = await this.#parts.doors.persist('GET', `/snapshots?limit=${limit}&since=${since}`);
    const { items = [] }: { items?: ToldSnapshot[] } = JSON.parse(text);
    return items;
  }

  async #seen(): Promise<ObservedSnapshot[]> {
    const seen: ObservedSnapshot[] = [];
    for (const { snapshotId, startedAt, takenAt, counts } of await this.#snapshots(50)) {
      const { text } = await this.#parts.doors.persist('GET', `/snapshots/${snapshotId}?limit=1000`);
      const { items }: { items: ObservedRow[] } = JSON.parse(text);
      const changes = counts.added + counts.changed + counts.removed;
      seen.push({ snapshotId, startedAt, takenAt, changes, first: snapshotId.endsWith('-1'), rows: items });
    }
    return seen.reverse();
  }

  #events(): ObservedEvent[] {
    return this.#parts.cloud.events.recent({ bus: BUS }).map(({ event }) => ({
      detailType: String(event['detail-type']),
      detail: Object(event.detail),
    }));
  }
}

interface ToldSnapshot {
  readonly snapshotId: string;
  readonly startedAt: string;
  readonly takenAt: string;
  readonly counts: { readonly added: number; readonly changed: number; readonly removed: number };
}
