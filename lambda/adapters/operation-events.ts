import { DETAIL_TYPES } from '../contract/events.ts';
import type { OperationEvents } from '../core/ports.ts';
import { eventBus } from './event-bus.ts';

/** Ends of operations, on the stack's bus. The operation's id is in each, so a repeat can be told. */
export function operationEvents(busName: string): OperationEvents {
  const bus = eventBus(busName);
  return {
    publish: async (record) => {
      if (record.status === 'QUEUED' || record.status === 'RUNNING') {
        throw new Error(`Operation ${record.operationId} is ${record.status} and has no end to tell of`);
      }
      const { operationId, kind, status, region, imageName, version, identifier, error, result } = record;
      const detail = {
        operationId,
        kind,
        status,
        region,
        imageName,
        version: result?.version ?? version,
        identifier,
        effect: result?.effect,
        error: error && { name: error.name, message: error.message },
        createdAt: record.createdAt,
        finishedAt: record.finishedAt,
      };
      const resources = identifier ? [identifier] : [];
      await bus.put([{ detailType: DETAIL_TYPES[status], detail, resources }]);
    },
  };
}
