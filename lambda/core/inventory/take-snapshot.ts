import type { InventoryPolicy } from '../../contract/inventory.ts';
import type { ImageVersionRef } from '../image-version/identifier.ts';
import { type Admission, admit, type SnapshotOrder } from './admission.ts';
import { ChangeWriter } from './change-writer.ts';
import { complete } from './completion.ts';
import type { Continuation } from './continuation.ts';
import { handOn } from './hand-on.ts';
import { PacedReads } from './paced-reads.ts';
import type { Allotment, InventoryPorts } from './ports.ts';
import { AdaptiveRate } from './rate.ts';
import { type RegionReading, readRegion } from './read-region.ts';
import type { Snapshot, SnapshotCounts } from './snapshot.ts';

export type SnapshotOutcome =
  | { readonly outcome: 'taken'; readonly snapshot: Snapshot }
  /** An event is on its way that goes on from here. */
  | { readonly outcome: 'handed-on' }
  /** Another run is at it, or has done it. */
  | { readonly outcome: 'left'; readonly why: 'satisfied' | 'under-way' | 'superseded' };

/** Between two looks whether another run has ended. */
const LOOK_EVERY = 3_000;

/**
 * Takes a snapshot of a region, or as much of it as there is time for. Whatever an earlier run left half done is done
 * first. Any number may run at once: only one of them gets the snapshot's number.
 *
 * @throws CallError where AWS refused or did not answer: then there is no snapshot, and nothing has changed for readers
 */
export async function takeSnapshot(
  order: SnapshotOrder,
  context: {
    readonly policy: InventoryPolicy;
    readonly scope: Pick<ImageVersionRef, 'account' | 'partition'>;
    readonly ports: InventoryPorts;
    readonly allotment: Allotment;
  },
): Promise<SnapshotOutcome> {
  const { ports, allotment } = context;
  const { region } = order;
  for (let current = order; ; ) {
    const newest = await ports.store.newest(region);
    const base = newest && (await complete(newest, ports));
    const admission = await admit(current, base, allotment, ports);
    switch (admission.outcome) {
      case 'admitted':
        break;
      case 'left':
        return admission;
      case 'superseded':
        if (current.trigger === 'schedule') return { outcome: 'left', why: 'superseded' };
        // What was asked for may have been done by the one who was faster, or not.
        current = { ...current, continuation: undefined };
        continue;
      case 'wait':
        if (allotment.outOfTime()) return handOn(current, ports);
        await ports.sleep(LOOK_EVERY);
        continue;
      default:
        admission satisfies never;
    }
    const taken = await attempt(current, base, admission, context);
    if (taken !== 'superseded') return taken;
    if (current.trigger === 'schedule') return { outcome: 'left', why: 'superseded' };
    current = { ...current, continuation: undefined };
  }
}

type Context = Parameters<typeof takeSnapshot>[1];
type Admitted = Extract<Admission, { readonly outcome: 'admitted' }>;

async function attempt(
  order: SnapshotOrder,
  base: Snapshot | undefined,
  admitted: Admitted,
  context: Context,
): Promise<SnapshotOutcome | 'superseded'> {
  try {
    return await read(order, base, admitted, context);
  } catch (error) {
    // Whoever tries again, or the next one who asks, need not wait until this run would have ended.
    if (admitted.run) await context.ports.store.extendRun(order.region, admitted.run, 0);
    throw error;
  }
}

async function read(
  order: SnapshotOrder,
  base: Snapshot | undefined,
  { run, startedAt }: Admitted,
  { policy, scope, ports, allotment }: Context,
): Promise<SnapshotOutcome | 'superseded'> {
  const { region } = order;
  const { store, circumstances } = ports;
  const earlier = order.continuation;
  const number = (base?.number ?? 0) + 1;
  const full = earlier?.full ?? (!base || base.sinceFull + 1 >= policy.fullEvery);
  const known = base ? await store.digests(region, base.digests) : new Map<string, string>();
  const rate = new AdaptiveRate(
    policy.callsPerSecond,
    { now: circumstances.now, sleep: ports.sleep },
    earlier?.perSecond,
  );
  const before = { calls: earlier?.calls ?? 0, throttled: earlier?.throttled ?? 0 };
  const reads = new PacedReads(region, { ...ports, rate, before });
  const writer = new ChangeWriter(store, { region, number, writer: ports.newId() });
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
  });
  const counts = summed(earlier?.counts, reading, writer);

  if (reading.next) {
    const written = await writer.close(reading.digests);
    const continuation: Continuation = {
      runId: earlier?.runId ?? run?.runId ?? ports.newId(),
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
  if (!(await store.put(snapshot))) return 'superseded';
  if (allotment.outOfTime()) {
    // Whoever takes this up completes it first, and then finds that what is asked for has been done.
    return handOn({ region, trigger: 'request', requestedAt: startedAt, continuation: undefined }, ports);
  }
  const completed = await complete(snapshot, ports);
  // What runs that died, or were slower, have written under its number.
  await store.dropUnnamed(snapshot);
  return { outcome: 'taken', snapshot: completed };
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
): Promise<Pick<Snapshot, 'status' | 'published' | 'changeSets' | 'digests'>> {
  const earlier = order.continuation;
  const read = earlier ? await ports.store.digests(order.region, earlier.digests) : new Map<string, string>();
  const digests = new Map([...read, ...reading.digests]);
  const changed = counts.added + counts.changed + counts.removed > 0;
  if (base && !changed && equal(digests, known)) {
    return { status: 'committed', published: true, changeSets: [], digests: base.digests };
  }
  const written = await writer.close(reading.digests);
  return {
    status: changed ? 'claimed' : 'committed',
    // Before a region's first snapshot nothing is known, so nothing has changed.
    published: !changed || !base,
    changeSets: changed ? [...(earlier?.changeSets ?? []), written.changeSet] : [],
    digests: [...(earlier?.digests ?? []), written.digests],
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
