import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { type BusEntry, eventBus } from '../../../lambda/adapters/event-bus.ts';

const aws = mockClient(EventBridgeClient);
beforeEach(() => {
  aws.reset();
  aws.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [] });
});

const bus = eventBus('a-bus');

function entries(count: number, size = 10): BusEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    detailType: 'Something',
    detail: { index, text: 'ü'.repeat(size) },
  }));
}

/** The numbers of the entries that each call carried. */
function calls(): number[][] {
  return aws
    .commandCalls(PutEventsCommand)
    .map(({ args: [{ input }] }) =>
      (input.Entries ?? []).map(({ Detail = '' }) => Number(JSON.parse(Detail).index)),
    );
}

test('an event bears the bus, the source and what it is about', async () => {
  await bus.put([{ detailType: 'Something', detail: { a: 1, b: undefined }, resources: ['arn:x'] }]);
  expect(aws.commandCalls(PutEventsCommand)[0]?.args[0].input).toEqual({
    Entries: [
      {
        EventBusName: 'a-bus',
        Source: 'image-version-automation',
        DetailType: 'Something',
        Detail: '{"a":1}',
        Resources: ['arn:x'],
      },
    ],
  });
});

test('nothing to tell makes no call', async () => {
  await bus.put([]);
  expect(calls()).toEqual([]);
});

test('ten go with one call at most, in order', async () => {
  await bus.put(entries(23));
  expect(calls().map((one) => one.length)).toEqual([10, 10, 3]);
  expect(calls().flat()).toEqual(Array.from({ length: 23 }, (_, index) => index));
});

test('no call is larger than PutEvents takes', async () => {
  // Of 2 bytes each in UTF-8: two fit into 256 KiB, three do not.
  await bus.put(entries(5, 60_000));
  expect(calls()).toEqual([[0, 1], [2, 3], [4]]);
});

test('an answer of 200 that refuses one is a failure that may pass, and what comes after it is not put', async () => {
  aws.on(PutEventsCommand).resolves({
    FailedEntryCount: 1,
    Entries: [{ EventId: 'e' }, { ErrorCode: 'ThrottlingException', ErrorMessage: 'slower' }],
  });
  await expect(bus.put(entries(12))).rejects.toMatchObject({
    name: 'ThrottlingException',
    message: 'slower',
    transient: true,
  });
  expect(calls()).toHaveLength(1);
});
