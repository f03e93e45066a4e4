import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { INDEXES } from '../contract/tables.ts';
import { InvalidCursor, type OperationFilter, type ReadDesk } from '../core/operation/desk.ts';
import type { OperationRecord } from '../core/operation/record.ts';
import type { ImageQueues } from '../core/ports.ts';
import { imageKey, imageKeyOf } from '../core/queue/image-key.ts';
import { dynamoDb } from './dynamodb.ts';
import { type Item, recordOf } from './operation-item.ts';
import { Table, unavailable } from './table.ts';

/**
 * What callers of the API read of the operations. A status is filtered after the read, so a page may take more
 * than one; after this many it is answered with what there is, and the cursor goes on from there.
 */
const READS_PER_PAGE = 10;

export function readDesk(tableName: string, queues: Pick<ImageQueues, 'ahead'>): ReadDesk {
  return {
    ...operationRecords(tableName),
    position: async (record) => {
      const image = imageKeyOf(record);
      if (record.status !== 'QUEUED' || record.ticket === undefined || image === undefined) return undefined;
      return queues.ahead(image, record.ticket);
    },
  };
}

/** The same without an operation's place in its queue, for what may not look at the queues. */
export function operationRecords(tableName: string): Pick<ReadDesk, 'find' | 'list'> {
  const client = dynamoDb();
  const table = new Table(client, tableName);
  return {
    find: async (operationId) => {
      const item = await table.get({ operationId });
      return item && recordOf(item);
    },

    list: async (filter, limit, cursor) => {
      const records: OperationRecord[] = [];
      let start = cursor === undefined ? undefined : keyOf(cursor, filter);
      for (let reads = 0; reads < READS_PER_PAGE && records.length < limit; reads += 1) {
        const command = query(tableName, filter, limit - records.length, start);
        const page = await unavailable(() => client.send(command));
        records.push(...(page.Items ?? []).map(recordOf));
        start = page.LastEvaluatedKey;
        if (!start) return { records };
      }
      return start ? { records, cursor: cursorOf(start) } : { records };
    },
  };
}

function query(
  TableName: string,
  filter: OperationFilter,
  Limit: number,
  start: Item | undefined,
): QueryCommand {
  const { region, imageName, status, since } = filter;
  const [IndexName, field, value] =
    imageName === undefined
      ? [INDEXES.byRegion, 'region', region]
      : [INDEXES.byImage, 'image', imageKey({ region, imageName })];
  return new QueryCommand({
    TableName,
    IndexName,
    Limit,
    ScanIndexForward: false,
    KeyConditionExpression: since === undefined ? '#by = :by' : '#by = :by AND listedAt >= :since',
    ...(status ? { FilterExpression: '#status = :status' } : {}),
    ExpressionAttributeNames: { '#by': field, ...(status ? { '#status': 'status' } : {}) },
    ExpressionAttributeValues: marshall(
      { ':by': value, ':since': since, ':status': status },
      { removeUndefinedValues: true },
    ),
    ...(start ? { ExclusiveStartKey: start } : {}),
  });
}

function cursorOf(key: Item): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Longer than any text in a key that was handed out, and within what DynamoDB takes in one. */
const LONGEST_TEXT = 256;

/** Only a key of the index and the range that are read: another one would be an error of the table's. */
function keyOf(cursor: string, filter: OperationFilter): Item {
  const { region, imageName, since = '' } = filter;
  const [field, value] =
    imageName === undefined ? ['region', region] : ['image', imageKey({ region, imageName })];
  const key = parsed(cursor);
  const names = Object.keys(key).toSorted().join();
  const own = names === [field, 'listedAt', 'operationId'].toSorted().join() && textIn(key[field]) === value;
  const [listedAt, operationId] = [textIn(key.listedAt), textIn(key.operationId)];
  if (!own || !operationId || !listedAt?.endsWith(`#${operationId}`) || listedAt < since) {
    throw new InvalidCursor('This cursor was not handed out by this list');
  }
  return key;
}

/** undefined for whatever is no text, or is something else besides. */
function textIn(attribute: unknown): string | undefined {
  if (typeof attribute !== 'object' || attribute === null || Object.keys(attribute).join() !== 'S') {
    return undefined;
  }
  const text: unknown = Reflect.get(attribute, 'S');
  return typeof text === 'string' && text.length <= LONGEST_TEXT ? text : undefined;
}

function parsed(cursor: string): Item {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return typeof key === 'object' && key !== null ? { ...key } : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
