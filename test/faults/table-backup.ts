import {
  type AttributeValue,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import type { LocalCloud } from '../../local/local-cloud.ts';

const TABLES = ['image-version-operations-dev', 'image-version-queues-dev'];

type Item = Record<string, AttributeValue>;

/** Operations and queues as they were at a moment, by table and key. */
export type TableBackup = ReadonlyMap<string, ReadonlyMap<string, Item>>;

export async function backUp(cloud: LocalCloud): Promise<TableBackup> {
  return withClient(cloud, async (client) => {
    const backup = new Map<string, ReadonlyMap<string, Item>>();
    for (const table of TABLES) backup.set(table, await itemsOf(client, table));
    return backup;
  });
}

/** Leaves the tables as they were: what was written since is gone, and what was deleted is there again. */
export async function restore(cloud: LocalCloud, backup: TableBackup): Promise<void> {
  await withClient(cloud, async (client) => {
    for (const [TableName, before] of backup) {
      const now = await itemsOf(client, TableName);
      for (const [key, item] of before) {
        if (JSON.stringify(now.get(key)) === JSON.stringify(item)) continue;
        await client.send(new PutItemCommand({ TableName, Item: item }));
      }
      for (const key of now.keys()) {
        if (!before.has(key)) await client.send(new DeleteItemCommand({ TableName, Key: JSON.parse(key) }));
      }
    }
  });
}

async function itemsOf(client: DynamoDBClient, TableName: string): Promise<Map<string, Item>> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const names = (Table?.KeySchema ?? []).map(({ AttributeName = '' }) => AttributeName);
  const items = new Map<string, Item>();
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
    for (const item of Items) {
      items.set(JSON.stringify(Object.fromEntries(names.map((name) => [name, item[name]]))), item);
    }
  }
  return items;
}

async function withClient<T>(cloud: LocalCloud, work: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const client = new DynamoDBClient({
    endpoint: cloud.awsUrl,
    region: cloud.region,
    credentials: cloud.credentials,
  });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
