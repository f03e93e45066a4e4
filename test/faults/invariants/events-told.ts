import { isFinal, type Observed } from '../observed.ts';

const TYPES: Readonly<Record<string, string>> = {
  SUCCEEDED: 'ImageVersionOperationSucceeded',
  FAILED: 'ImageVersionOperationFailed',
  CANCELLED: 'ImageVersionOperationCancelled',
  TIMED_OUT: 'ImageVersionOperationTimedOut',
};

/** Each end of an operation, and each change of a committed snapshot, is told of; every repeat says the same. */
export function eventsTold({ operations, snapshots, events }: Observed): string[] {
  const found: string[] = [];
  // Requests for a snapshot are on the bus as well, and are nobody's end.
  const ends = events.filter(({ detail }) => 'eventId' in detail || 'operationId' in detail);
  const byId = Map.groupBy(ends, ({ detail }) => String(detail.eventId ?? detail.operationId));
  for (const [id, repeats] of byId) {
    const said = new Set(repeats.map((event) => JSON.stringify(event)));
    if (said.size > 1) found.push(`${id} was told of as ${[...said].join(' and as ')}`);
  }
  for (const operation of operations.filter(isFinal)) {
    const [event] = byId.get(operation.operationId) ?? [];
    if (event?.detailType !== TYPES[operation.status]) {
      found.push(
        `${operation.operationId} is ${operation.status}, and what was told is ${event?.detailType ?? 'nothing'}`,
      );
    }
  }
  for (const { snapshotId, changes, first } of snapshots) {
    const told = [...byId.keys()].filter(
      (id) => id.startsWith(`${snapshotId}/`) && !id.includes('/aliases/'),
    );
    if (!first && told.length < changes) {
      found.push(`${snapshotId} has ${changes} changes, and ${told.length} were told of`);
    }
  }
  return found;
}
