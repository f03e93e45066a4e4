import { bounded } from '../bounded.ts';
import { AliasMoves, changeEvent } from './change-events.ts';
import type { ChunkAt, InventoryPorts, SnapshotStore } from './ports.ts';
import type { Change, Snapshot } from './snapshot.ts';

/**
 * Brings a snapshot that has its number to its end: its rows are opened and closed, it becomes visible, its changes
 * are told. What is to be done is fixed in the table by then, so anybody may do it, two at once, or again.
 */

/** Rows that are written at once. */
const AT_ONCE = 25;

type CompletionPorts = Pick<InventoryPorts, 'bus' | 'circumstances'> & {
  readonly store: Pick<
    SnapshotStore,
    'addRegion' | 'changes' | 'date' | 'dropUnnamed' | 'openRow' | 'closeRow' | 'commit' | 'markPublished'
  >;
};

/**
 * Takes as long as there are changes: some hundred rows a second, and as many events. A run that is cut off here is
 * made up for by the next one, which passes quickly over what is done.
 *
 * @returns the snapshot as it is then
 */
export async function complete(claimed: Snapshot, ports: CompletionPorts): Promise<Snapshot> {
  const { store, circumstances } = ports;
  // Only now that readers find it claimed: of a later moment they were not told anything yet.
  const takenAt = new Date(Math.max(circumstances.now(), Date.parse(claimed.takenAt))).toISOString();
  const snapshot = claimed.status === 'claimed' ? await store.date(claimed, takenAt) : claimed;
  if (snapshot.status === 'dated') {
    for (const at of chunksOf(snapshot)) {
      await bounded(await store.changes(at), AT_ONCE, (change) => apply(change, snapshot, store));
    }
    // Before the first one can be seen; and again with each full one, so that it comes back if it is lost.
    if (snapshot.full) await store.addRegion(snapshot.region);
    await store.commit(snapshot);
    // What runs that died, or were slower, have written under its number.
    await store.dropUnnamed(snapshot);
  }
  // Only now: who hears of a change finds it in the snapshot.
  if (!snapshot.published) {
    await publish(snapshot, ports);
    await store.markPublished(snapshot);
  }
  return { ...snapshot, status: 'committed', published: true };
}

async function apply(change: Change, snapshot: Snapshot, store: CompletionPorts['store']): Promise<void> {
  const { number, takenAt } = snapshot;
  if (change.kind !== 'added') {
    const { before, supersedes, kind, cause } = change;
    const removal = kind === 'removed' && cause ? { removal: cause } : {};
    await store.closeRow(before, supersedes, { to: number, toAt: takenAt, ...removal });
  }
  if (change.kind !== 'removed') {
    const { after, cause } = change;
    const firstSeenAt = (change.kind === 'changed' ? change.firstSeenAt : undefined) ?? takenAt;
    await store.openRow({
      state: after,
      firstSeenAt,
      from: number,
      fromAt: takenAt,
      ...(cause ? { cause } : {}),
    });
  }
}

async function publish(snapshot: Snapshot, { store, bus }: CompletionPorts): Promise<void> {
  const moves = new AliasMoves();
  for (const at of chunksOf(snapshot)) {
    const changes = await store.changes(at);
    await bus.put(changes.map((change) => changeEvent(change, snapshot)));
    for (const change of changes) moves.add(change);
  }
  await bus.put(moves.events(snapshot));
}

function chunksOf({ region, number, changeSets }: Snapshot): ChunkAt[] {
  return changeSets.flatMap(({ writer, chunks }) =>
    Array.from({ length: chunks }, (_none, index) => ({ region, number, writer, chunk: index + 1 })),
  );
}
