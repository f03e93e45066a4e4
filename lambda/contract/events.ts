/** What is published on the stack's bus. Documented in docs/events.md. */

/** `source` of every event. */
export const EVENT_SOURCE = 'image-version-automation';

/** `detail-type`, by the final status that an event tells of. */
export const DETAIL_TYPES = {
  SUCCEEDED: 'ImageVersionOperationSucceeded',
  FAILED: 'ImageVersionOperationFailed',
  CANCELLED: 'ImageVersionOperationCancelled',
  TIMED_OUT: 'ImageVersionOperationTimedOut',
} as const;

/** Somebody wants a snapshot of a region, or an earlier run has more to do: see contract/inventory.ts. */
export const SNAPSHOT_REQUESTED = 'ImageInventorySnapshotRequested';

/** `detail-type` of what a snapshot saw differently from the one before. */
export const CHANGE_DETAIL_TYPES = {
  added: 'ImageVersionAdded',
  changed: 'ImageVersionChanged',
  removed: 'ImageVersionRemoved',
  aliasMoved: 'AliasMoved',
} as const;
