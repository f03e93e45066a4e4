import type { InventoryPolicy } from '../../contract/inventory.ts';
import type { ImageVersionRef } from '../image-version/identifier.ts';
import type { Admission, SnapshotOrder } from './admission.ts';
import { ChangeWriter } from './change-writer.ts';
import { complete } from './completion.ts';
import { anotherRun, type Continuation, nextPlace } from './continuation.ts';
import { handOn } from './hand-on.ts';
import { PacedReads } from './paced-reads.ts';
import { type Allotment, ChunkGone, type InventoryPorts } from './ports.ts';
import { AdaptiveRate } from './rate.ts';
import { type RegionReading, readRegion } from './read-region.ts';
import { RunNote } from './run-note.ts';
import type { Snapshot, SnapshotCounts } from './snapshot.ts';
import type { SnapshotOutcome } from './take-snapshot.ts';
import { TimeLimit } from './time-limit.ts';

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
 * Versions of an image that are compared and written away together: so many seconds' worth of calls at the rate that
 * there is. What a run has read of a batch that it does not finish is read again.
 */
const SECONDS_OF_A_BATCH = 2;
const LARGEST_BATCH = 50;

/** @returns `superseded` where another run has taken the snapshot's number */
export async function attempt(
  order: SnapshotOrder,
  base: Snapshot | undefined,
  admitted: Admitted,
  context: SnapshotContext,
): Promise<SnapshotOutcome | 'superseded'> {
  const { ports } = context;
  const note = new RunNote(order, base, admitted, context);
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
  note: RunNote,
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
  const limit = new TimeLimit(allotment, circumstances.now);
  const reads = new PacedReads(region, { ...ports, rate, before, limit });
  const writerId = ports.newId();
  const writer = new ChangeWriter(store, { region, number, writer: writerId });
  const place = earlier ?? { begun: '', unfinished: [] };
  const reading = await readRegion(place, known, {
    scope: { ...scope, region },
    reads,
    store,
    operations: ports.operations,
    circumstances,
    writer,
    base,
    full,
    limit,
    perSecond: () => rate.perSecond,
    batch: () => Math.max(1, Math.min(LARGEST_BATCH, Math.floor(rate.perSecond * SECONDS_OF_A_BATCH))),
    stillAtIt: () => note.leave(),
  }).catch((error: unknown) => {
    // Others of its images are still on their way: they are not to go on by themselves.
    reads.stop();
    writer.stop();
    throw error;
  });
  const counts = summed(earlier?.counts, reading, writer);

  if (reading.next) {
    const next = nextPlace(place, reading);
    const written = await writer.close(reading.digests);
    const continuation: Continuation = {
      runId: note.runId,
      base: number - 1,
      full,
      startedAt,
      ...next,
      changeSets: anotherRun(earlier?.changeSets ?? [], written.changeSet),
      digests: [...(earlier?.digests ?? []), ...written.digests],
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
  const completed = allotment.outOfTime() ? undefined : await complete(snapshot, ports, allotment.outOfTime);
  if (completed) return { outcome: 'taken', snapshot: completed };
  // Whoever takes this up completes it first, and then finds that what is asked for has been done.
  return handOn({ ...order, trigger: 'request', requestedAt: startedAt, continuation: undefined }, ports);
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
  // All of them anew: so their places do not grow with the runs.
  const written = await writer.close(digests);
  return {
    // Before a region's first snapshot nothing is known, so nothing has changed.
    published: !changed || !base,
    changeSets: changed ? anotherRun(earlier?.changeSets ?? [], written.changeSet) : [],
    digests: written.digests,
  };
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
