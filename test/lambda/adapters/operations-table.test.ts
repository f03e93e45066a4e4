import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  ThrottlingException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { historyOf } from '../../../lambda/adapters/operation-item.ts';
import { operationsTable } from '../../../lambda/adapters/operations-table.ts';
import { recordStore } from '../../../lambda/adapters/record-store.ts';
import type { LogEntry, RequestRecord } from '../../../lambda/core/operation/operation.ts';
import { acceptedRecord, awaiting, begunOperation, endingAs, INPUT } from '../../fixtures/operations.ts';
import { START } from '../../fixtures/world.ts';

/** The items as they are written, and what a table that does not answer is taken for. */

const aws = mockClient(DynamoDBClient);
beforeEach(() => aws.reset());

const about = { name: 'operations', recordDays: 30 };
const table = operationsTable(about);
const store = recordStore(about);

const refused = new ConditionalCheckFailedException({ message: 'no', $metadata: { httpStatusCode: 400 } });
const throttled = new ThrottlingException({ message: 'later', $metadata: { httpStatusCode: 400 } });
const unwell = new DynamoDBServiceException({
  name: 'InternalServerError',
  message: 'unwell',
  $fault: 'server',
  $metadata: { httpStatusCode: 500 },
});
const denied = new DynamoDBServiceException({
  name: 'AccessDeniedException',
  message: 'no',
  $fault: 'client',
  $metadata: { httpStatusCode: 400 },
});

test('accepting is one put, of an item that the indexes find', async () => {
  aws.on(PutItemCommand).resolves({});
  await store.accept(acceptedRecord('op-1'));
  const [call, ...further] = aws.calls();
  expect(further).toEqual([]);
  const { Item = {}, ...input } = aws.commandCalls(PutItemCommand)[0]?.args[0].input ?? {};
  expect(call).toBeDefined();
  expect(input).toEqual({
    TableName: 'operations',
    ConditionExpression: 'attribute_not_exists(operationId)',
  });
  expect(unmarshall(Item)).toEqual({
    ...acceptedRecord('op-1'),
    image: 'us-east-1#pytorch',
    listedAt: '2026-11-24T00:00:00.000Z#op-1',
    open: 'open',
  });
});

test('opening what nobody accepted is one put too', async () => {
  aws.on(PutItemCommand).resolves({});
  await expect(table.open(begunOperation('op-1'), INPUT)).resolves.toMatchObject({
    outcome: 'opened',
    again: false,
  });
  expect(aws.calls()).toHaveLength(1);
});

test('whether an operation is to be cancelled is read strongly, with the write that tells how far it is', async () => {
  aws.on(UpdateItemCommand).resolves({ Attributes: { cancelRequestedAt: { S: 'then' } } });
  await expect(table.note(awaiting(begunOperation('op-1')))).resolves.toBe(true);
  expect(aws.calls()).toHaveLength(1);
});

test('a record is read strongly', async () => {
  aws.on(GetItemCommand).resolves({});
  await store.find('op-1');
  expect(aws.commandCalls(GetItemCommand)[0]?.args[0].input).toMatchObject({ ConsistentRead: true });
});

describe('an end', () => {
  test('sets when the record goes', async () => {
    aws.on(UpdateItemCommand).resolves({});
    await table.close(endingAs(begunOperation('op-1')));
    const input = aws.commandCalls(UpdateItemCommand)[0]?.args[0].input;
    expect(unmarshall(input?.ExpressionAttributeValues ?? {})).toMatchObject({
      ':status': 'SUCCEEDED',
      ':finishedAt': '2026-11-24T00:01:00.000Z',
      ':expiresAt': (START + 60_000) / 1000 + 30 * 86_400,
    });
  });

  test('that others write sets it too', async () => {
    aws.on(UpdateItemCommand).resolves({});
    const at = new Date(START + 1500).toISOString();
    await store.conclude(acceptedRecord('op-1'), { from: 'QUEUED', status: 'CANCELLED', at });
    const input = aws.commandCalls(UpdateItemCommand)[0]?.args[0].input;
    expect(unmarshall(input?.ExpressionAttributeValues ?? {})).toMatchObject({
      ':expiresAt': Math.ceil((START + 1500) / 1000) + 30 * 86_400,
    });
  });
});

test.each([
  ['close', () => table.close(endingAs(begunOperation('op-1')))],
  ['note', () => table.note(awaiting(begunOperation('op-1')))],
  ['note of nothing sent', () => table.note(begunOperation('op-1', 'create', CREATE))],
  ['cancellation', () => store.requestCancellation('op-1', 'then')],
  [
    'conclusion',
    () => store.conclude(acceptedRecord('op-1'), { from: 'RUNNING', status: 'FAILED', at: '2026-11-24' }),
  ],
  ['done', () => store.done('op-1')],
])('a %s names each value that it gives, once, and gives each that it names', async (_what, write) => {
  aws.on(UpdateItemCommand).resolves({});
  await write();
  const input = aws.commandCalls(UpdateItemCommand)[0]?.args[0].input;
  const expression = `${input?.UpdateExpression} ${input?.ConditionExpression}`;
  const used = new Set(expression.match(/[#:]\w+/g));
  const given = [
    ...Object.keys(input?.ExpressionAttributeNames ?? {}),
    ...Object.keys(input?.ExpressionAttributeValues ?? {}),
  ];
  expect(new Set(given)).toEqual(used);
});
const CREATE = { properties: { ImageName: 'pytorch', BaseImage: 'registry/x' } };

test('the history has requests, waits and errors in the order in which they came', () => {
  const request = (at: number): RequestRecord => ({
    step: 'delete',
    attempt: 1,
    requestToken: `r-${at}`,
    at,
    status: 'FAILED',
    polls: 2,
  });
  const log: readonly LogEntry[] = [
    { event: 'error', at: 2000, step: 'delete', name: 'Throttling', message: 'later' },
    { event: 'wait', at: 2000, step: 'delete', seconds: 4 },
  ];
  expect(historyOf({ requests: [request(1000), request(6000)], log })).toEqual([
    { event: 'request', ...request(1000), at: '1970-01-01T00:00:01.000Z' },
    { ...log[0], at: '1970-01-01T00:00:02.000Z' },
    { ...log[1], at: '1970-01-01T00:00:02.000Z' },
    { event: 'request', ...request(6000), at: '1970-01-01T00:00:06.000Z' },
  ]);
});

describe.each([
  ['throttled', throttled, 'RecordsUnavailable', true],
  ['unwell', unwell, 'RecordsUnavailable', true],
  ['closed to it', denied, 'AccessDeniedException', false],
])('a table that is %s', (_how, error, name, transient) => {
  test.each([
    ['open', () => table.open(begunOperation('op-1'), INPUT)],
    ['note', () => table.note(begunOperation('op-1'))],
    ['close', () => table.close(endingAs(begunOperation('op-1')))],
    ['accept', () => store.accept(acceptedRecord('op-1'))],
    ['find', () => store.find('op-1')],
    ['done', () => store.done('op-1')],
    ['openOperations', () => store.openOperations()[Symbol.asyncIterator]().next()],
  ])('is told as such by %s', async (_what, call) => {
    aws.onAnyCommand().rejects(error);
    await expect(call()).rejects.toMatchObject({ name, transient });
  });
});

test('a condition that does not hold is an answer, and no error', async () => {
  aws.onAnyCommand().rejects(refused);
  await expect(store.accept(acceptedRecord('op-1'))).resolves.toBe(false);
  await expect(table.note(begunOperation('op-1'))).resolves.toBe(false);
  await expect(table.close(endingAs(begunOperation('op-1')))).resolves.toBeUndefined();
  await expect(store.done('op-1')).resolves.toBeUndefined();
});
