import { newestSnapshot } from '../../core/inventory/as-of.ts';
import { differences } from '../../core/inventory/differences.ts';
import { readableRegions } from '../../core/inventory/readable-regions.ts';
import { isSameVersion, placeOf } from '../../core/inventory/row-pages.ts';
import {
  type Cause,
  type InventoryRow,
  snapshotIdOf,
  type VersionState,
} from '../../core/inventory/snapshot.ts';
import type { NeededRead } from '../engine.ts';
import type { Row } from '../tables.ts';
import { namedRows } from './named-rows.ts';
import { type Reading, Rows } from './reading.ts';
import { NEWEST_SNAPSHOTS } from './snapshots.ts';

/**
 * What snapshots found changed, told from the rows that began or ended in them: of each region's newest snapshots, as
 * many as inventory.snapshots has. What was there in a region's first snapshot is no change: of the time before it
 * nothing is known.
 */
export async function changes(read: NeededRead, { ports }: Reading): Promise<readonly Row[]> {
  const { inventory, scope } = ports;
  const found = new Rows(read.table);
  await Promise.all(
    (read.regions ?? (await readableRegions(inventory, scope.regions))).map(async (region) => {
      const newest = await newestSnapshot(inventory, region);
      if (!newest) return;
      const span = {
        kind: 'between',
        after: Math.max(FIRST, newest.number - NEWEST_SNAPSHOTS),
        upTo: newest.number,
      } as const;
      let last: InventoryRow | undefined;
      for await (const rows of namedRows(inventory, read, { region, scope, span })) {
        for (const row of rows) {
          found.add(...between(last, row, span));
          last = row;
        }
      }
      found.add(...between(last, undefined, span));
    }),
  );
  return found.all.toSorted((a, b) => String(b.taken_at).localeCompare(String(a.taken_at)));
}

const FIRST = 1;

/** What happened to a version where one row of it ends and another begins; the rows come in order. */
function between(
  last: InventoryRow | undefined,
  next: InventoryRow | undefined,
  span: { readonly after: number; readonly upTo: number },
): Row[] {
  const within = (number: number | undefined) =>
    number !== undefined && number > span.after && number <= span.upTo;
  const same = last && next && isSameVersion(placeOf(last), placeOf(next));
  const followed = same && last.to === next.from;
  const rows: Row[] = [];
  if (last && !followed && last.to !== undefined && last.toAt !== undefined && within(last.to)) {
    rows.push(
      ...changeRows({
        kind: 'removed',
        number: last.to,
        takenAt: last.toAt,
        before: last.state,
        cause: last.removal,
      }),
    );
  }
  if (next && within(next.from)) {
    const before = followed
      ? ({ kind: 'changed', before: last.state } as const)
      : ({ kind: 'added' } as const);
    rows.push(
      ...changeRows({
        ...before,
        number: next.from,
        takenAt: next.fromAt,
        after: next.state,
        cause: next.cause,
      }),
    );
  }
  return rows;
}

interface Found {
  readonly kind: 'added' | 'changed' | 'removed';
  readonly number: number;
  readonly takenAt: string;
  readonly before?: VersionState;
  readonly after?: VersionState;
  readonly cause?: Cause | undefined;
}

function changeRows({ kind, number, takenAt, before, after, cause }: Found): Row[] {
  const state = after ?? before;
  if (!state) return [];
  const { region, imageName, version, identifier } = state;
  return differences(before, after).map((difference) => ({
    snapshot_id: snapshotIdOf({ region, number }),
    taken_at: takenAt,
    region,
    image_name: imageName,
    version,
    image_version_arn: identifier,
    kind,
    property: difference.property,
    before: toldAsText(difference.before),
    after: toldAsText(difference.after),
    drift: cause?.drift ?? null,
    operation_id: cause && !cause.drift ? cause.operationId : null,
  }));
}

function toldAsText(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
