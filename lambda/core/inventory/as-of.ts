import type { Page } from '../catalogue.ts';
import type { InventoryDesk } from './desk.ts';
import { READS_PER_PAGE } from './row-pages.ts';
import type { InventoryRow, Snapshot } from './snapshot.ts';

/**
 * Which snapshot tells of a moment. Only the newest one can be on its way; what was committed never changes, so what
 * is answered of a past time is the same for ever.
 */

export type SnapshotAt =
  | { readonly outcome: 'found'; readonly snapshot: Snapshot }
  /** The region has none yet. */
  | { readonly outcome: 'none' }
  | { readonly outcome: 'before-first'; readonly first: Snapshot }
  /** One that was taken by then is on its way, and is the answer once it is committed. */
  | { readonly outcome: 'pending' };

/** The newest snapshot of a region; undefined where it has none. */
export async function newestSnapshot(desk: InventoryDesk, region: string): Promise<Snapshot | undefined> {
  const { snapshots } = await desk.snapshots(region, NEWEST);
  return snapshots.find(isCommitted);
}

/** The newest, and the one before it where the newest is not committed. A read has room for both: 1 MB, and a record has 400 KB. */
const NEWEST = 2;

/** The snapshot of a number; undefined where it does not exist, or not yet. */
export async function findSnapshot(
  desk: InventoryDesk,
  region: string,
  number: number,
): Promise<Snapshot | undefined> {
  const snapshot = await desk.find(region, number);
  return snapshot && isCommitted(snapshot) ? snapshot : undefined;
}

/** The last snapshot that was taken at a time or before. @param at ISO 8601, in UTC to the millisecond */
export async function snapshotAt(desk: InventoryDesk, region: string, at: string): Promise<SnapshotAt> {
  const [{ snapshots: newest }, indexed] = await Promise.all([
    desk.snapshots(region, NEWEST),
    desk.lastTakenBy(region, at),
  ]);
  const [last] = newest;
  if (last && !isCommitted(last) && last.takenAt <= at) return { outcome: 'pending' };
  const committed = newest.find(isCommitted);
  if (!committed) return { outcome: 'none' };
  if (committed.takenAt <= at) return { outcome: 'found', snapshot: committed };
  // The index lags; the table itself says whether the next one is later than that.
  let found = indexed;
  for (;;) {
    const number = (found?.number ?? 0) + 1;
    const next = newest.find((one) => one.number === number) ?? (await desk.find(region, number));
    if (next && isCommitted(next) && next.takenAt <= at) found = next;
    else if (found) return { outcome: 'found', snapshot: found };
    else return { outcome: 'before-first', first: next ?? committed };
  }
}

/**
 * The snapshots of a region, newest first.
 *
 * @param since ISO 8601: those that were taken then or later @default - all
 * @param before a number: those below it @default - from the newest on
 */
export async function listSnapshots(
  desk: InventoryDesk,
  region: string,
  limit: number,
  { since = '', before }: { readonly since?: string | undefined; readonly before?: number | undefined },
): Promise<Page<Snapshot, number>> {
  const listed: Snapshot[] = [];
  let place = before;
  for (let reads = 0; reads < READS_PER_PAGE; reads += 1) {
    // One more tells whether there is a next page, and the newest may not be committed.
    const { snapshots, next } = await desk.snapshots(region, limit - listed.length + NEWEST, place);
    const inTime = snapshots.filter(({ takenAt }) => takenAt >= since);
    listed.push(...inTime.filter(isCommitted));
    const items = listed.slice(0, limit);
    const last = items.at(-1);
    if (last && listed.length > limit) return { items, next: last.number };
    // Those that follow are older still.
    if (next === undefined || inTime.length < snapshots.length) return { items };
    place = next;
  }
  return { items: listed, ...(place === undefined ? {} : { next: place }) };
}

function isCommitted({ status }: Snapshot): boolean {
  return status === 'committed';
}

/** Whether a row holds in a snapshot. */
export function holdsAt({ from, to }: InventoryRow, number: number): boolean {
  return from <= number && (to === undefined || to > number);
}

/** A row as it was known at a snapshot: what ended it later is not known then. */
export function knownAt(row: InventoryRow, number: number): InventoryRow {
  if (row.to === undefined || row.to <= number) return row;
  const { to: _to, toAt: _toAt, removal: _removal, ...open } = row;
  return open;
}
