import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { INDEXES } from '../contract/tables.ts';
import type { OpenOperation, RecordStore } from '../core/ports.ts';
import { dynamoDb } from './dynamodb.ts';
import { expiry, type Item, newItem, recordOf } from './operation-item.ts';
import type { OperationsTable } from './operations-table.ts';
import { Table, unavailable } from './table.ts';

/** Everybody's but the workflows' side of the operations' records. */
export function recordStore({ name, recordDays }: OperationsTable): RecordStore {
  const client = dynamoDb();
  const table = new Table(client, name);
  return {
    accept: (record) => table.put(newItem(record), 'attribute_not_exists(operationId)'),

    find: async (operationId) => {
      const item = await table.get({ operationId });
      return item && recordOf(item);
    },

    requestCancellation: async (operationId, at) => {
      const marked = await table.change({
        key: { operationId },
        setOnce: { cancelRequestedAt: at },
        condition: '#status = :queued OR #status = :running',
        values: { queued: 'QUEUED', running: 'RUNNING' },
      });
      return marked && recordOf(marked);
    },

    conclude: async ({ operationId }, { from, status, at, error, result }) => {
      const concluded = await table.change({
        key: { operationId },
        set: { status, error, result, finishedAt: at, expiresAt: expiry(Date.parse(at), recordDays) },
        condition: '#status = :from',
        values: { from },
      });
      return concluded !== undefined;
    },

    done: async (operationId) => {
      await table.change({
        key: { operationId },
        remove: ['open'],
        condition: 'attribute_exists(operationId)',
      });
    },

    openOperations: async function* () {
      let ExclusiveStartKey: Item | undefined;
      do {
        const page = await unavailable(() =>
          client.send(
            new QueryCommand({
              TableName: name,
              IndexName: INDEXES.open,
              KeyConditionExpression: '#open = :open',
              ExpressionAttributeNames: { '#open': 'open' },
              ExpressionAttributeValues: marshall({ ':open': 'open' }),
              ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
            }),
          ),
        );
        for (const item of page.Items ?? []) yield unmarshall(item) as OpenOperation;
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
    },
  };
}
