import { isFinal, type OperationRecord } from '../core/operation/record.ts';
import { CallError } from '../core/ports.ts';

/** Time as the API needs it: it waits for operations, and gives up on answers. */
export interface Patience {
  /** Epoch milliseconds. */
  now(): number;
  /** Ends early, without an error, when the signal is raised. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

const LOOK_EVERY = 1_000;

/**
 * Holds an operation until it is final or the time is over, and tells how it stands then. A look that fails for
 * the moment is made again: what is held was accepted, and that is not to be answered with an error.
 *
 * @param until epoch milliseconds
 */
export async function held(
  record: OperationRecord,
  until: number,
  find: (operationId: string) => Promise<OperationRecord | undefined>,
  patience: Patience,
): Promise<OperationRecord> {
  let current = record;
  while (!isFinal(current.status)) {
    const left = until - patience.now();
    if (left <= 0) return current;
    await patience.sleep(Math.min(LOOK_EVERY, left));
    current = (await orWhenPassing(() => find(record.operationId), undefined)) ?? current;
  }
  return current;
}

/** What a look finds, or something else where AWS is unwell for the moment. */
export async function orWhenPassing<T>(look: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof CallError && error.transient) return otherwise;
    throw error;
  }
}

/** What the work comes to, or `otherwise` where it takes longer than that. The work itself goes on unheard. */
export async function within<T>(
  milliseconds: number,
  work: Promise<T>,
  otherwise: () => T,
  patience: Patience,
): Promise<T> {
  const done = new AbortController();
  const tooLate = patience.sleep(milliseconds, done.signal).then(otherwise);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    done.abort();
  }
}
