import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { INDEXES } from '../contract/tables.ts';
import type { InventoryPorts } from '../core/inventory/ports.ts';
import type { OperationRecord } from '../core/operation/record.ts';
import { imageKey } from '../core/queue/image-key.ts';
import { dynamoDb } from './dynamodb.ts';
import { type Item, recordOf } from './operation-item.ts';
import { unavailable } from './table.ts';

/**
 * An operation is looked for among those that were accepted up to two days before: it waits for others of its image,
 * and each of those has a deadline of hours.
 */
const LONGEST_WAY = 48 * 60 * 60 * 1_000;

/** What operations may have caused. The index lags by a moment: a change made in it may pass for somebody else's. */
export function operationCauses(tableName: string): InventoryPorts['operations'] {
  const client = dynamoDb();
  return {
    since: async (region, imageName, time) => {
      const accepted = new Date(Date.parse(time) - LONGEST_WAY).toISOString();
      const records: OperationRecord[] = [];
      let start: Item | undefined;
      do {
        const command = new QueryCommand({
          TableName: tableName,
          IndexName: INDEXES.byImage,
          KeyConditionExpression: 'image = :image AND listedAt >= :accepted',
          FilterExpression: 'attribute_not_exists(finishedAt) OR finishedAt >= :time',
          ExpressionAttributeValues: marshall({
            ':image': imageKey({ region, imageName }),
            ':accepted': accepted,
            ':time': time,
          }),
          ...(start ? { ExclusiveStartKey: start } : {}),
        });
        const page = await unavailable(() => client.send(command));
        records.push(...(page.Items ?? []).map(recordOf));
        start = page.LastEvaluatedKey;
      } while (start);
      return records;
    },
  };
}
