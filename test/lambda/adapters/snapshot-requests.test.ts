import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { snapshotRequests } from '../../../lambda/adapters/snapshot-requests.ts';

const aws = mockClient(EventBridgeClient);
beforeEach(() => aws.reset());

test('a snapshot is asked for by one event that says of which region, and since when', async () => {
  aws.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });
  await snapshotRequests('a-bus').ask('eu-west-1', '2026-11-24T08:00:00.000Z');
  expect(aws.commandCalls(PutEventsCommand).map(({ args: [{ input }] }) => input)).toEqual([
    {
      Entries: [
        {
          EventBusName: 'a-bus',
          Source: 'image-version-automation',
          DetailType: 'ImageInventorySnapshotRequested',
          Detail: '{"region":"eu-west-1","trigger":"request","requestedAt":"2026-11-24T08:00:00.000Z"}',
        },
      ],
    },
  ]);
});

test('that nobody heard of it is a failure', async () => {
  const refused = { ErrorCode: 'InternalFailure', ErrorMessage: 'unwell' };
  aws.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [refused] });
  await expect(snapshotRequests('a-bus').ask('eu-west-1', 'x')).rejects.toMatchObject({
    name: 'InternalFailure',
    transient: true,
  });
});
