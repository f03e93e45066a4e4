import type { Page } from '../catalogue.ts';
import { knownAt } from './as-of.ts';
import type { InventoryDesk, RowPlace } from './desk.ts';
import { type Difference, differences } from './differences.ts';
import { AS_MANY_AS_FIT, batches, READS_PER_PAGE, Room } from './row-pages.ts';
import { type Cause, type InventoryRow, isAnother } from './snapshot.ts';

/** A time in which a version stayed as it was. */
export interface VersionPeriod {
  readonly row: InventoryRow;
  /** What is otherwise than directly before; nothing where it was not there then. */
  readonly changes: readonly Difference[];
}

/** A time in which an alias pointed to one version. */
export interface AliasPeriod {
  readonly imageName: string;
  readonly version: number;
  readonly identifier: string;
  /** The snapshots for which that holds, as in a row. */
  readonly from: number;
  readonly fromAt: string;
  readonly to?: number;
  readonly toAt?: string;
  /** What let it point there. */
  readonly cause?: Cause;
}

export interface Of<What> {
  readonly region: string;
  readonly imageName: string;
  readonly what: What;
  /** Number of the newest snapshot that counts. */
  readonly number: number;
}

/**
 * The periods of a version, oldest first.
 *
 * @param after the `from` of the last period that was told
 * @returns undefined where nothing is known of the version, or there is no such period to go on from
 */
export async function versionHistory(
  desk: InventoryDesk,
  { region, imageName, what: version, number }: Of<number>,
  limit: number,
  after: number | undefined,
): Promise<Page<VersionPeriod, number> | undefined> {
  const room = new Room<VersionPeriod>(limit);
  // The last one that was told is read again: the next one is told by what it has otherwise.
  const start: RowPlace | undefined =
    after === undefined ? undefined : { imageName, version, from: after - 1 };
  const span = { kind: 'up-to', number } as const;
  let previous: InventoryRow | undefined;
  let reads = 0;
  for await (const batch of batches(
    desk,
    { region, filter: { imageName, version }, span },
    start,
    () => room.left + 1,
  )) {
    for (const stored of batch.rows) {
      if (room.full && previous) return { items: room.items, next: previous.from };
      const row = knownAt(stored, number);
      if (previous === undefined && after !== undefined) {
        if (row.from !== after) return undefined;
      } else {
        const direct = previous !== undefined && previous.to === row.from;
        room.add({ row, changes: direct ? differences(previous?.state, row.state) : [] });
      }
      previous = row;
    }
    reads += 1;
    if (reads >= READS_PER_PAGE && batch.next && previous) return { items: room.items, next: previous.from };
  }
  return previous ? { items: room.items } : undefined;
}

/**
 * The versions that an alias pointed to, oldest first. Their order is none that the rows lie in, so all that is kept of
 * the image is read, and what follows the last one that was told is told.
 *
 * @returns undefined where no version of the image ever had it
 */
export async function aliasHistory(
  desk: InventoryDesk,
  { region, imageName, what: alias, number }: Of<string>,
  limit: number,
  after: Pick<AliasPeriod, 'from' | 'version'> | undefined,
): Promise<Page<AliasPeriod, Pick<AliasPeriod, 'from' | 'version'>> | undefined> {
  const periods: AliasPeriod[] = [];
  let previous: InventoryRow | undefined;
  const span = { kind: 'up-to', number } as const;
  for await (const batch of batches(
    desk,
    { region, filter: { imageName, alias }, span },
    undefined,
    () => AS_MANY_AS_FIT,
  )) {
    for (const stored of batch.rows) {
      const row = knownAt(stored, number);
      const last = periods.at(-1);
      if (last && previous && goesOn(previous, row)) {
        periods[periods.length - 1] = { ...withoutEnd(last), ...endOf(row) };
      } else {
        const { version, identifier } = row.state;
        const { from, fromAt, cause } = row;
        periods.push({
          imageName,
          version,
          identifier,
          from,
          fromAt,
          ...endOf(row),
          ...(cause ? { cause } : {}),
        });
      }
      previous = row;
    }
  }
  if (periods.length === 0) return undefined;
  const inOrder = periods.toSorted(byTime);
  const left = after ? inOrder.filter((period) => byTime(period, after) > 0) : inOrder;
  const items = left.slice(0, limit);
  const last = items.at(-1);
  const next = last && left.length > limit ? { from: last.from, version: last.version } : undefined;
  return { items, ...(next ? { next } : {}) };
}

/** Whether an alias that both rows have stayed on one version. It leaves the version of an image that is deleted and made again. */
function goesOn(before: InventoryRow, { state, from }: InventoryRow): boolean {
  return before.state.version === state.version && before.to === from && !isAnother(before.state, state);
}

function withoutEnd({ to: _to, toAt: _toAt, ...period }: AliasPeriod): AliasPeriod {
  return period;
}

function endOf({ to, toAt }: InventoryRow): Pick<AliasPeriod, 'to' | 'toAt'> {
  return { ...(to === undefined ? {} : { to }), ...(toAt === undefined ? {} : { toAt }) };
}

function byTime(
  left: Pick<AliasPeriod, 'from' | 'version'>,
  right: Pick<AliasPeriod, 'from' | 'version'>,
): number {
  return left.from - right.from || left.version - right.version;
}
