import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DETAIL_TYPES, EVENT_SOURCE } from '../contract/events.ts';
import { CallError, type OperationEvents } from '../core/ports.ts';
import { called } from './call-error.ts';
import { REQUEST_HANDLER } from './regional.ts';

/** Ends of operations, on the stack's bus. The operation's id is in each, so a repeat can be told. */
export function operationEvents(busName: string): OperationEvents {
  const client = new EventBridgeClient({ requestHandler: REQUEST_HANDLER });
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
      const command = new PutEventsCommand({
        Entries: [
          {
            EventBusName: busName,
            Source: EVENT_SOURCE,
            DetailType: DETAIL_TYPES[status],
            Detail: JSON.stringify(detail),
            ...(identifier ? { Resources: [identifier] } : {}),
          },
        ],
      });
      const { Entries = [] } = await called(() => client.send(command));
      // PutEvents answers 200 also where it took nothing.
      const [refused] = Entries.filter(({ ErrorCode }) => ErrorCode);
      if (refused)
        throw new CallError(refused.ErrorCode ?? '', refused.ErrorMessage ?? 'Not published', true);
    },
  };
}
