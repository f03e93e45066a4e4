/** When a failed state is tried again (Amazon States Language, "Retrying after error"). */
import type { Randomness } from '../../randomness.ts';
import type { Retrier } from './definition.ts';
import { takesError } from './states-error.ts';

/** How often each retrier has been used; what a restart has to remember. */
export type RetryCounts = readonly number[];

export interface RetryPlan {
  readonly counts: RetryCounts;
  readonly delayMs: number;
}

/** The next attempt, or undefined when none of the retriers has one left for this error. */
export function planRetry(
  retriers: readonly Retrier[],
  counts: RetryCounts,
  error: string,
  randomness: Randomness,
): RetryPlan | undefined {
  // The first that takes the error decides, even if it has no attempt left.
  const index = retriers.findIndex((retrier) => takesError(retrier.ErrorEquals, error));
  const retrier = retriers[index];
  const used = counts[index] ?? 0;
  if (!retrier || used >= (retrier.MaxAttempts ?? 3)) return undefined;
  const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used;
  const delay = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  const jittered = retrier.JitterStrategy === 'FULL' ? delay * randomness.next() : delay;
  return {
    counts: retriers.map((_, i) => (counts[i] ?? 0) + (i === index ? 1 : 0)),
    delayMs: Math.round(jittered * 1000),
  };
}
