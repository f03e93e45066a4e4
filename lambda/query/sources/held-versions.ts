import { bounded } from '../../core/bounded.ts';
import { parseImageVersionArn } from '../../core/image-version/identifier.ts';
import { readableRegions } from '../../core/inventory/readable-regions.ts';
import { type InventoryRow, type Snapshot, snapshotIdOf } from '../../core/inventory/snapshot.ts';
import type { NeededRead } from '../engine.ts';
import { momentOf } from '../moment.ts';
import type { Row } from '../tables.ts';
import { inOrder, liveRow } from './live-versions.ts';
import { namedRows } from './named-rows.ts';
import { type Reading, Rows } from './reading.ts';

/** Versions as snapshots have them: the newest one of each region, or those of the times that a statement names. */

const AT_ONCE = 5;

export async function heldVersions(read: NeededRead, { ports }: Reading): Promise<readonly Row[]> {
  const { inventory, scope } = ports;
  const rows = new Rows(read.table);
  const times = read.times?.map((written) => ({ written, at: momentOf(written, 'snapshot_at') }));
  const told = (read.regions ?? (await readableRegions(inventory, scope.regions))).flatMap((region) =>
    (times ?? [undefined]).map((time) => ({ region, time })),
  );
  await bounded(told, AT_ONCE, async ({ region, time }) => {
    const snapshot = await ports.snapshotOf(region, time?.at);
    const { number } = snapshot;
    const span = { kind: 'at', number } as const;
    for await (const held of namedRows(inventory, read, { region, scope, span })) {
      rows.add(...held.map((row) => heldRow(row, snapshot, time?.written ?? snapshot.takenAt)));
    }
  });
  return inOrder(rows.all);
}

function heldRow({ state, firstSeenAt, fromAt, cause }: InventoryRow, snapshot: Snapshot, told: string): Row {
  const ref = parseImageVersionArn(state.identifier);
  return {
    ...(ref &&
      liveRow(state.identifier, { ...ref, imageName: state.imageName }, state.properties, state.aliases)),
    region: state.region,
    account: state.account,
    status: state.status,
    failure_reason: state.failureReason ?? null,
    created_at: state.createdAt,
    modified_at: state.modifiedAt,
    first_seen_at: firstSeenAt,
    snapshot_at: told,
    snapshot_id: snapshotIdOf(snapshot),
    valid_from: fromAt,
    // It holds in this snapshot; what ended it later is not known then, so that the past never reads otherwise.
    valid_to: null,
    drift: cause?.drift ?? null,
    operation_id: cause && !cause.drift ? cause.operationId : null,
  };
}
