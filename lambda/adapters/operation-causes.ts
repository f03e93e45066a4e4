import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { INDEXES } from '../contract/tables.ts';
import { LookBack } from '../core/inventory/look-back.ts';
import type { InventoryPorts } from '../core/inventory/ports.ts';
import type { OperationRecord } from '../core/operation/record.ts';
import { imageKey } from '../core/queue/image-key.ts';
import { dynamoDb } from './dynamodb.ts';
import { type Item, recordOf } from './operation-item.ts';
import { unavailable } from './table.ts';

/** Records that one read looks at: nearly always more than are needed. */
const ONE_READ = 50;

/** What operations may have caused. The index lags by a moment: a change made in it may pass for somebody else's. */
export function operationCauses(tableName: string): InventoryPorts['operations'] {
  const client = dynamoDb();
  return {
    since: async (region, imageName, time) => {
      const lookBack = new LookBack(time);
      const found: OperationRecord[] = [];
      let start: Item | undefined;
      do {
        const command = new QueryCommand({
          TableName: tableName,
          IndexName: INDEXES.byImage,
          KeyConditionExpression: 'image = :image AND listedAt >= :earliest',
          ExpressionAttributeValues: marshall({
            ':image': imageKey({ region, imageName }),
            ':earliest': lookBack.earliest,
          }),
          ScanIndexForward: false,
          Limit: ONE_READ,
          ...(start ? { ExclusiveStartKey: start } : {}),
        });
        const page = await unavailable(() => client.send(command));
        for (const record of (page.Items ?? []).map(recordOf)) {
          if (lookBack.endsWith(record)) return found.toReversed();
          if (lookBack.matters(record)) found.push(record);
        }
        start = page.LastEvaluatedKey;
      } while (start);
      return found.toReversed();
    },
  };
}
