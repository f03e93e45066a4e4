import { listSnapshots } from '../../core/inventory/as-of.ts';
import { readableRegions } from '../../core/inventory/readable-regions.ts';
import { type Snapshot, snapshotIdOf } from '../../core/inventory/snapshot.ts';
import type { NeededRead } from '../engine.ts';
import type { Row } from '../tables.ts';
import type { Reading } from './reading.ts';

/** Of each region the newest: as many as one read of the table has room for. */
export const NEWEST_SNAPSHOTS = 1_000;

export async function snapshots(read: NeededRead, { ports }: Reading): Promise<readonly Row[]> {
  const { inventory, scope } = ports;
  const regions = await Promise.all(
    (read.regions ?? (await readableRegions(inventory, scope.regions))).map((region) =>
      newest(inventory, region),
    ),
  );
  return regions.flat().map(snapshotRow);
}

async function newest(
  inventory: Reading['ports']['inventory'],
  region: string,
): Promise<readonly Snapshot[]> {
  const found: Snapshot[] = [];
  let before: number | undefined;
  do {
    const page = await listSnapshots(inventory, region, NEWEST_SNAPSHOTS - found.length, { before });
    found.push(...page.items);
    before = page.next;
  } while (before !== undefined && found.length < NEWEST_SNAPSHOTS);
  return found;
}

function snapshotRow(snapshot: Snapshot): Row {
  const { region, takenAt, startedAt, trigger, full, counts, calls, throttled, durationSeconds } = snapshot;
  return {
    ...counts,
    snapshot_id: snapshotIdOf(snapshot),
    region,
    taken_at: takenAt,
    started_at: startedAt,
    trigger,
    full,
    calls,
    throttled,
    duration_seconds: durationSeconds,
  };
}
