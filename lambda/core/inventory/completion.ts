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
    | 'addRegion'
    | 'noteProgress'
    | 'changes'
    | 'date'
    | 'dropUnnamed'
    | 'openRow'
    | 'closeRow'
    | 'commit'
    | 'markPublished'
  >;
};

/**
 * Takes as long as there are changes: some hundred rows a second, and as many events. The record of the snapshot says
 * which chunks of them are done, so that another run goes on from there, whether this one stops in time or is cut off.
 *
 * @param isOver whether no more time is left; looked at after each chunk, so that each run does one at least
 * @returns the snapshot as it is then; undefined if something is left to do
 */
export async function complete(
  claimed: Snapshot,
  ports: CompletionPorts,
  isOver: () => boolean,
): Promise<Snapshot | undefined> {
  const { store, circumstances } = ports;
  // Only now that readers find it claimed: of a later moment they were not told anything yet.
  const takenAt = new Date(Math.max(circumstances.now(), Date.parse(claimed.takenAt))).toISOString();
  const snapshot = claimed.status === 'claimed' ? await store.date(claimed, takenAt) : claimed;
  if (snapshot.status === 'dated') {
    if (!(await applyAll(snapshot, store, isOver))) return undefined;
    // Before the first one can be seen; and again with each full one, so that it comes back if it is lost.
    if (snapshot.full) await store.addRegion(snapshot.region);
    await store.commit(snapshot);
    // What runs that died, or were slower, have written under its number.
    await store.dropUnnamed(snapshot);
  }
  // Only now: who hears of a change finds it in the snapshot.
  if (!snapshot.published) {
    if (!(await publish(snapshot, ports, isOver))) return undefined;
    await store.markPublished(snapshot);
  }
  return { ...snapshot, status: 'committed', published: true };
}

/** @returns whether all rows are written */
async function applyAll(
  snapshot: Snapshot,
  store: CompletionPorts['store'],
  isOver: () => boolean,
): Promise<boolean> {
  const chunks = chunksOf(snapshot);
  for (const [index, at] of chunks.entries()) {
    if (index < (snapshot.appliedChunks ?? 0)) continue;
    await bounded(await store.changes(at), AT_ONCE, (change) => apply(change, snapshot, store));
    if (index + 1 === chunks.length) break;
    await store.noteProgress(snapshot, { appliedChunks: index + 1 });
    if (isOver()) return false;
  }
  return true;
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

/**
 * Where an alias moved is known once all changes are: they are read again for it.
 *
 * @returns whether all changes are published
 */
async function publish(
  snapshot: Snapshot,
  { store, bus }: CompletionPorts,
  isOver: () => boolean,
): Promise<boolean> {
  const moves = new AliasMoves();
  const chunks = chunksOf(snapshot);
  for (const [index, at] of chunks.entries()) {
    const changes = await store.changes(at);
    for (const change of changes) moves.add(change);
    if (index < (snapshot.publishedChunks ?? 0)) continue;
    await bus.put(changes.map((change) => changeEvent(change, snapshot)));
    if (index + 1 === chunks.length) break;
    await store.noteProgress(snapshot, { publishedChunks: index + 1 });
    if (isOver()) return false;
  }
  await bus.put(moves.events(snapshot));
  return true;
}

function chunksOf({ region, number, changeSets }: Snapshot): ChunkAt[] {
  return changeSets.flatMap(({ writer, chunks }) =>
    Array.from({ length: chunks }, (_none, index) => ({ region, number, writer, chunk: index + 1 })),
  );
}
