import { SNAPSHOT_REQUESTED } from '../../contract/events.ts';
import type { SnapshotEventDetail } from '../../contract/inventory.ts';
import type { SnapshotOrder } from './admission.ts';
import type { InventoryPorts } from './ports.ts';

/** For so long a run that was handed on counts as alive: until its event is delivered and it says so itself. */
const DELIVERY = 5 * 60_000;

/** What is left is another run's: an event says where it goes on. */
export async function handOn(
  { region, trigger, requestedAt, continuation }: SnapshotOrder,
  { bus, store, circumstances }: Pick<InventoryPorts, 'bus' | 'store' | 'circumstances'>,
): Promise<{ readonly outcome: 'handed-on' }> {
  if (continuation) {
    const { runId, base, startedAt } = continuation;
    const other = await store.run(region);
    const run = { runId, base, startedAt, until: circumstances.now() + DELIVERY };
    // Whose note it is matters to nobody but those who would begin anew.
    await store.claimRun(region, run, other);
  }
  const detail: SnapshotEventDetail = {
    region,
    trigger,
    ...(requestedAt === undefined ? {} : { requestedAt }),
    ...(continuation ? { continuation } : {}),
  };
  await bus.put([{ detailType: SNAPSHOT_REQUESTED, detail }]);
  return { outcome: 'handed-on' };
}
