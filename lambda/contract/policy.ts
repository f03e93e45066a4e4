/** How long and how often an operation tries. The stack sets it; the Lambdas obey it. */
export interface OperationPolicy {
  /** From the first submit until the operation counts as timed out. */
  readonly deadlineSeconds: number;
  /** After the deadline: how long the end of a cancelled request, or of a clean-up, is awaited. */
  readonly graceSeconds: number;
  /** Requests at most for one step, the first included. */
  readonly maxAttempts: number;
  /** As `maxAttempts`, where each was refused because another change of the image was going on. */
  readonly maxBusyAttempts: number;
  /** No new attempt of a step is made later than this after its first. */
  readonly retrySeconds: number;
  /** Calls in a row at most that may be throttled, broken off or answered with 5xx. */
  readonly maxCalls: number;
}

/** What `operationDeadlineMinutes` may be set to at most. */
export const LONGEST_DEADLINE_MINUTES = 8 * 60;

/**
 * Seconds that a workflow may run. It ends by itself at its deadline, plus a bounded wait for the end of a cancelled
 * request, for an orphan's removal, and for the end of that.
 */
export function longestRunSeconds({
  deadlineSeconds,
  graceSeconds,
}: Pick<OperationPolicy, 'deadlineSeconds' | 'graceSeconds'>): number {
  return deadlineSeconds + 4 * graceSeconds;
}

/**
 * - A step's requests, where the image was busy each time: another create holds it for about 100 s, so what counts is
 *   the time: 30 minutes, in which 40 attempts a minute apart at most (8 + 16 + 32 + 37 × 60 s of waits, on average
 *   half of that) find room.
 * - A step's requests: up to 5. Between them at most 8 + 16 + 32 + 60 s (full jitter, on average half of
 *   that), so that the retries alone last no longer than about 2 minutes; 30 minutes bound them together
 *   with the time that the failing requests take.
 * - A call: up to 8 in a row, with at most 1 + 2 + 4 + 8 + 16 + 30 + 30 = 91 s between them.
 */
export const DEFAULT_POLICY: OperationPolicy = {
  deadlineSeconds: 2 * 60 * 60,
  graceSeconds: 10 * 60,
  maxAttempts: 5,
  maxBusyAttempts: 40,
  retrySeconds: 30 * 60,
  maxCalls: 8,
};
