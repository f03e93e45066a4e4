import { path } from './address.ts';
import type { Api } from './api.ts';
import { CommandFailure } from './failure.ts';
import { Progress } from './progress.ts';
import { Operation } from './shapes.ts';
import type { Surroundings } from './surroundings.ts';

/** Following operations to their ends. */

/** Seconds for which the API holds an answer; a line of progress is this old at most. */
const HOLD = 10;
/** Where the API does not hold its answer and does not say when to ask again. */
const PAUSE = 5;

export function isFinal({ status }: Operation): boolean {
  return status !== 'QUEUED' && status !== 'RUNNING';
}

/** How an operation stands, on one line. */
function standing(operation: Operation): string {
  const { kind, imageName, version } = operation;
  return `${kind} ${imageName}${version === undefined ? '' : ` ${version}`}: ${statusText(operation)}`;
}

export function statusText({ status, position, history }: Operation): string {
  if (status === 'QUEUED' && position !== undefined) {
    return position === 0 ? 'QUEUED, the next one' : `QUEUED, ${position} before it`;
  }
  const step = history.findLast(({ event }) => event === 'request')?.step;
  return status === 'RUNNING' && typeof step === 'string' ? `RUNNING, ${step}` : status;
}

export function howToFollow(operationId: string): string {
  return `image-versions operations watch ${operationId}`;
}

/**
 * Waits for the end of an operation. Interrupted, or without an API for a while, the operation itself goes on, and the
 * command says how to follow it.
 */
export async function followed(api: Api, operation: Operation, around: Surroundings): Promise<Operation> {
  const { operationId } = operation;
  const goesOn = `The operation goes on. Follow it: ${howToFollow(operationId)}`;
  around.onInterrupt(goesOn);
  const progress = new Progress(around);
  let current = operation;
  try {
    progress.show(standing(current));
    while (!isFinal(current)) {
      const answer = await api.ask({ method: 'GET', path: path`/operations/${operationId}`, hold: HOLD });
      current = api.read(answer, Operation);
      progress.show(standing(current));
      if (!isFinal(current) && !answer.headers.has('preference-applied')) {
        await around.sleep(pauseOf(answer.headers) * 1000);
      }
    }
    return current;
  } catch (error) {
    throw error instanceof CommandFailure ? error.and(goesOn) : error;
  } finally {
    progress.end();
    around.onInterrupt('Interrupted.');
  }
}

/** Seconds after which an answer says that it is worth asking again. */
export function pauseOf(headers: Headers): number {
  const after = headers.get('retry-after') ?? '';
  return /^\d{1,3}$/.test(after) ? Math.max(1, Number(after)) : PAUSE;
}
