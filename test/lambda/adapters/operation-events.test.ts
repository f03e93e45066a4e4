import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { operationEvents } from '../../../lambda/adapters/operation-events.ts';
import type { OperationRecord } from '../../../lambda/core/operation/record.ts';
import { acceptedRecord } from '../../fixtures/operations.ts';
import { arnOf } from '../../fixtures/scope.ts';

const aws = mockClient(EventBridgeClient);
beforeEach(() => aws.reset());

const events = operationEvents('operations-bus');
const FINISHED = '2026-11-24T00:01:00.000Z';

function ended(about: Partial<OperationRecord>): OperationRecord {
  return acceptedRecord('op-1', { finishedAt: FINISHED, ...about });
}

async function published(record: OperationRecord) {
  aws.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });
  await events.publish(record);
  const [entry, ...further] = aws.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries ?? [];
  expect(further).toEqual([]);
  return { ...entry, Detail: JSON.parse(entry?.Detail ?? '') };
}

test('a success is told with its version and its effect', async () => {
  const result = {
    operationId: 'op-1',
    kind: 'create',
    effect: 'created',
    identifier: arnOf(4),
    imageName: 'pytorch',
    version: 4,
    region: 'us-east-1',
    properties: { Aliases: [], ReleaseNotes: 'what a caller wrote' },
    requests: 1,
    polls: 1,
    attempts: 1,
    durationSeconds: 95,
  } as const;
  const { version: _none, ...created } = ended({ kind: 'create', status: 'SUCCEEDED', result });
  const entry = await published({ ...created, identifier: arnOf(4) });
  expect(entry).toEqual({
    EventBusName: 'operations-bus',
    Source: 'image-version-automation',
    DetailType: 'ImageVersionOperationSucceeded',
    Resources: [arnOf(4)],
    Detail: {
      operationId: 'op-1',
      kind: 'create',
      status: 'SUCCEEDED',
      region: 'us-east-1',
      imageName: 'pytorch',
      version: 4,
      identifier: arnOf(4),
      effect: 'created',
      createdAt: '2026-11-24T00:00:00.000Z',
      finishedAt: FINISHED,
    },
  });
});

test.each([
  ['FAILED', 'ImageVersionOperationFailed'],
  ['TIMED_OUT', 'ImageVersionOperationTimedOut'],
  ['CANCELLED', 'ImageVersionOperationCancelled'],
] as const)('%s is told as %s, with the error’s name and message', async (status, type) => {
  const error = { name: 'AccessDenied', message: 'no', faults: [{ path: '/x', message: 'no' }] };
  const entry = await published(ended({ status, error }));
  expect(entry.DetailType).toBe(type);
  expect(entry.Detail).toMatchObject({ status, version: 3, error: { name: 'AccessDenied', message: 'no' } });
  expect(entry.Detail.error).not.toHaveProperty('faults');
  expect(entry).not.toHaveProperty('Resources');
});

test.each([['QUEUED'], ['RUNNING']] as const)('what is %s has no end to tell of', async (status) => {
  await expect(events.publish(ended({ status }))).rejects.toThrow('has no end to tell of');
  expect(aws.calls()).toHaveLength(0);
});

test('an answer of 200 whose entry failed is a failure that may pass', async () => {
  aws.on(PutEventsCommand).resolves({
    FailedEntryCount: 1,
    Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'unwell' }],
  });
  await expect(events.publish(ended({ status: 'FAILED' }))).rejects.toMatchObject({
    name: 'InternalFailure',
    message: 'unwell',
    transient: true,
  });
});
