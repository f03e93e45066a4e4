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
