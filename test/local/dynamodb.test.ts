import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { TableResource } from '../../local/assembly/tables.ts';
import { DynamoDb } from '../../local/aws/dynamodb.ts';
import { type AwsEndpoint, createAwsEndpoint } from '../../local/aws/endpoint.ts';
import { Clock } from '../../local/clock.ts';

const table = (name: string): TableResource => ({
  stackName: 'App',
  logicalId: name,
  name,
  arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`,
  timeToLiveAttribute: undefined,
  createTable: {
    TableName: name,
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
      { AttributeName: 'state', AttributeType: 'S' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-state',
        KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  },
});

let dynamo: DynamoDb;
let endpoint: AwsEndpoint;
let client: DynamoDBClient;

async function open(dataDir?: string): Promise<void> {
  dynamo = new DynamoDb({ region: 'eu-west-1', ...(dataDir ? { dataDir } : {}) });
  endpoint = createAwsEndpoint({
    services: [dynamo],
    clock: new Clock(),
    newId: () => 'id',
    onUnexpected: (error) => {
      throw error;
    },
  });
  const { url } = await endpoint.listen(0);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  client = new DynamoDBClient({ endpoint: url, region: 'eu-west-1', credentials, maxAttempts: 1 });
}

async function close(): Promise<void> {
  client.destroy();
  await endpoint.close();
  await dynamo.close();
}

const item = (pk: string, sk: number, state: string) => ({
  pk: { S: pk },
  sk: { N: String(sk) },
  state: { S: state },
});
const put = (name: string, pk: string, sk: number, state = 'NEW') =>
  client.send(new PutItemCommand({ TableName: name, Item: item(pk, sk, state) }));

describe('in memory', () => {
  beforeEach(() => open());
  afterEach(close);

  test('makes the tables of the assembly, ready to be used, with the ARNs of the assembly', async () => {
    await dynamo.ensureTables([table('one'), table('two')]);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'two' }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: 'arn:aws:dynamodb:eu-west-1:000000000000:table/two',
    });
    expect(Table?.GlobalSecondaryIndexes?.[0]?.IndexStatus).toBe('ACTIVE');
  });

  test('leaves a table alone that is there', async () => {
    await dynamo.ensureTables([table('one')]);
    await put('one', 'a', 1);
    await dynamo.ensureTables([table('one')]);
    expect((await client.send(new ScanCommand({ TableName: 'one' }))).Count).toBe(1);
  });

  test('queries in order, within one table and one index', async () => {
    await dynamo.ensureTables([table('one'), table('two')]);
    for (const sk of [10, 9, 100]) await put('one', 'a', sk);
    await put('one', 'b', 1, 'DONE');
    await put('two', 'a', 5);
    const query = { TableName: 'one', ExpressionAttributeValues: { ':v': { S: 'a' } } };
    const byKey = await client.send(new QueryCommand({ ...query, KeyConditionExpression: 'pk = :v' }));
    expect(byKey.Items?.map((found) => found.sk?.N)).toEqual(['9', '10', '100']);
    const byIndex = await client.send(
      new QueryCommand({
        TableName: 'one',
        IndexName: 'by-state',
        KeyConditionExpression: '#s = :v',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':v': { S: 'DONE' } },
      }),
    );
    expect(byIndex.Items).toEqual([item('b', 1, 'DONE')]);
    expect((await client.send(new ScanCommand({ TableName: 'two' }))).Items).toEqual([item('a', 5, 'NEW')]);
  });

  test('a condition lets exactly one of many writers win', async () => {
    await dynamo.ensureTables([table('one')]);
    const write = () =>
      client.send(
        new PutItemCommand({
          TableName: 'one',
          Item: item('a', 1, 'NEW'),
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, write));
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost).toHaveLength(7);
    expect(lost[0]?.reason).toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  test('an update answers what it was asked to', async () => {
    await dynamo.ensureTables([table('one')]);
    const answer = await client.send(
      new UpdateItemCommand({
        TableName: 'one',
        Key: { pk: { S: 'a' }, sk: { N: '1' } },
        UpdateExpression: 'SET #s = :s ADD tries :one',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':s': { S: 'X' }, ':one': { N: '1' } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(answer.Attributes).toEqual({ ...item('a', 1, 'X'), tries: { N: '1' } });
  });

  test('what it cannot do it refuses, rather than to do less', async () => {
    await dynamo.ensureTables([table('one')]);
    const transaction = { TransactItems: [{ Put: { TableName: 'one', Item: item('a', 1, 'NEW') } }] };
    await expect(client.send(new TransactWriteItemsCommand(transaction))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
    const write = {
      TableName: 'one',
      Item: item('a', 1, 'NEW'),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
    await expect(client.send(new PutItemCommand(write))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('ReturnValuesOnConditionCheckFailure'),
    });
  });

  test.each([
    ['a table that is not there', { TableName: 'nobody' }, 'ResourceNotFoundException'],
    ['a bad name', { TableName: '!' }, 'ValidationException'],
  ])('%s is an error as AWS gives it', async (_, input, name) => {
    await expect(client.send(new DescribeTableCommand(input))).rejects.toMatchObject({ name });
  });

  test('a table can be made by its API too', async () => {
    await client.send(
      new CreateTableCommand({
        TableName: 'own',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    await expect(client.send(new DescribeTableCommand({ TableName: 'own' }))).resolves.toBeDefined();
  });
});

test('on disk, items outlive the process', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  await open(dataDir);
  await dynamo.ensureTables([table('one')]);
  await put('one', 'a', 1);
  await close();
  await open(dataDir);
  await dynamo.ensureTables([table('one')]);
  const found = await client.send(
    new GetItemCommand({ TableName: 'one', Key: { pk: { S: 'a' }, sk: { N: '1' } } }),
  );
  await close();
  rmSync(dataDir, { recursive: true });
  expect(found.Item).toEqual(item('a', 1, 'NEW'));
});
