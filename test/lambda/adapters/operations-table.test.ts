import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  DynamoDBServiceException,
  PutItemCommand,
  ThrottlingException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { operationsTable } from '../../../lambda/adapters/operations-table.ts';
import { parseUpdate } from '../../../lambda/core/image-version/request.ts';
import type { Operation } from '../../../lambda/core/operation/operation.ts';
import { endingOf, endingOfCrash } from '../../../lambda/core/operation/result.ts';
import { begin } from '../../../lambda/core/operation/transitions.ts';
import { arnOf, SCOPE } from '../../fixtures/scope.ts';
import { EXECUTION, POLICY, START } from '../../fixtures/world.ts';

const aws = mockClient(DynamoDBClient);
beforeEach(() => aws.reset());

const table = operationsTable({ name: 'operations', recordDays: 30 });

function operation(): Operation {
  const patch = [{ op: 'test', path: '/Horovod', value: null }];
  const parsed = parseUpdate({ identifier: arnOf(3), patch }, SCOPE);
  if (!parsed.ok) throw new Error('not parsed');
  return begin(EXECUTION, parsed.request, POLICY, START);
}

function ended(): Operation {
  const outcome = {
    status: 'SUCCEEDED',
    effect: 'updated',
    properties: { Aliases: [], Version: 3 },
  } as const;
  const record = { step: 'update', attempt: 1, requestToken: 'r', at: START, status: 'SUCCESS' } as const;
  return { ...operation(), requests: [record], phase: { name: 'ended', outcome, endedAt: START + 1500 } };
}

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

describe('a record is opened', () => {
  test('by one put, unless the id is that of another execution', async () => {
    aws.on(PutItemCommand).resolves({});
    expect(await table.open(operation())).toBe(true);
    const { Item = {}, ...input } = aws.commandCalls(PutItemCommand)[0]?.args[0].input ?? {};
    expect(input).toEqual({
      TableName: 'operations',
      ConditionExpression: 'attribute_not_exists(operationId) OR executionArn = :execution',
      ExpressionAttributeValues: { ':execution': { S: EXECUTION.arn } },
    });
    expect(unmarshall(Item)).toMatchObject({
      operationId: 'op-1',
      executionArn: EXECUTION.arn,
      kind: 'update',
      status: 'RUNNING',
      region: 'us-east-1',
      imageName: 'pytorch',
      version: 3,
      identifier: arnOf(3),
      startedAt: '2026-11-24T00:00:00.000Z',
    });
  });

  test('or not: an id that is taken is an answer', async () => {
    aws.on(PutItemCommand).rejects(refused);
    expect(await table.open(operation())).toBe(false);
  });
});

describe('a record is closed', () => {
  test('by one update of the same key under the same condition', async () => {
    aws.on(UpdateItemCommand).resolves({});
    await table.close(endingOf(ended()));
    const [call] = aws.commandCalls(UpdateItemCommand);
    const input = call?.args[0].input;
    expect(input).toMatchObject({
      TableName: 'operations',
      Key: { operationId: { S: 'op-1' } },
      ConditionExpression: 'attribute_not_exists(operationId) OR executionArn = :execution',
    });
    expect(unmarshall(input?.ExpressionAttributeValues ?? {})).toMatchObject({
      ':status': 'SUCCEEDED',
      ':execution': EXECUTION.arn,
      ':result': { effect: 'updated', identifier: arnOf(3) },
      ':requests': [{ step: 'update', at: '2026-11-24T00:00:00.000Z', status: 'SUCCESS' }],
      ':finishedAt': '2026-11-24T00:00:01.500Z',
      ':expiresAt': Math.ceil((START + 1500) / 1000) + 30 * 86_400,
    });
  });

  test('naming each value that it gives, once, and giving each that it names', async () => {
    aws.on(UpdateItemCommand).resolves({});
    await table.close(endingOf(ended()));
    const input = aws.commandCalls(UpdateItemCommand)[0]?.args[0].input;
    const expression = `${input?.UpdateExpression} ${input?.ConditionExpression}`;
    const used = new Set(expression.match(/[#:]\w+/g));
    const given = [
      ...Object.keys(input?.ExpressionAttributeNames ?? {}),
      ...Object.keys(input?.ExpressionAttributeValues ?? {}),
    ];
    expect(new Set(given)).toEqual(used);
  });

  test('without forgetting when it was opened, where a crash does not know', async () => {
    aws.on(UpdateItemCommand).resolves({});
    await table.close(endingOfCrash(EXECUTION, { Error: 'x', Cause: 'y' }, undefined, START));
    const expression = aws.commandCalls(UpdateItemCommand)[0]?.args[0].input.UpdateExpression;
    expect(expression).toContain('createdAt = if_not_exists(createdAt, :startedAt)');
    expect(expression).toContain('#startedAt = if_not_exists(#startedAt, :startedAt)');
  });

  test('unless it is the record of another execution', async () => {
    aws.on(UpdateItemCommand).rejects(refused);
    await expect(table.close(endingOf(ended()))).resolves.toBeUndefined();
  });
});

test.each([
  ['throttled', throttled, 'RecordsUnavailable'],
  ['unwell', unwell, 'RecordsUnavailable'],
  ['closed to it', denied, 'AccessDeniedException'],
])('a table that is %s is told as such', async (_how, error, name) => {
  aws.on(PutItemCommand).rejects(error);
  aws.on(UpdateItemCommand).rejects(error);
  await expect(table.open(operation())).rejects.toMatchObject({ name });
  await expect(table.close(endingOf(ended()))).rejects.toMatchObject({ name });
});
