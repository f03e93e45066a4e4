import { BASE_IMAGE, TestCloud, versionArn } from './cloud.ts';

/** What a creation that fails leaves behind, and what its caller hears. */

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

const create = () =>
  cloud.run('create', { properties: { ImageName: 'demo', BaseImage: BASE_IMAGE, Aliases: ['stable'] } });

const unpullable = { effect: { kind: 'create-failed', reason: 'CannotPull: no such tag' } };

test('an orphan is removed, and the first error is told with the reason that Cloud Control drops', async () => {
  cloud.fault(unpullable);
  const { status, error, cause, name } = await create();

  expect({ status, error }).toEqual({ status: 'FAILED', error: 'GeneralServiceException' });
  expect(cause).toContain('(FailureReason: CannotPull: no such tag)');
  expect(await cloud.versions('demo')).toEqual([]);
  expect(await cloud.record(name)).toMatchObject({
    status: 'FAILED',
    error: { name: 'GeneralServiceException' },
    history: [
      { event: 'request', step: 'create', status: 'FAILED', errorCode: 'GeneralServiceException' },
      { event: 'request', step: 'remove-orphan', status: 'SUCCESS' },
    ],
  });
});

test('the aliases of a failed creation are free for the next one', async () => {
  cloud.fault(unpullable);
  await create();
  const { status, result } = await create();
  expect({ status, version: result.version }).toEqual({ status: 'SUCCEEDED', version: 2 });
  expect(await cloud.aliases('demo', 2)).toEqual(['stable']);
});

test('removing the orphan is tried again; when it fails for good, the error names what stays', async () => {
  cloud.fault(unpullable);
  cloud.fault({
    match: { handler: 'DELETE' },
    effect: { kind: 'fail-request', errorCode: 'Throttling' },
  });
  expect(await create()).toMatchObject({ error: 'GeneralServiceException' });
  expect(await cloud.versions('demo')).toEqual([]);

  cloud.fault(unpullable);
  cloud.fault({
    match: { handler: 'DELETE' },
    times: 'always',
    effect: { kind: 'fail-request', errorCode: 'AccessDenied', message: 'not yours' },
  });
  const { error, cause } = await create();
  expect(error).toBe('GeneralServiceException');
  expect(cause).toContain('CannotPull');
  expect(cause).toContain(
    `it left ${versionArn('demo', 2)} behind, which could not be removed: AccessDenied`,
  );
  expect(await cloud.versions('demo')).toEqual(['2 CREATE_FAILED']);
});

test.each(['NetworkFailure', 'GeneralServiceException', 'ServiceTimeout', 'Throttling'])(
  'a version that stands although its request failed with %s is taken; no second one is made',
  async (errorCode) => {
    cloud.fault({
      match: { handler: 'CREATE' },
      effect: { kind: 'fail-request', errorCode, when: 'after' },
    });
    const { status, result } = await create();
    expect({ status, effect: result.effect, version: result.version }).toEqual({
      status: 'SUCCEEDED',
      effect: 'created',
      version: 1,
    });
    expect(await cloud.versions('demo')).toEqual(['1 CREATED']);
    expect(await cloud.aliases('demo', 1)).toEqual(['stable']);
  },
);

test('aliases that cannot be set fail the operation; the version stays and is named', async () => {
  cloud.fault({
    match: { handler: 'UPDATE' },
    effect: { kind: 'fail-request', errorCode: 'AccessDenied', message: 'no aliases for you' },
  });
  const { error, cause } = await create();
  expect(error).toBe('AccessDenied');
  expect(cause).toContain('no aliases for you');
  expect(cause).toContain(
    `${versionArn('demo', 1)} was created and stays; these aliases were not set: stable`,
  );
  expect(await cloud.versions('demo')).toEqual(['1 CREATED']);
});

test('an identifier that is told only at the end is waited for', async () => {
  cloud.cloud.settings.change({ identifierShown: 'at-end' });
  cloud.fault(unpullable);
  expect(await create()).toMatchObject({ error: 'GeneralServiceException' });
  expect(await cloud.versions('demo')).toEqual([]);
  expect((await create()).result).toMatchObject({ version: 2 });
});
