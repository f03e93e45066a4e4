import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import db, { type DynaliteStore, type Table } from 'dynalite/db/index.js';
import { loadAssembly } from '../../local/assembly/assembly.ts';
import type { TableResource } from '../../local/assembly/tables.ts';
import { DynamoDb } from '../../local/aws/dynamodb.ts';
import { type AwsEndpoint, createAwsEndpoint } from '../../local/aws/endpoint.ts';
import { Clock } from '../../local/clock.ts';
import { writeAssembly } from './assembly-files.ts';

const table = (name: string): TableResource => ({
  stackName: 'App',
  logicalId: name,
  name,
  arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`,
  timeToLiveAttribute: undefined,
  deletionProtection: false,
  encryption: undefined,
  recoveryDays: undefined,
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
  dynamo = new DynamoDb({ region: 'eu-west-1', clock: new Clock(), ...(dataDir ? { dataDir } : {}) });
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

test('on disk, a table of another template is refused in a sentence', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  await open(dataDir);
  const [index] = [table('one').createTable.GlobalSecondaryIndexes].flat();
  const renamed = [{ ...Object(index), IndexName: 'by-another-name' }];
  const other = { ...table('one').createTable, GlobalSecondaryIndexes: renamed };
  try {
    await dynamo.ensureTables([{ ...table('one'), createTable: other }]);
    await expect(dynamo.ensureTables([table('one')])).rejects.toThrow(
      'The table one in the data directory was made with other GlobalSecondaryIndexes than the template declares',
    );
  } finally {
    await close();
    rmSync(dataDir, { recursive: true });
  }
});

describe("a template's table", () => {
  const attribute = (AttributeName: string, AttributeType: string) => ({ AttributeName, AttributeType });
  const key = (AttributeName: string, KeyType: string) => ({ AttributeName, KeyType });
  const operations = {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'operations',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [key('id', 'HASH')],
      AttributeDefinitions: [attribute('id', 'S'), attribute('image', 'S'), attribute('sequence', 'N')],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-image',
          KeySchema: [key('image', 'HASH'), key('sequence', 'RANGE')],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['status'] },
          OnDemandThroughput: { MaxReadRequestUnits: 100 },
        },
      ],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    },
  };
  let directory: string;

  beforeEach(async () => {
    directory = writeAssembly({ Operations: operations });
    await open();
    await dynamo.ensureTables(loadAssembly(directory).tables);
  });
  afterEach(async () => {
    await close();
    rmSync(directory, { recursive: true });
  });

  const update = (id: string, rest: object) =>
    client.send(new UpdateItemCommand({ TableName: 'operations', Key: { id: { S: id } }, ...rest }));

  const accept = (id: string, image: string, sequence: number) =>
    client.send(
      new PutItemCommand({
        TableName: 'operations',
        Item: {
          id: { S: id },
          image: { S: image },
          sequence: { N: String(sequence) },
          status: { S: 'QUEUED' },
          request: { S: 'long' },
        },
      }),
    );

  test('tells its time to live', async () => {
    const { TimeToLiveDescription } = await client.send(
      new DescribeTimeToLiveCommand({ TableName: 'operations' }),
    );
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
  });

  test('is queried by its index: in both orders, paged, filtered, with what it projects', async () => {
    for (const [id, image, sequence] of [
      ['c', 'demo', 30],
      ['a', 'demo', 1],
      ['b', 'demo', 2],
      ['d', 'other', 1],
    ] as const) {
      await accept(id, image, sequence);
    }
    const query = (rest: object) =>
      client.send(
        new QueryCommand({
          TableName: 'operations',
          IndexName: 'by-image',
          KeyConditionExpression: 'image = :image',
          ExpressionAttributeValues: { ':image': { S: 'demo' } },
          ...rest,
        }),
      );
    const newest = await query({ ScanIndexForward: false, Limit: 2 });
    expect(newest.Items?.map((found) => found.id?.S)).toEqual(['c', 'b']);
    const rest = await query({ ScanIndexForward: false, ExclusiveStartKey: newest.LastEvaluatedKey });
    expect(rest.Items).toEqual([
      { id: { S: 'a' }, image: { S: 'demo' }, sequence: { N: '1' }, status: { S: 'QUEUED' } },
    ]);
    const since = await query({
      KeyConditionExpression: 'image = :image AND #n BETWEEN :from AND :to',
      FilterExpression: '#s = :queued',
      ExpressionAttributeNames: { '#n': 'sequence', '#s': 'status' },
      ExpressionAttributeValues: {
        ':image': { S: 'demo' },
        ':from': { N: '2' },
        ':to': { N: '40' },
        ':queued': { S: 'QUEUED' },
      },
    });
    expect(since.Items?.map((found) => found.id?.S)).toEqual(['b', 'c']);
    await expect(query({ ConsistentRead: true })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('is queried consistently by its key', async () => {
    await accept('a', 'demo', 1);
    const { Count } = await client.send(
      new QueryCommand({
        TableName: 'operations',
        ConsistentRead: true,
        KeyConditionExpression: 'id = :id',
        ExpressionAttributeValues: { ':id': { S: 'a' } },
      }),
    );
    expect(Count).toBe(1);
  });

  test('a conditional update counts, appends, and tells what was and what is', async () => {
    const claim = {
      UpdateExpression:
        'SET #q = list_append(if_not_exists(#q, :none), :entry), #h = :holder ADD #n :one REMOVE gone',
      ConditionExpression: 'attribute_not_exists(#h) OR #h = :holder',
      ExpressionAttributeNames: { '#q': 'queue', '#h': 'holder', '#n': 'count' },
    };
    const values = (holder: string) => ({
      ExpressionAttributeValues: {
        ':none': { L: [] },
        ':entry': { L: [{ S: holder }] },
        ':holder': { S: holder },
        ':one': { N: '1' },
      },
    });
    const first = await update('image', { ...claim, ...values('x'), ReturnValues: 'UPDATED_NEW' });
    expect(first.Attributes).toEqual({
      queue: { L: [{ S: 'x' }] },
      holder: { S: 'x' },
      count: { N: '1' },
    });
    await expect(update('image', { ...claim, ...values('y') })).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    const second = await update('image', { ...claim, ...values('x'), ReturnValues: 'ALL_OLD' });
    expect(second.Attributes).toMatchObject({ count: { N: '1' } });
    const released = await update('image', {
      UpdateExpression: 'REMOVE #q[0], #h',
      ConditionExpression: 'size(#q) > :zero AND #q[0] = :x',
      ExpressionAttributeNames: { '#q': 'queue', '#h': 'holder' },
      ExpressionAttributeValues: { ':zero': { N: '0' }, ':x': { S: 'x' } },
      ReturnValues: 'ALL_NEW',
    });
    expect(released.Attributes).toEqual({
      id: { S: 'image' },
      queue: { L: [{ S: 'x' }] },
      count: { N: '2' },
    });
  });

  test('of many that count at once, each gets a number of its own', async () => {
    const numbers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { Attributes } = await update('counter', {
          UpdateExpression: 'ADD #n :one',
          ExpressionAttributeNames: { '#n': 'next' },
          ExpressionAttributeValues: { ':one': { N: '1' } },
          ReturnValues: 'UPDATED_NEW',
        });
        return Number(Attributes?.next?.N);
      }),
    );
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

describe('after a process that was killed', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  });
  afterEach(async () => {
    await close();
    rmSync(dataDir, { recursive: true });
  });

  /** The store as it lies there, below DynamoDB. */
  async function torn(work: (store: DynaliteStore) => Promise<void>): Promise<void> {
    const store = db.create({ path: join(dataDir, 'dynamodb') });
    await work(store);
    await store.db.close();
  }

  const declaredOne = (store: DynaliteStore) =>
    new Promise<Table>((resolve, reject) =>
      store.tableDb.get('one', (error, found) => (found ? resolve(found) : reject(error))),
    );

  const byState = async (state: string) => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: 'one',
        IndexName: 'by-state',
        KeyConditionExpression: '#s = :v',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':v': { S: state } },
      }),
    );
    return Items.map(({ sk }) => sk?.N);
  };

  test('an index has what the items have, however far a write had come', async () => {
    await open(dataDir);
    await dynamo.ensureTables([table('one')]);
    for (const sk of [1, 2, 3]) await put('one', 'a', sk);
    await close();
    await torn(async (store) => {
      const entries = store.getIndexDb('Global', 'one', 'by-state');
      const rows: Readonly<Record<string, unknown>>[] = [];
      for await (const row of entries.createValueStream({})) rows.push(row);
      const declared = await declaredOne(store);
      const keyOf = (row: Readonly<Record<string, unknown>>) =>
        db.createIndexKey(row, declared, [{ AttributeName: 'state', KeyType: 'HASH' }]);
      const [first = {}] = rows;
      // One that was to change its state, of which the index alone has heard; and one that never came to be.
      await new Promise((done) => entries.del(keyOf(first), done));
      const [changed, unborn] = [item('a', 1, 'DONE'), item('a', 9, 'NEW')];
      await new Promise((done) => entries.put(keyOf(changed), changed, done));
      await new Promise((done) => entries.put(keyOf(unborn), unborn, done));
    });
    await open(dataDir);
    await dynamo.ensureTables([table('one')]);
    expect((await byState('NEW')).sort()).toEqual(['1', '2', '3']);
    expect(await byState('DONE')).toEqual([]);
  });

  /** As dynalite has written it before its second step. */
  async function halfDone(change: (declared: Table) => Table): Promise<void> {
    await torn(async (store) => {
      const declared = await declaredOne(store);
      await new Promise((done) => store.tableDb.put('one', change(declared), done));
    });
  }

  test.each(['CREATING', 'UPDATING'])('a table that was %s is there with what is in it', async (status) => {
    await open(dataDir);
    await dynamo.ensureTables([table('one')]);
    await put('one', 'a', 1);
    await close();
    await halfDone(({ GlobalSecondaryIndexes: indexes = [], ...declared }) => ({
      ...declared,
      TableStatus: status,
      GlobalSecondaryIndexes: indexes.map((index) => ({ ...index, IndexStatus: status })),
    }));
    await open(dataDir);
    await dynamo.ensureTables([table('one')]);
    const { Table: found } = await client.send(new DescribeTableCommand({ TableName: 'one' }));
    expect(found).toMatchObject({
      TableStatus: 'ACTIVE',
      GlobalSecondaryIndexes: [{ IndexStatus: 'ACTIVE' }],
    });
    expect(await byState('NEW')).toEqual(['1']);
  });

  test('a table that was DELETING is gone, and its successor has nothing of it', async () => {
    await open(dataDir);
    await dynamo.ensureTables([table('one'), table('other')]);
    await put('one', 'a', 1);
    await put('other', 'a', 2);
    await close();
    await halfDone(({ GlobalSecondaryIndexes: _forgotten, ...declared }) => ({
      ...declared,
      TableStatus: 'DELETING',
    }));
    await open(dataDir);
    await dynamo.ensureTables([table('other')]);
    const { TableNames } = await client.send(new ListTablesCommand({}));
    expect(TableNames).toEqual(['other']);
    await dynamo.ensureTables([table('one')]);
    expect(await byState('NEW')).toEqual([]);
    const { Items } = await client.send(new ScanCommand({ TableName: 'one' }));
    expect(Items).toEqual([]);
    expect(await client.send(new ScanCommand({ TableName: 'other' }))).toMatchObject({ Count: 1 });
  });
});
