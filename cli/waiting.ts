import { path } from './address.ts';
import type { Api } from './api.ts';
import { CommandFailure } from './failure.ts';
import { operationName } from './names.ts';
import { Progress } from './progress.ts';
import { Operation } from './shapes.ts';
import type { Surroundings } from './surroundings.ts';

/** Following operations to their ends. */

/** Milliseconds until the first look; then half as long again each time, up to what the API says is worth it. */
const FIRST_PAUSE = 500;
/** Seconds, where the API does not say. */
const PAUSE = 5;

export function isFinal({ status }: Operation): boolean {
  return status !== 'QUEUED' && status !== 'RUNNING';
}

/** How an operation stands, on one line. */
function standing(operation: Operation): string {
  const { kind, imageName, version } = operation;
  const subject = [kind, imageName, version].filter((part) => part !== undefined).join(' ');
  return `${subject}: ${statusText(operation)}`;
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
  if (isFinal(operation)) return operation;
  const goesOn = `The operation goes on. Follow it: ${howToFollow(operation.operationId)}`;
  around.onInterrupt(goesOn);
  const progress = new Progress(around);
  try {
    progress.show(standing(operation));
    return await untilFinal(api, operation.operationId, around, (current) =>
      progress.show(standing(current)),
    );
  } catch (error) {
    throw error instanceof CommandFailure ? error.and(goesOn) : error;
  } finally {
    progress.end();
    around.onInterrupt('Interrupted.');
  }
}

/**
 * Looks at an operation until it is final. The API could hold its answers; to look now and then costs less than a
 * function that waits.
 *
 * @param look is told of what each look finds
 */
export async function untilFinal(
  api: Api,
  operationId: string,
  around: Surroundings,
  look: (operation: Operation) => void,
): Promise<Operation> {
  let worth = PAUSE;
  for (let pause = FIRST_PAUSE; ; pause *= 1.5) {
    await around.sleep(Math.min(pause, worth * 1000));
    const answer = await api.ask({ method: 'GET', path: path`/operations/${operationName(operationId)}` });
    const operation = api.read(answer, Operation);
    look(operation);
    if (isFinal(operation)) return operation;
    worth = pauseOf(answer.headers);
  }
}

/** Seconds after which an answer says that it is worth asking again. */
export function pauseOf(headers: Headers): number {
  const after = headers.get('retry-after') ?? '';
  return /^\d{1,3}$/.test(after) ? Math.max(1, Number(after)) : PAUSE;
}
