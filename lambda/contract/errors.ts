/** Names of the errors that are ours; every other name that an operation fails under is AWS's own. */
export const ERRORS = {
  /** The input has faults; the record lists every one with its path. */
  invalidInput: 'InvalidInput',
  /** Another operation has the id, or an earlier execution has it as its name. The message says which, and what to do. */
  operationIdTaken: 'OperationIdTaken',
  /** A JSON Patch does not apply to what is there. */
  invalidPatch: 'InvalidPatch',
  /** A create-only property would change. Cloud Control's own name for it. */
  notUpdatable: 'NotUpdatable',
  /** The deadline passed. */
  timedOut: 'OperationTimedOut',
  /** Somebody cancelled the Cloud Control request past this system. */
  cancelled: 'RequestCancelled',
  /** Cloud Control answered a status that is not documented. */
  unexpectedStatus: 'UnexpectedStatus',
  /** Cloud Control answered without something that its documentation promises. */
  unexpectedAnswer: 'UnexpectedAnswer',
  /** A snapshot that no number of runs would finish: there is more to read than there is time, at the rate that is set. */
  snapshotTooLarge: 'SnapshotTooLarge',
  /** A Lambda of the workflow gave up; the cause is its last error. */
  workflowCrashed: 'WorkflowCrashed',
  /** The execution does not exist any more and had not written down how the operation ended. */
  executionLost: 'ExecutionLost',
} as const;
