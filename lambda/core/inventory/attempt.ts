import type { InventoryPolicy } from '../../contract/inventory.ts';
import type { ImageVersionRef } from '../image-version/identifier.ts';
import type { Admission, SnapshotOrder } from './admission.ts';
import { ChangeWriter } from './change-writer.ts';
import { complete } from './completion.ts';
import type { Continuation } from './continuation.ts';
import { handOn } from './hand-on.ts';
import { PacedReads } from './paced-reads.ts';
import { type Allotment, ChunkGone, type InventoryPorts, type Run } from './ports.ts';
import { AdaptiveRate } from './rate.ts';
import { type RegionReading, readRegion } from './read-region.ts';
import type { Snapshot, SnapshotCounts } from './snapshot.ts';
import type { SnapshotOutcome } from './take-snapshot.ts';

/** One run that reads, from where it begins to the snapshot that it makes or the event that it leaves. */

/** All that a run is given. */
export interface SnapshotContext {
  readonly policy: InventoryPolicy;
  readonly scope: Pick<ImageVersionRef, 'account' | 'partition'>;
  readonly ports: InventoryPorts;
  readonly allotment: Allotment;
}

type Admitted = Extract<Admission, { readonly outcome: 'admitted' }>;

/**
 * An image reads so many seconds' worth of calls, at the rate that there is, between two looks at the time. With 16
 * images at once that is half a minute, of the two that are left for what is under way.
 */
const SECONDS_BETWEEN_LOOKS = 2;
/** Versions between two looks at the time, at most. */
const LARGEST_BATCH = 50;
/** A run that lasts no longer than this leaves no note of itself. */
const SHORT = 60_000;

/** @returns `superseded` where another run has taken the snapshot's number */
export async function attempt(
  order: SnapshotOrder,
  base: Snapshot | undefined,
  admitted: Admitted,
  context: SnapshotContext,
): Promise<SnapshotOutcome | 'superseded'> {
  const { ports } = context;
  const note = new Note(order, base, admitted, context);
  try {
    return await read(order, base, admitted, note, context);
  } catch (error) {
    // What this run goes on from was cleared away by the one who got the number.
    const gone = error instanceof ChunkGone;
    const newest = gone ? await ports.store.newest(order.region) : undefined;
    if (newest && newest.number > (base?.number ?? 0)) return 'superseded';
    await note.takeBack(error);
    throw error;
  }
}

async function read(
  order: SnapshotOrder,
  base: Snapshot | undefined,
  { startedAt }: Admitted,
  note: Note,
  { policy, scope, ports, allotment }: SnapshotContext,
): Promise<SnapshotOutcome | 'superseded'> {
  const { region } = order;
  const { store, circumstances } = ports;
  const earlier = order.continuation;
  const number = (base?.number ?? 0) + 1;
  const full = earlier?.full ?? (!base || base.sinceFull + 1 >= policy.fullEvery);
  const known = base ? await store.digests(region, base.digests) : new Map<string, string>();
  const clock = { now: circumstances.now, sleep: ports.sleep };
  const rate = new AdaptiveRate(policy.callsPerSecond, clock, earlier?.perSecond);
  const before = { calls: earlier?.calls ?? 0, throttled: earlier?.throttled ?? 0 };
  const reads = new PacedReads(region, { ...ports, rate, before });
  const writerId = ports.newId();
  const writer = new ChangeWriter(store, { region, number, writer: writerId });
  const reading = await readRegion(earlier ?? { begun: '', unfinished: [] }, known, {
    scope: { ...scope, region },
    reads,
    store,
    operations: ports.operations,
    circumstances,
    writer,
    base,
    full,
    outOfTime: allotment.outOfTime,
    batch: () => Math.max(1, Math.min(LARGEST_BATCH, Math.floor(rate.perSecond * SECONDS_BETWEEN_LOOKS))),
    stillAtIt: () => note.leave(),
  }).catch((error: unknown) => {
    // Others of its images are still on their way: they are not to go on by themselves.
    reads.stop();
    writer.stop();
    throw error;
  });
  const counts = summed(earlier?.counts, reading, writer);

  if (reading.next) {
    const written = await writer.close(reading.digests);
    const continuation: Continuation = {
      runId: note.runId,
      base: number - 1,
      full,
      startedAt,
      ...reading.next,
      changeSets: [...(earlier?.changeSets ?? []), written.changeSet],
      digests: [...(earlier?.digests ?? []), written.digests],
      counts,
      ...reads.counts,
      perSecond: rate.perSecond,
    };
    return handOn({ ...order, continuation }, ports);
  }

  const written = await content(counts, reading, base, { order, known, writer, ports });
  const snapshot: Snapshot = {
    region,
    number,
    writer: writerId,
    status: 'claimed',
    startedAt,
    takenAt: laterThan(base, circumstances.now()),
    trigger: order.trigger,
    full,
    sinceFull: full ? 0 : (base?.sinceFull ?? 0) + 1,
    counts,
    ...reads.counts,
    durationSeconds: Math.round((circumstances.now() - Date.parse(startedAt)) / 100) / 10,
    ...written,
  };
  if (!(await store.put(snapshot))) {
    // A put whose answer was lost is made again by the SDK, and then finds what it has put itself.
    const there = await store.newest(region);
    if (there?.writer !== writerId) return 'superseded';
  }
  if (allotment.outOfTime()) {
    // Whoever takes this up completes it first, and then finds that what is asked for has been done.
    return handOn({ ...order, trigger: 'request', requestedAt: startedAt, continuation: undefined }, ports);
  }
  return { outcome: 'taken', snapshot: await complete(snapshot, ports) };
}

/** What it says, and where that stands. What is as it was is not written again. */
async function content(
  counts: SnapshotCounts,
  reading: RegionReading,
  base: Snapshot | undefined,
  {
    order,
    known,
    writer,
    ports,
  }: {
    readonly order: SnapshotOrder;
    readonly known: ReadonlyMap<string, string>;
    readonly writer: ChangeWriter;
    readonly ports: InventoryPorts;
  },
): Promise<Pick<Snapshot, 'published' | 'changeSets' | 'digests'>> {
  const earlier = order.continuation;
  const read = earlier ? await ports.store.digests(order.region, earlier.digests) : new Map<string, string>();
  const digests = new Map([...read, ...reading.digests]);
  const changed = counts.added + counts.changed + counts.removed > 0;
  if (base && !changed && equal(digests, known)) {
    return { published: true, changeSets: [], digests: base.digests };
  }
  const written = await writer.close(reading.digests);
  return {
    // Before a region's first snapshot nothing is known, so nothing has changed.
    published: !changed || !base,
    changeSets: changed ? [...(earlier?.changeSets ?? []), written.changeSet] : [],
    digests: [...(earlier?.digests ?? []), written.digests],
  };
}

/** The note that others find of a run. A short one, that nobody asked for, leaves none. */
class Note {
  readonly runId: string;
  readonly #region: string;
  readonly #base: number;
  readonly #startedAt: string;
  readonly #context: SnapshotContext;
  #run: Run | undefined;
  #left: Promise<void> | undefined;

  constructor(
    { region, invocationId, continuation }: SnapshotOrder,
    base: Snapshot | undefined,
    { run, startedAt }: Admitted,
    context: SnapshotContext,
  ) {
    this.#region = region;
    this.#base = base?.number ?? 0;
    this.#startedAt = startedAt;
    this.#context = context;
    this.#run = run;
    this.runId = continuation?.runId ?? run?.runId ?? invocationId;
  }

  /** Leaves it, once the run has gone on for a minute. */
  async leave(): Promise<void> {
    const { circumstances } = this.#context.ports;
    if (this.#run || circumstances.now() - Date.parse(this.#startedAt) < SHORT) return;
    this.#left ??= this.#claim();
    await this.#left;
  }

  /** Whoever tries again, or the next one who asks, need not wait until the run would have ended. */
  async takeBack(why: unknown): Promise<void> {
    if (!this.#run) return;
    try {
      await this.#context.ports.store.extendRun(this.#region, this.#run, 0);
    } catch (error) {
      throw new AggregateError([why, error], why instanceof Error ? why.message : String(why));
    }
  }

  async #claim(): Promise<void> {
    const { ports, allotment } = this.#context;
    const run: Run = {
      runId: this.runId,
      base: this.#base,
      startedAt: this.#startedAt,
      until: allotment.until,
    };
    const claimed = await ports.store.claimRun(this.#region, run, await ports.store.run(this.#region));
    if (claimed) this.#run = run;
  }
}

function summed(
  earlier: SnapshotCounts | undefined,
  { images, versions }: RegionReading,
  { counts }: ChangeWriter,
): SnapshotCounts {
  return {
    images: (earlier?.images ?? 0) + images,
    versions: (earlier?.versions ?? 0) + versions,
    added: (earlier?.added ?? 0) + counts.added,
    changed: (earlier?.changed ?? 0) + counts.changed,
    removed: (earlier?.removed ?? 0) + counts.removed,
  };
}

/** The order of times is that of the numbers, whatever clock a function has. */
function laterThan(base: Snapshot | undefined, now: number): string {
  const earliest = base ? Date.parse(base.takenAt) + 1 : now;
  return new Date(Math.max(now, earliest)).toISOString();
}

function equal(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): boolean {
  return left.size === right.size && [...left].every(([name, digest]) => right.get(name) === digest);
}
