import type { Page } from '../catalogue.ts';
import { holdsAt } from './as-of.ts';
import type { InventoryDesk, RowPlace } from './desk.ts';
import { type Difference, differences } from './differences.ts';
import { batches, isSameVersion, placeOf, READS_PER_PAGE, Room } from './row-pages.ts';
import type { Cause, InventoryRow, VersionState } from './snapshot.ts';

/** What one snapshot has otherwise than another, of one version. */
export interface VersionDifference {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly state: Pick<VersionState, 'identifier' | 'region' | 'imageName' | 'version'>;
  /** Of what was added or removed, every property. */
  readonly changes: readonly Difference[];
  /** Of all that happened to it between the two: drift where any of it was, else the last operation. */
  readonly cause?: Cause;
}

interface Between {
  readonly region: string;
  /** Numbers of two snapshots, in either order: what the second has otherwise than the first. */
  readonly first: number;
  readonly second: number;
}

/**
 * What two snapshots have differently, in order of image and version. Only rows that begin or end between the two are
 * looked at; all of a version's are looked at together, for only those that hold in the one and in the other count.
 */
export async function diffPage(
  desk: InventoryDesk,
  between: Between,
  limit: number,
  start: RowPlace | undefined,
): Promise<Page<VersionDifference, RowPlace>> {
  const { region, first, second } = between;
  if (first === second) return { items: [] };
  const span = {
    kind: 'between',
    after: Math.min(first, second),
    upTo: Math.max(first, second),
  } as const;
  const room = new Room<VersionDifference>(limit);
  /** The rows of one version, as far as they are read. */
  let group: InventoryRow[] = [];
  let closed = 0;
  const close = () => {
    const difference = differenceOf(group, between);
    if (difference) room.add(difference);
    group = [];
    closed += 1;
  };
  let reads = 0;
  for await (const batch of batches(desk, { region, filter: {}, span }, start, () => room.left)) {
    for (const row of batch.rows) {
      const [last] = group.slice(-1);
      if (last && !isSameVersion(placeOf(last), placeOf(row))) {
        close();
        if (room.full) return { items: room.items, next: placeOf(last) };
      }
      group.push(row);
    }
    reads += 1;
    if (!batch.next) break;
    if (reads < READS_PER_PAGE) continue;
    const [open] = group;
    if (!open) return { items: room.items, next: batch.next };
    const beginning = { ...placeOf(open), from: 0 };
    // A version that has not been read to its end is begun anew, unless that would be where this page began.
    const further = closed > 0 || (start && !isSameVersion(start, beginning));
    if (further) return { items: room.items, next: beginning };
  }
  close();
  return { items: room.items };
}

function differenceOf(
  rows: readonly InventoryRow[],
  { first, second }: Between,
): VersionDifference | undefined {
  const before = rows.find((row) => holdsAt(row, first))?.state;
  const after = rows.find((row) => holdsAt(row, second))?.state;
  const state = after ?? before;
  const changes = differences(before, after);
  // It came and went in between, or is again what it was.
  if (!state || changes.length === 0) return undefined;
  const kind = before && after ? 'changed' : after ? 'added' : 'removed';
  const cause = causeOf(rows, { after: Math.min(first, second), upTo: Math.max(first, second) });
  return { kind, state, changes, ...(cause ? { cause } : {}) };
}

function causeOf(
  rows: readonly InventoryRow[],
  { after, upTo }: { readonly after: number; readonly upTo: number },
): Cause | undefined {
  const within = (number: number | undefined) => number !== undefined && number > after && number <= upTo;
  const causes = rows.flatMap(({ from, to, cause, removal }) => [
    ...(cause && within(from) ? [cause] : []),
    ...(removal && within(to) ? [removal] : []),
  ]);
  return causes.find(({ drift }) => drift) ?? causes.at(-1);
}
