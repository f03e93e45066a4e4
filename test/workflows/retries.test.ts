import { HANDLER_ERROR_CODES } from '../../local/faults.ts';
import { BASE_IMAGE, TestCloud } from './cloud.ts';

/** What can get better is tried again, boundedly; nothing else is; and no repeat does a thing twice. */

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

const create = (more: object = {}) =>
  cloud.run('create', { properties: { ImageName: 'demo', BaseImage: BASE_IMAGE, ...more } });

const RETRYABLE = ['Throttling', 'ServiceInternalError', 'NetworkFailure', 'ResourceConflict'];

test.each(HANDLER_ERROR_CODES.filter((code) => RETRYABLE.includes(code)))(
  'a request that fails with %s is made again',
  async (errorCode) => {
    cloud.fault({ match: { handler: 'CREATE' }, times: 2, effect: { kind: 'fail-request', errorCode } });
    const { status, result } = await create();
    expect({ status, ...result }).toMatchObject({
      status: 'SUCCEEDED',
      requests: 3,
      attempts: 3,
      version: 1,
    });
    expect(await cloud.versions('demo')).toEqual(['1 CREATED']);
  },
);

test.each(HANDLER_ERROR_CODES.filter((code) => !RETRYABLE.includes(code)))(
  'a request that fails with %s is final, under that name',
  async (errorCode) => {
    cloud.fault({
      match: { handler: 'CREATE' },
      times: 'always',
      effect: { kind: 'fail-request', errorCode, message: `told ${errorCode}` },
    });
    const before = cloud.called('CreateResource');
    const { error, cause } = await create();
    expect({ error, cause }).toEqual({ error: errorCode, cause: `told ${errorCode}` });
    expect(cloud.called('CreateResource')).toBe(before + 1);
  },
);

test('requests that keep failing end under their own error after five attempts', async () => {
  cloud.fault({
    match: { handler: 'CREATE' },
    times: 'always',
    effect: { kind: 'fail-request', errorCode: 'Throttling', message: 'slow down' },
  });
  const { error, cause, name } = await create();
  expect({ error, cause }).toEqual({ error: 'Throttling', cause: 'slow down (5 attempts)' });
  const { history } = await cloud.record(name);
  const again = [
    { event: 'request', step: 'create', status: 'FAILED', errorCode: 'Throttling' },
    { event: 'error', step: 'create', name: 'Throttling', message: 'slow down' },
    { event: 'wait', step: 'create', seconds: expect.any(Number) },
  ];
  const last = { event: 'request', step: 'create', attempt: 5, status: 'FAILED' };
  expect(history).toMatchObject([...again, ...again, ...again, ...again, last]);
});

test.each([
  ['ThrottlingException', { kind: 'throttle' }],
  ['a 500', { kind: 'error', name: 'InternalFailure', status: 500 }],
  ['a broken connection', { kind: 'disconnect' }],
])('calls answered with %s are made again: sending, asking, reading', async (_what, effect) => {
  for (const operation of ['CreateResource', 'UpdateResource', 'GetResourceRequestStatus', 'GetResource']) {
    cloud.fault({ match: { operation }, times: 2, effect });
  }
  const { status, result } = await create({ Aliases: ['stable'] });
  expect({ status, ...result }).toMatchObject({ status: 'SUCCEEDED', requests: 2, attempts: 1, version: 1 });
  expect(result.properties).toMatchObject({ Aliases: ['stable'] });
  expect(await cloud.versions('demo')).toEqual(['1 CREATED']);
});

test('a call that is throttled for good ends the operation after eight tries', async () => {
  cloud.fault({ match: { operation: 'CreateResource' }, times: 'always', effect: { kind: 'throttle' } });
  const before = cloud.called('CreateResource');
  const { error, cause } = await create();
  expect(error).toBe('ThrottlingException');
  expect(cause).toContain('(8 calls in a row)');
  expect(cloud.called('CreateResource')).toBe(before + 8);
});

test('a call that is refused for good is made once', async () => {
  cloud.fault({
    match: { operation: 'CreateResource' },
    times: 'always',
    effect: { kind: 'error', name: 'AccessDeniedException', message: 'not allowed' },
  });
  const before = cloud.called('CreateResource');
  expect(await create()).toMatchObject({ error: 'AccessDeniedException', cause: 'not allowed' });
  expect(cloud.called('CreateResource')).toBe(before + 1);
});

test.each(['conflict', 'original'])(
  'an answer that is lost after the work was done is found again (a repeated token gets the %s)',
  async (repeatedToken) => {
    cloud.cloud.settings.change({ repeatedToken });
    cloud.fault({ match: { operation: 'CreateResource' }, effect: { kind: 'lose-answer' } });
    cloud.fault({ match: { operation: 'UpdateResource' }, effect: { kind: 'lose-answer' } });
    const { status, result } = await create({ Aliases: ['stable'] });
    // The creation is found by what it made, so its request is one that nobody knows of.
    expect({ status, ...result }).toMatchObject({ status: 'SUCCEEDED', requests: 1, version: 1 });
    expect(await cloud.versions('demo')).toEqual(['1 CREATED']);

    cloud.fault({ match: { operation: 'DeleteResource' }, effect: { kind: 'lose-answer' } });
    const deleted = await cloud.run('delete', { imageName: 'demo', version: 1 });
    expect(deleted.result).toMatchObject({ effect: 'deleted', requests: 1 });
  },
);

describe('a creation whose answer is lost', () => {
  beforeEach(() => cloud.cloud.settings.change({ durations: { create: 95 } }));
  const loseAnswer = () =>
    cloud.fault({ match: { operation: 'CreateResource' }, effect: { kind: 'lose-answer' } });

  test('makes one version though its client token is forgotten', async () => {
    loseAnswer();
    cloud.fault({ match: { handler: 'CREATE' }, times: 'always', effect: { kind: 'forget-client-tokens' } });
    const { status, result, name } = await create({ Aliases: ['stable'] });
    expect({ status, ...result }).toMatchObject({ status: 'SUCCEEDED', effect: 'created', version: 1 });
    expect(await cloud.versions('demo')).toEqual(['1 CREATED']);
    expect(await cloud.aliases('demo', 1)).toEqual(['stable']);
    expect(JSON.stringify(await cloud.record(name))).toContain('its answer was not seen, and it made arn:');
  });

  test('and that failed in SageMaker leaves nothing behind, and says why it failed', async () => {
    loseAnswer();
    cloud.fault({ effect: { kind: 'create-failed', reason: 'CannotPull: no such image' } });
    const { error, cause } = await create();
    expect(error).toBe('GeneralServiceException');
    expect(cause).toContain('CannotPull: no such image');
    expect(await cloud.versions('demo')).toEqual([]);
  });

  test('does not take for its own what another workflow makes from the same base image', async () => {
    loseAnswer();
    const executions = await Promise.all([create(), create()]);
    expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(executions.map(({ result }) => result.version).sort()).toEqual([1, 2]);
    expect(await cloud.versions('demo')).toEqual(['1 CREATED', '2 CREATED']);
  });

  test('and cannot be looked for either ends, and says so', async () => {
    cloud.fault({ match: { operation: 'CreateResource' }, effect: { kind: 'lose-answer' } });
    cloud.fault({
      match: { operation: 'ListImageVersions' },
      times: 8,
      effect: { kind: 'error', name: 'AccessDeniedException', message: 'not allowed' },
    });
    const { error, cause } = await create();
    expect(error).toBe('AccessDeniedException');
    expect(cause).toContain('whether a version was made could not be seen: AccessDeniedException');
  });
});

test('an update that finds another request on the version waits for it', async () => {
  await cloud.version('demo');
  const [one, other] = await Promise.all([
    cloud.run('update', { imageName: 'demo', version: 1, properties: { ReleaseNotes: 'one' } }),
    cloud.run('update', { imageName: 'demo', version: 1, properties: { Processor: 'GPU' } }),
  ]);
  expect([one.status, other.status]).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  expect(await cloud.model(String(one.result.identifier))).toMatchObject({
    ReleaseNotes: 'one',
    Processor: 'GPU',
  });
});

test('a rate limit slows many operations down and fails none', async () => {
  cloud.cloud.settings.change({ rateLimit: { perSecond: 2 } });
  for (const name of ['a', 'b', 'c', 'd']) await cloud.image(name);
  const executions = await Promise.all(
    ['a', 'b', 'c', 'd'].map((ImageName) =>
      cloud.run('create', { properties: { ImageName, BaseImage: BASE_IMAGE, Aliases: ['stable'] } }),
    ),
  );
  expect(executions.map(({ status }) => status)).toEqual(Array(4).fill('SUCCEEDED'));
});
