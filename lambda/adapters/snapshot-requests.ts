import { SNAPSHOT_REQUESTED } from '../contract/events.ts';
import type { SnapshotEventDetail } from '../contract/inventory.ts';
import type { SnapshotRequests } from '../core/inventory/desk.ts';
import { eventBus } from './event-bus.ts';

/** Snapshots that are asked for, on the stack's bus: a rule there hands them to the function that takes them. */
export function snapshotRequests(busName: string): SnapshotRequests {
  const bus = eventBus(busName);
  return {
    ask: async (region, requestedAt) => {
      const detail: SnapshotEventDetail = { region, trigger: 'request', requestedAt };
      await bus.put([{ detailType: SNAPSHOT_REQUESTED, detail }]);
    },
  };
}
