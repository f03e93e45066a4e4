import {
  CancelResourceRequestCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  ListResourceRequestsCommand,
  ListResourcesCommand,
} from '@aws-sdk/client-cloudcontrol';
import { ACCOUNT, type LocalAws, REGION, ROLE_ARN, startLocalAws } from '../local/local-aws.ts';
import {
  create,
  DESIRED,
  ended,
  eventOf,
  IMAGE,
  makeImage,
  remove,
  statusOf,
  VERSION,
  versionArn,
} from '../local/requests.ts';

/**
 * The life of requests and resources in the local Cloud Control, against exchanges that others have recorded
 * with AWS on another type: the same fields in the same answers, one state after the other.
 */

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const MISSING_ARN = versionArn(1, 'missing');

let aws: LocalAws;

beforeEach(async () => {
  aws = await startLocalAws();
});

afterEach(async () => {
  await aws.close();
  expect(aws.unexpected).toEqual([]);
});

test('a resource lives: created, found, deleted, no longer found', async () => {
  await makeImage(aws);
  const first = await create(aws, VERSION, DESIRED);
  expect(first).toEqual({
    EventTime: expect.any(Date),
    Identifier: `arn:aws:sagemaker:${REGION}:${ACCOUNT}:image-version/alpha/1`,
    Operation: 'CREATE',
    OperationStatus: 'IN_PROGRESS',
    RequestToken: expect.stringMatching(UUID),
    TypeName: VERSION,
  });
  const created = await ended(aws, first);
  expect(created).toEqual({ ...first, OperationStatus: 'SUCCESS', EventTime: expect.any(Date) });

  const key = { TypeName: VERSION, Identifier: String(first.Identifier) };
  const got = await aws.cloudControl.send(new GetResourceCommand(key));
  expect(got.TypeName).toBe(VERSION);
  expect(got.ResourceDescription?.Identifier).toBe(first.Identifier);
  expect(JSON.parse(got.ResourceDescription?.Properties ?? '')).toEqual({
    ImageName: 'alpha',
    ImageArn: `arn:aws:sagemaker:${REGION}:${ACCOUNT}:image/alpha`,
    ImageVersionArn: first.Identifier,
    Version: 1,
    BaseImage: 'registry.example/base:1',
    ContainerImage: expect.stringMatching(/^registry\.example\/base@sha256:[0-9a-f]{64}$/),
  });

  const deletion = eventOf(await aws.cloudControl.send(new DeleteResourceCommand(key)));
  expect(deletion).toEqual({
    EventTime: expect.any(Date),
    Identifier: first.Identifier,
    Operation: 'DELETE',
    OperationStatus: 'IN_PROGRESS',
    RequestToken: expect.stringMatching(UUID),
    TypeName: VERSION,
  });
  expect(await ended(aws, deletion)).toEqual({
    ...deletion,
    OperationStatus: 'SUCCESS',
    EventTime: expect.any(Date),
  });
  await expect(aws.cloudControl.send(new GetResourceCommand(key))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('creating what exists is accepted and fails later with AlreadyExists', async () => {
  await makeImage(aws);
  const second = await create(aws, IMAGE, { ImageName: 'alpha', ImageRoleArn: ROLE_ARN });
  expect(second.OperationStatus).toBe('IN_PROGRESS');
  expect(await ended(aws, second)).toMatchObject({
    OperationStatus: 'FAILED',
    ErrorCode: 'AlreadyExists',
    StatusMessage: expect.stringMatching(/already exists/i),
    RequestToken: second.RequestToken,
  });
});

test('deleting what does not exist is accepted and fails later with NotFound', async () => {
  const event = await remove(aws, MISSING_ARN);
  expect(event).toMatchObject({ OperationStatus: 'IN_PROGRESS', Identifier: MISSING_ARN });
  expect(await ended(aws, event)).toMatchObject({ OperationStatus: 'FAILED', ErrorCode: 'NotFound' });
});

test('a create that its handler refuses shows no Identifier', async () => {
  const first = await create(aws, VERSION, DESIRED);
  expect(first).not.toHaveProperty('Identifier');
  expect(await ended(aws, first)).not.toHaveProperty('Identifier');
});

test('an Identifier that is not in the desired state may come with success only', async () => {
  aws.settings.change({ identifierShown: 'at-end' });
  await makeImage(aws);
  const first = await create(aws, VERSION, DESIRED);
  expect(first).not.toHaveProperty('Identifier');
  expect(await ended(aws, first)).toMatchObject({ OperationStatus: 'SUCCESS', Identifier: versionArn(1) });
});

test('a failed creation names its version in its message, also where it shows no Identifier', async () => {
  aws.settings.change({ identifierShown: 'on-success' });
  await makeImage(aws);
  aws.faults.add({ effect: { kind: 'create-failed' } });
  const failed = await ended(aws, await create(aws, VERSION, DESIRED));
  expect(failed).toMatchObject({
    OperationStatus: 'FAILED',
    ErrorCode: 'GeneralServiceException',
    StatusMessage: expect.stringContaining(`${VERSION} [${versionArn(1)}] failed to create`),
  });
  expect(failed).not.toHaveProperty('Identifier');
  const second = await ended(aws, await create(aws, VERSION, DESIRED));
  expect(second).toMatchObject({ OperationStatus: 'SUCCESS', Identifier: versionArn(2) });
});

test('a request that goes on can be cancelled, and cancelled again', async () => {
  await makeImage(aws);
  const { RequestToken, Identifier } = await create(aws, VERSION, DESIRED);
  const cancel = () => aws.cloudControl.send(new CancelResourceRequestCommand({ RequestToken }));
  const cancelled = eventOf(await cancel());
  expect(cancelled).toEqual({
    EventTime: expect.any(Date),
    Identifier,
    Operation: 'CREATE',
    OperationStatus: 'CANCEL_COMPLETE',
    RequestToken,
    TypeName: VERSION,
  });
  expect(eventOf(await cancel())).toEqual(cancelled);
  expect(await statusOf(aws, cancelled)).toEqual(cancelled);
});

test('requests are listed by operation and status', async () => {
  aws.settings.change({ retryAfterSeconds: 5 });
  await makeImage(aws);
  const { RequestToken, Identifier } = await create(aws, VERSION, DESIRED);
  await aws.pass(1);
  const list = async (operation: 'CREATE' | 'UPDATE') => {
    const filter = { Operations: [operation], OperationStatuses: ['IN_PROGRESS' as const] };
    const command = new ListResourceRequestsCommand({ ResourceRequestStatusFilter: filter });
    return (await aws.cloudControl.send(command)).ResourceRequestStatusSummaries;
  };
  expect(await list('CREATE')).toEqual([
    {
      EventTime: expect.any(Date),
      Identifier,
      Operation: 'CREATE',
      OperationStatus: 'IN_PROGRESS',
      RequestToken,
      RetryAfter: expect.any(Date),
      TypeName: VERSION,
    },
  ]);
  expect(await list('UPDATE')).toEqual([]);
});

test('resources are listed page by page with their identifiers, whatever MaxResults says', async () => {
  aws.settings.change({ pageSize: 2 });
  for (const name of ['one', 'two', 'three']) await makeImage(aws, name);
  const first = await aws.cloudControl.send(new ListResourcesCommand({ TypeName: IMAGE, MaxResults: 1 }));
  const second = await aws.cloudControl.send(
    new ListResourcesCommand({ TypeName: IMAGE, NextToken: first.NextToken }),
  );
  expect(first.TypeName).toBe(IMAGE);
  expect(second.NextToken).toBeUndefined();
  const pages = [first.ResourceDescriptions ?? [], second.ResourceDescriptions ?? []];
  expect(pages.map((page) => page.length)).toEqual([2, 1]);
  for (const { Identifier, Properties } of pages.flat()) {
    expect(JSON.parse(Properties ?? '')).toEqual({ ImageArn: Identifier });
  }
  expect(new Set(pages.flat().map(({ Identifier }) => Identifier)).size).toBe(3);
});

test('a conflict of client tokens names the earlier request', async () => {
  const first = await create(aws, IMAGE, { ImageName: 'one', ImageRoleArn: ROLE_ARN }, 'token-1');
  await expect(create(aws, IMAGE, { ImageName: 'two', ImageRoleArn: ROLE_ARN }, 'token-1')).rejects.toThrow(
    String(first.RequestToken),
  );
});
