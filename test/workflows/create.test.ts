import { BASE_IMAGE, TestCloud, versionArn } from './cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(async () => {
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});
beforeEach(() => cloud.reset());

const properties = { ImageName: 'demo', BaseImage: BASE_IMAGE };

test('creates a version and answers its number, properties and what it took', async () => {
  await cloud.image('demo');
  const { status, result, name } = await cloud.run('create', {
    properties: { ...properties, Processor: 'CPU', Horovod: false, MLFramework: 'PyTorch 2.6.0' },
  });

  expect(status).toBe('SUCCEEDED');
  expect(result).toMatchObject({
    operationId: name,
    kind: 'create',
    effect: 'created',
    identifier: versionArn('demo', 1),
    imageName: 'demo',
    version: 1,
    region: 'us-east-1',
    properties: {
      ...properties,
      Version: 1,
      Processor: 'CPU',
      Horovod: false,
      MLFramework: 'PyTorch 2.6.0',
      Aliases: [],
      ImageVersionArn: versionArn('demo', 1),
    },
    requests: 1,
    attempts: 1,
  });
  expect(result.durationSeconds).toBeGreaterThanOrEqual(3);
  expect(result.polls).toBeGreaterThanOrEqual(1);
  expect(await cloud.versions('demo')).toEqual(['1 CREATED']);
});

test('sets aliases by an update, once the version stands', async () => {
  await cloud.image('demo');
  const { result } = await cloud.run('create', {
    properties: { ...properties, Alias: 'one-more', Aliases: ['stable', 'v1', 'stable'] },
  });

  expect(result).toMatchObject({ effect: 'created', requests: 2 });
  expect(result.properties).toMatchObject({ Aliases: expect.arrayContaining(['stable', 'v1', 'one-more']) });
  expect(await cloud.aliases('demo', 1)).toEqual(['one-more', 'stable', 'v1']);
});

test('keeps a record of the operation: its request, its result, every Cloud Control request', async () => {
  await cloud.image('demo');
  const { name, arn } = await cloud.run('create', { properties: { ...properties, Aliases: ['stable'] } });

  expect(await cloud.record(name)).toMatchObject({
    operationId: name,
    executionArn: arn,
    kind: 'create',
    status: 'SUCCEEDED',
    region: 'us-east-1',
    imageName: 'demo',
    version: 1,
    identifier: versionArn('demo', 1),
    result: { effect: 'created', version: 1 },
    request: { properties: { ...properties, Aliases: ['stable'] } },
    history: [
      { event: 'request', step: 'create', attempt: 1, status: 'SUCCESS', requestToken: expect.any(String) },
      { event: 'request', step: 'add-aliases', attempt: 1, status: 'SUCCESS', polls: expect.any(Number) },
    ],
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    finishedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    expiresAt: expect.any(Number),
  });
});

test('works in every configured region, and in no other', async () => {
  await cloud.image('demo', 'eu-west-1');
  const made = await cloud.run('create', { region: 'eu-west-1', properties });
  expect(made.result).toMatchObject({ region: 'eu-west-1', identifier: versionArn('demo', 1, 'eu-west-1') });
  expect(await cloud.versions('demo', 'eu-west-1')).toEqual(['1 CREATED']);

  const refused = await cloud.run('create', { region: 'ap-south-1', properties });
  expect(refused).toMatchObject({ status: 'FAILED', error: 'InvalidInput' });
  expect(refused.cause).toBe(
    '/region: given "ap-south-1", wanted one of the configured regions (us-east-1, eu-west-1)',
  );
});

test('creations of one image that run at once wait for each other and take different numbers', async () => {
  await cloud.image('demo');
  // As long as SageMaker takes: the image is busy for minutes.
  cloud.cloud.settings.change({ durations: { create: 95 } });
  const executions = await Promise.all([1, 2, 3].map(() => cloud.run('create', { properties })));

  expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  expect(executions.map(({ result }) => result.version).sort()).toEqual([1, 2, 3]);
  expect(await cloud.versions('demo')).toEqual(['1 CREATED', '2 CREATED', '3 CREATED']);
});

test('an image that is not there is told in AWS’s own words', async () => {
  const { status, error, cause } = await cloud.run('create', { properties });
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'InvalidRequest' });
  expect(cause).toContain('demo');
});

test('a version that cannot be read back yet is read again', async () => {
  await cloud.image('demo');
  cloud.cloud.settings.change({ notFoundAfterCreateSeconds: 8 });
  const { result } = await cloud.run('create', { properties });
  expect(result).toMatchObject({ effect: 'created', properties: { Version: 1 } });
});

test('the same name cannot be used for another operation', async () => {
  await cloud.image('demo');
  const first = await cloud.run('create', { properties }, 'same-name');
  const second = await cloud.run('delete', { imageName: 'demo', version: 1 }, 'same-name');

  expect(second).toMatchObject({ status: 'FAILED', error: 'OperationIdTaken' });
  expect(await cloud.record('same-name')).toMatchObject({ kind: 'create', executionArn: first.arn });
  expect(await cloud.versions('demo')).toEqual(['1 CREATED']);
});
