import type { Continuation } from './continuation.ts';
import type { Allotment, InventoryPorts, Run } from './ports.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Who may read a region now. Several runs at once do no harm, since only one of them gets the snapshot's number; but
 * they would all call AWS. A run that was asked for, or that hands on, is known to the others by a note in the table;
 * the scheduled one, which is by itself nearly always, is spared that write.
 */

/** What is wanted of the inventory. */
export interface SnapshotOrder {
  readonly region: string;
  readonly trigger: 'schedule' | 'request';
  /** The same whenever Lambda runs one event again, and for no other event. */
  readonly invocationId: string;
  /** ISO 8601; of a request: a snapshot that was begun before will not do. */
  readonly requestedAt?: string | undefined;
  readonly continuation: Continuation | undefined;
}

export type Admission =
  | { readonly outcome: 'admitted'; readonly startedAt: string; readonly run: Run | undefined }
  | { readonly outcome: 'left'; readonly why: 'satisfied' | 'under-way' }
  /** What it goes on from is no longer the newest. */
  | { readonly outcome: 'superseded' }
  /** Another run is at it that began too early for this one. */
  | { readonly outcome: 'wait' };

/** Beyond the time at which a run is cut off, so that clocks need not agree. */
const MARGIN = 60_000;

export async function admit(
  order: SnapshotOrder,
  base: Snapshot | undefined,
  allotment: Allotment,
  { store, circumstances }: Pick<InventoryPorts, 'store' | 'circumstances'>,
): Promise<Admission> {
  const { region, trigger, invocationId, requestedAt, continuation } = order;
  const number = base?.number ?? 0;
  const until = allotment.until + MARGIN;
  if (continuation) {
    if (continuation.base !== number) return { outcome: 'superseded' };
    const { runId, startedAt } = continuation;
    const run = { runId, base: number, startedAt, until };
    await store.extendRun(region, run, until);
    return { outcome: 'admitted', startedAt, run };
  }
  const now = circumstances.now();
  const startedAt = new Date(now).toISOString();
  const other = await store.run(region);
  const alive = other && other.base === number && other.until > now ? other : undefined;
  if (trigger === 'schedule' || requestedAt === undefined) {
    // Its own note, of a run of the same event that died, is in nobody's way.
    const others = alive && alive.runId !== invocationId;
    return others
      ? { outcome: 'left', why: 'under-way' }
      : { outcome: 'admitted', startedAt, run: alive && { ...alive, startedAt, until } };
  }
  if (base && base.startedAt >= requestedAt) return { outcome: 'left', why: 'satisfied' };
  // A request that is delivered again, because its run died, takes over from that.
  const runId = `request-${requestedAt}`;
  if (alive && alive.runId !== runId) {
    return alive.startedAt >= requestedAt ? { outcome: 'left', why: 'under-way' } : { outcome: 'wait' };
  }
  const run = { runId, base: number, startedAt, until };
  const claimed = await store.claimRun(region, run, other);
  return claimed ? { outcome: 'admitted', startedAt, run } : { outcome: 'wait' };
}
