import { DescribeImageVersionCommand, ListImagesCommand } from '@aws-sdk/client-sagemaker';
import { type LocalAws, startLocalAws } from '../local-aws.ts';
import {
  create,
  DESIRED,
  ended,
  makeImage,
  makeVersion,
  read,
  remove,
  statusOf,
  VERSION,
  versionArn,
} from '../requests.ts';

/** What each kind of fault looks like to a client. */
let aws: LocalAws;

beforeEach(async () => {
  aws = await startLocalAws();
  await makeImage(aws);
});

afterEach(async () => {
  await aws.close();
  expect(aws.unexpected).toEqual([]);
});

async function versionExists(): Promise<boolean> {
  const command = new DescribeImageVersionCommand({ ImageName: 'alpha' });
  return aws.sageMaker.send(command).then(
    () => true,
    () => false,
  );
}

test('throttle: so many calls are refused, the next goes through', async () => {
  aws.faults.add({ match: { handler: 'CREATE' }, times: 2, effect: { kind: 'throttle' } });
  for (let call = 0; call < 2; call += 1) {
    await expect(create(aws, VERSION, DESIRED)).rejects.toMatchObject({ name: 'ThrottlingException' });
  }
  expect(await create(aws, VERSION, DESIRED)).toMatchObject({ OperationStatus: 'IN_PROGRESS' });
});

test('throttle: a status call is known by the image of its request', async () => {
  const event = await create(aws, VERSION, DESIRED);
  aws.faults.add([
    { match: { imageName: 'beta', operation: 'GetResourceRequestStatus' }, effect: { kind: 'throttle' } },
    { match: { imageName: 'alpha', operation: 'GetResourceRequestStatus' }, effect: { kind: 'throttle' } },
  ]);
  await expect(statusOf(aws, event)).rejects.toMatchObject({ name: 'ThrottlingException' });
  expect(await ended(aws, event)).toMatchObject({ OperationStatus: 'SUCCESS' });
});

test('error: any name, message and status', async () => {
  aws.faults.add({
    match: { service: 'SageMaker' },
    effect: { kind: 'error', name: 'Strange', message: 'odd', status: 503 },
  });
  await expect(aws.sageMaker.send(new ListImagesCommand({}))).rejects.toMatchObject({
    name: 'Strange',
    message: 'odd',
    $metadata: { httpStatusCode: 503 },
  });
});

test('disconnect: no answer and no work', async () => {
  aws.faults.add({ effect: { kind: 'disconnect' } });
  await expect(create(aws, VERSION, DESIRED)).rejects.toThrow();
  expect(await versionExists()).toBe(false);
});

test('lose-answer: no answer, but the work is done', async () => {
  aws.faults.add({ effect: { kind: 'lose-answer' } });
  await expect(create(aws, VERSION, DESIRED, 'token-1')).rejects.toThrow();
  expect(await versionExists()).toBe(true);
  await expect(create(aws, VERSION, DESIRED, 'token-1')).rejects.toMatchObject({
    name: 'ClientTokenConflictException',
  });
});

test('delay: the answer comes so much later by the clock', async () => {
  const began = aws.clock.now();
  aws.faults.add({ effect: { kind: 'delay', seconds: 120 } });
  await aws.sageMaker.send(new ListImagesCommand({}));
  expect(aws.clock.now() - began).toBeGreaterThanOrEqual(120_000);
});

test.each([
  ['before', false],
  ['after', true],
] as const)('fail-request: %s SageMaker did the work', async (when, done) => {
  aws.faults.add({ effect: { kind: 'fail-request', errorCode: 'Throttling', message: 'slow down', when } });
  const failed = await makeVersion(aws);
  expect(failed).toMatchObject({
    OperationStatus: 'FAILED',
    ErrorCode: 'Throttling',
    StatusMessage: 'slow down',
  });
  expect(failed.Identifier).toBe(done ? versionArn(1) : undefined);
  expect(await versionExists()).toBe(done);
});

test('fail-request: a read or a list fails at once', async () => {
  const { Identifier } = await makeVersion(aws);
  aws.faults.add({
    match: { handler: 'READ' },
    effect: { kind: 'fail-request', errorCode: 'NetworkFailure' },
  });
  await expect(read(aws, Identifier)).rejects.toMatchObject({ name: 'NetworkFailureException' });
});

test('stall: a request goes on until it is cancelled, or so much longer', async () => {
  aws.faults.add([{ effect: { kind: 'stall' } }, { effect: { kind: 'stall', seconds: 30 } }]);
  const forEver = await create(aws, VERSION, DESIRED);
  await aws.pass(7200);
  expect(await statusOf(aws, forEver)).toMatchObject({ OperationStatus: 'IN_PROGRESS' });
  const longer = await create(aws, VERSION, DESIRED);
  await aws.pass(29);
  expect(await statusOf(aws, longer)).toMatchObject({ OperationStatus: 'IN_PROGRESS' });
  await aws.pass(4);
  expect(await statusOf(aws, longer)).toMatchObject({ OperationStatus: 'SUCCESS' });
});

test('status: an OperationStatus that nobody knows', async () => {
  const event = await create(aws, VERSION, DESIRED);
  aws.faults.add({ match: { imageName: 'alpha' }, effect: { kind: 'status', value: 'ON_HOLIDAY' } });
  expect(await statusOf(aws, event)).toMatchObject({ OperationStatus: 'ON_HOLIDAY' });
  expect(await statusOf(aws, event)).toMatchObject({ OperationStatus: 'IN_PROGRESS' });
});

test('forget-client-tokens: a repeat makes a second request', async () => {
  const first = await create(aws, VERSION, DESIRED, 'token-1');
  await ended(aws, first);
  aws.faults.add({ effect: { kind: 'forget-client-tokens' } });
  const second = await create(aws, VERSION, DESIRED, 'token-1');
  expect(second.RequestToken).not.toBe(first.RequestToken);
});

test('a rate limit throttles Cloud Control alone, per region, until time has passed', async () => {
  aws.settings.change({ rateLimit: { perSecond: 0.001 } });
  await create(aws, VERSION, DESIRED);
  await expect(remove(aws, versionArn(1))).rejects.toMatchObject({ name: 'ThrottlingException' });
  await aws.sageMaker.send(new ListImagesCommand({}));
  await aws.pass(1001);
  expect(await remove(aws, versionArn(1))).toMatchObject({ TypeName: VERSION });
});
