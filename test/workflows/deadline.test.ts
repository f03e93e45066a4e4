import { BASE_IMAGE, TestCloud, versionArn } from './cloud.ts';

/** An operation ends in time whatever the request that it waits for does. */

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(async () => {
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});
beforeEach(async () => {
  await cloud.reset();
  await cloud.image('demo');
});

const HOURS = 60 * 60;

async function recordedSeconds(name: string): Promise<number> {
  const { startedAt, finishedAt } = await cloud.record(name);
  return (Date.parse(String(finishedAt)) - Date.parse(String(startedAt))) / 1000;
}

test('a request that stalls is cancelled at the deadline, and the operation fails as OperationTimedOut', async () => {
  await cloud.version('demo');
  cloud.fault({ match: { handler: 'UPDATE' }, effect: { kind: 'stall' } });
  const cancelled = cloud.called('CancelResourceRequest');
  const { status, error, cause, name } = await cloud.run('update', {
    imageName: 'demo',
    version: 1,
    properties: { Processor: 'GPU' },
  });

  expect({ status, error }).toEqual({ status: 'FAILED', error: 'OperationTimedOut' });
  expect(cause).toBe(
    'Not done within 7200 s, at step update, attempt 1: its request was cancelled and ended CANCEL_COMPLETE',
  );
  expect(cloud.called('CancelResourceRequest')).toBe(cancelled + 1);
  expect(await cloud.record(name)).toMatchObject({
    status: 'TIMED_OUT',
    history: [{ event: 'request', step: 'update', status: 'CANCEL_COMPLETE' }],
  });
  const seconds = await recordedSeconds(name);
  expect(seconds).toBeGreaterThanOrEqual(2 * HOURS);
  expect(seconds).toBeLessThan(2 * HOURS + 60);
});

test('a creation that timed out names the version that it leaves behind', async () => {
  cloud.fault({ match: { handler: 'CREATE' }, effect: { kind: 'stall' } });
  const { error, cause } = await cloud.run('create', {
    properties: { ImageName: 'demo', BaseImage: BASE_IMAGE },
  });
  expect(error).toBe('OperationTimedOut');
  expect(cause).toContain(`${versionArn('demo', 1)} is left behind in status CREATED`);
});

test('a cancellation that is refused, and a request that never ends, are waited for no longer than the grace', async () => {
  await cloud.version('demo');
  cloud.fault({ match: { handler: 'DELETE' }, effect: { kind: 'stall' } });
  cloud.fault({
    match: { operation: 'CancelResourceRequest' },
    times: 'always',
    effect: { kind: 'error', name: 'AccessDeniedException' },
  });
  const { error, cause, name } = await cloud.run('delete', { imageName: 'demo', version: 1 });
  expect(error).toBe('OperationTimedOut');
  expect(cause).toContain('had not ended when it was last looked at');
  expect(await recordedSeconds(name)).toBeLessThan(2 * HOURS + 10 * 60 + 60);
});

test('a status that nobody knows is a failure, not a reason to poll for ever', async () => {
  cloud.fault({
    match: { operation: 'GetResourceRequestStatus' },
    times: 'always',
    effect: { kind: 'status', value: 'PONDERING' },
  });
  const { error, cause } = await cloud.run('create', {
    properties: { ImageName: 'demo', BaseImage: BASE_IMAGE },
  });
  expect(error).toBe('UnexpectedStatus');
  expect(cause).toContain('"PONDERING"');
});

test('RetryAfter decides when to ask again', async () => {
  cloud.cloud.settings.change({ retryAfterSeconds: 45, durations: { create: 100 } });
  const { result } = await cloud.run('create', { properties: { ImageName: 'demo', BaseImage: BASE_IMAGE } });
  // The first answer carries none, so after 2 s; then each 45 s: at 47, 92, 137.
  expect(result.polls).toBe(4);
});

test('a request that somebody else cancels ends the operation as RequestCancelled', async () => {
  await cloud.version('demo');
  cloud.fault({ match: { handler: 'UPDATE' }, effect: { kind: 'stall' } });
  cloud.fault({
    match: { operation: 'GetResourceRequestStatus' },
    effect: { kind: 'status', value: 'CANCEL_COMPLETE' },
  });
  const { error } = await cloud.run('update', {
    imageName: 'demo',
    version: 1,
    properties: { Processor: 'GPU' },
  });
  expect(error).toBe('RequestCancelled');
});
