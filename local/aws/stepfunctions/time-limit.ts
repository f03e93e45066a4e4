import type { Clock } from '../../clock.ts';
import { StatesError } from './states-error.ts';

/**
 * `work`, unless the execution is aborted or the task's time is over first. What it does is not undone: in AWS
 * too a function runs on whose task has timed out.
 * @throws StatesError States.Timeout after `seconds` of the clock; the signal's reason when it aborts
 */
export async function withinTime<T>(
  work: Promise<T>,
  signal: AbortSignal,
  clock: Clock,
  seconds: number | undefined,
): Promise<T> {
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const callOff =
    seconds === undefined
      ? () => undefined
      : clock.alarm(clock.now() + seconds * 1000, () => reject(new StatesError('States.Timeout', '')));
  try {
    return await Promise.race([work, cut]);
  } finally {
    callOff();
    signal.removeEventListener('abort', onAbort);
  }
}
