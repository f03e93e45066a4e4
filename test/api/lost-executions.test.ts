import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { TestCloud, versionArn } from '../workflows/cloud.ts';
import { ApiCloud } from './api-cloud.ts';

/** Tables and executions that do not belong together, after a restore or a removal: nothing passes for done, and no image is held. */

const OPERATIONS = 'image-version-operations-dev';
const QUEUES = 'image-version-queues-dev';
const REGION = 'us-east-1';

let api: ApiCloud;
let cloud: TestCloud;
let tables: DynamoDBClient;
beforeAll(async () => {
  cloud = await TestCloud.start();
  api = new ApiCloud(cloud);
  tables = new DynamoDBClient(cloud.clientOptions());
});
afterAll(async () => {
  tables.destroy();
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});

test('a key whose record is missing is no success of the execution that it once had', async () => {
  await cloud.image('restored');
  const first = await api.create('restored', 'k');
  expect(await api.final(first.operationId)).toMatchObject({ status: 'SUCCEEDED', version: 1 });
  await tables.send(
    new DeleteItemCommand({ TableName: OPERATIONS, Key: marshall({ operationId: first.operationId }) }),
  );
  await cloud.cloud.clock.sleep(6 * 60_000);

  const again = await api.create('restored', 'k');
  const next = await api.create('restored', 'other');
  expect(again.operationId).toBe(first.operationId);
  const ended = await api.final(again.operationId, 150);
  expect(ended).toMatchObject({ status: 'FAILED', error: { name: 'OperationIdTaken' } });
  expect(ended).not.toHaveProperty('result');
  expect(await api.final(next.operationId, 150)).toMatchObject({ status: 'SUCCEEDED', version: 2 });
});

test('an operation whose execution is gone ends, names what it may have made, and hands its image on', async () => {
  await cloud.image('kept');
  const { operationId } = await api.create('kept');
  await api.final(operationId);
  // What a stage finds that is deployed over tables in which an operation ran when the stage before was removed.
  const key = marshall({ operationId });
  const { Item = {} } = await tables.send(new GetItemCommand({ TableName: OPERATIONS, Key: key }));
  const { result: _result, finishedAt: _at, expiresAt: _expiresAt, ...record } = unmarshall(Item);
  const gone = {
    ...record,
    operationId: 'gone',
    executionArn: String(record.executionArn).replace(operationId, 'gone'),
    status: 'RUNNING',
    open: 'open',
  };
  await tables.send(new PutItemCommand({ TableName: OPERATIONS, Item: marshall(gone) }));
  await tables.send(new DeleteItemCommand({ TableName: OPERATIONS, Key: key }));
  await tables.send(
    new UpdateItemCommand({
      TableName: QUEUES,
      Key: marshall({ image: `${REGION}#kept`, ticket: 0 }),
      UpdateExpression: 'SET holder = :holder',
      ExpressionAttributeValues: marshall({ ':holder': 'gone' }),
    }),
  );

  const next = await api.create('kept');
  expect((await api.operation(next.operationId)).status).toBe('QUEUED');
  expect(await api.final(next.operationId, 12 * 60)).toMatchObject({ status: 'SUCCEEDED', version: 2 });
  const { status, error } = await api.operation('gone');
  expect({ status, error }).toMatchObject({
    status: 'FAILED',
    error: { name: 'ExecutionLost', message: expect.stringContaining(versionArn('kept', 1)) },
  });
});
