import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ImageQueues } from '../core/ports.ts';
import { dynamoDb } from './dynamodb.ts';
import type { Item } from './operation-item.ts';
import { Table, unavailable } from './table.ts';

/**
 * The images' queues. Under an image's key stand its head, at ticket 0 (the last ticket drawn, and whose turn it
 * is), and one entry for each operation that waits or runs, at its own ticket: so every write is of one small
 * item, however long a queue is, and the first entry is one strongly consistent read.
 */
export function imageQueues(tableName: string): ImageQueues {
  const client = dynamoDb();
  const table = new Table(client, tableName);
  const head = (image: string) => ({ image, ticket: HEAD });
  return {
    drawTicket: async (image) => {
      const changed = await table.change({ key: head(image), add: { drawn: 1 } });
      return Number(changed && unmarshall(changed).drawn);
    },

    enter: async (image, ticket, operationId) => {
      await table.put(marshall({ image, ticket, operationId }));
    },

    leave: (image, ticket) => table.delete({ image, ticket }),

    first: async (image) => {
      const { Items = [] } = await unavailable(() =>
        client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: 'image = :image AND ticket > :head',
            ExpressionAttributeValues: marshall({ ':image': image, ':head': HEAD }),
            ConsistentRead: true,
            Limit: 1,
          }),
        ),
      );
      const [item] = Items;
      if (!item) return undefined;
      const { ticket, operationId } = unmarshall(item);
      return { ticket: Number(ticket), operationId: String(operationId) };
    },

    tickets: async (image) => {
      const tickets = new Set<number>();
      let ExclusiveStartKey: Item | undefined;
      do {
        const page = await unavailable(() =>
          client.send(
            new QueryCommand({
              TableName: tableName,
              KeyConditionExpression: 'image = :image AND ticket > :head',
              ExpressionAttributeValues: marshall({ ':image': image, ':head': HEAD }),
              ProjectionExpression: 'ticket',
              ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
            }),
          ),
        );
        for (const item of page.Items ?? []) tickets.add(Number(unmarshall(item).ticket));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return tickets;
    },

    ahead: async (image, ticket) => {
      // DynamoDB refuses a range whose end comes before its beginning.
      if (ticket <= HEAD + 1) return 0;
      const { Count = 0 } = await unavailable(() =>
        client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: 'image = :image AND ticket BETWEEN :first AND :before',
            ExpressionAttributeValues: marshall({
              ':image': image,
              ':first': HEAD + 1,
              ':before': ticket - 1,
            }),
            Select: 'COUNT',
          }),
        ),
      );
      return Count;
    },

    claim: async (image, operationId) => {
      const claimed = await table.change({
        key: head(image),
        set: { holder: operationId },
        condition: 'attribute_not_exists(#holder) OR #holder = :holder',
      });
      return claimed !== undefined;
    },

    holder: async (image) => {
      const item = await table.get(head(image));
      const holder: unknown = item && unmarshall(item).holder;
      return typeof holder === 'string' ? holder : undefined;
    },

    release: async (image, operationId) => {
      await table.change({
        key: head(image),
        remove: ['holder'],
        condition: '#holder = :mine',
        values: { mine: operationId },
      });
    },
  };
}

const HEAD = 0;
