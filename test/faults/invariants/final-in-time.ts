import { isFinal, type Observed, type ObservedOperation } from '../observed.ts';

/** What may pass beyond the deadline: hand-overs that were lost, and the sweeper's rounds. */
const GRACE_SECONDS = 300;

/** Every accepted operation is known and final, within its deadline from when its turn came, and five minutes. */
export function finalInTime({ operations, accepted, deadlineSeconds, outages }: Observed): string[] {
  const known = new Set(operations.map(({ operationId }) => operationId));
  const lost = accepted
    .filter(({ operationId }) => !known.has(operationId))
    .map(({ operationId }) => `${operationId} was accepted and is not known`);
  const late = operations.flatMap((operation) => {
    if (!isFinal(operation)) return [`${operation.operationId} is ${operation.status}`];
    const turn = turnOf(operation, operations);
    const ended = Date.parse(operation.finishedAt ?? '');
    const seconds = (ended - turn - outage(outages, turn, ended)) / 1000;
    if (seconds <= deadlineSeconds + GRACE_SECONDS) return [];
    return [`${operation.operationId} was final ${seconds} s after its turn came`];
  });
  return [...lost, ...late];
}

/** Milliseconds between two times in which there was no app that could end anything. */
function outage(outages: Observed['outages'], start: number, end: number): number {
  return outages.reduce(
    (sum, { from, to }) => sum + Math.max(0, Math.min(to, end) - Math.max(from, start)),
    0,
  );
}

/** When all that were accepted before it had ended. */
function turnOf(operation: ObservedOperation, operations: readonly ObservedOperation[]): number {
  const own = Date.parse(operation.createdAt);
  if (!operation.queued) return own;
  const before = operations.filter(
    ({ imageName, queued, startedAt = '', operationId }) =>
      queued &&
      imageName === operation.imageName &&
      operationId !== operation.operationId &&
      startedAt < (operation.startedAt ?? operation.finishedAt ?? ''),
  );
  return Math.max(
    own,
    ...before.map(({ finishedAt = '' }) => Date.parse(finishedAt)).filter(Number.isFinite),
  );
}
