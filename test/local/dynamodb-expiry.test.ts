import type { TableResource } from '../../local/assembly/tables.ts';
import { DynamoDb } from '../../local/aws/dynamodb.ts';
import { Expiry } from '../../local/aws/dynamodb-expiry.ts';
import { Clock } from '../../local/clock.ts';
import type { JsonObject } from '../../local/json.ts';
import { Settings } from '../../local/settings.ts';

const DAY = 86_400;

const table: TableResource = {
  stackName: 'App',
  logicalId: 'Table',
  name: 'things',
  arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/things',
  timeToLiveAttribute: 'expiresAt',
  deletionProtection: false,
  encryption: undefined,
  recoveryDays: undefined,
  createTable: {
    TableName: 'things',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  },
};

let dynamoDb: DynamoDb;
let clock: Clock;
let settings: Settings;
let expiry: Expiry;
const unexpected: unknown[] = [];

beforeEach(async () => {
  clock = new Clock({ skipIdle: true });
  dynamoDb = new DynamoDb({ region: 'us-east-1', clock });
  settings = new Settings();
  await dynamoDb.ensureTables([table]);
  expiry = new Expiry({
    tables: [table],
    dynamoDb,
    clock,
    settings,
    onUnexpected: (error) => unexpected.push(error),
  });
});

afterEach(async () => {
  await expiry.stop();
  clock.stop();
  await dynamoDb.close();
  expect(unexpected).toEqual([]);
});

/** @param expiresAt in so many days from now */
async function put(id: string, expiresAt: number | undefined): Promise<void> {
  const seconds = expiresAt === undefined ? {} : { expiresAt: { N: `${now() + expiresAt * DAY}` } };
  await write({ id: { S: id }, ...seconds });
}

async function write(item: JsonObject): Promise<void> {
  await dynamoDb.call({ operation: 'PutItem', input: { TableName: 'things', Item: item } });
}

async function ids(): Promise<string[]> {
  const { Items }: { Items?: { id: { S: string } }[] } = await dynamoDb.call({
    operation: 'Scan',
    input: { TableName: 'things' },
  });
  return (Items ?? []).map(({ id }) => id.S).toSorted();
}

function now(): number {
  return Math.floor(clock.now() / 1000);
}

test('an expired item stays for two days', async () => {
  await put('expired', 1);
  await put('later', 10);
  clock.leap(2 * DAY * 1000);
  expect(await expiry.deleteExpired()).toBe(0);
  clock.leap(2 * DAY * 1000);
  expect(await expiry.deleteExpired()).toBe(1);
  expect(await ids()).toEqual(['later']);
});

test('an item without an expiry, with one that is no number, or of long ago, stays', async () => {
  settings.change({ expiredItemsStaySeconds: 0 });
  await put('never', undefined);
  await put('mistake', -6 * 365);
  await write({ id: { S: 'text' }, expiresAt: { S: `${now() - DAY}` } });
  await put('expired', -1);
  await expiry.deleteExpired();
  expect(await ids()).toEqual(['mistake', 'never', 'text']);
});

test('expired items go by themselves as the clock runs', async () => {
  settings.change({ expiredItemsStaySeconds: 0 });
  await put('expired', 1);
  expiry.start();
  await clock.sleep((DAY + 2 * 3600) * 1000);
  await clock.hold(async () => expect(await ids()).toEqual([]));
});

test('a table that was deleted does not keep items of others from expiring', async () => {
  const gone = { ...table, name: 'gone', createTable: { ...table.createTable, TableName: 'gone' } };
  const both = new Expiry({
    tables: [gone, table],
    dynamoDb,
    clock,
    settings,
    onUnexpected: (error) => unexpected.push(error),
  });
  settings.change({ expiredItemsStaySeconds: 0 });
  await put('expired', -1);
  expect(await both.deleteExpired()).toBe(1);
});

test('a table with more than one page of items is looked through to its end', async () => {
  settings.change({ expiredItemsStaySeconds: 0 });
  const filler = { S: 'x'.repeat(300_000) };
  for (let index = 0; index < 8; index += 1) {
    await write({ id: { S: `${index}` }, filler, expiresAt: { N: `${now() - DAY}` } });
  }
  expect(await expiry.deleteExpired()).toBe(8);
  expect(await ids()).toEqual([]);
});
