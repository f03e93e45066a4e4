import { BASE_IMAGE, TestCloud, versionArn } from './cloud.ts';

/** A workflow may be started by hand with anything: it is as safe as one that is started otherwise. */

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.start();
  await cloud.image('demo');
  await cloud.version('demo');
});
afterAll(async () => {
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});

test('every fault of an input is told at once, each with its path; nothing is sent', async () => {
  const before = cloud.cloud.calls.counts();
  const { status, error, cause, name } = await cloud.run('create', {
    region: 'mars-north-1',
    colour: 'red',
    properties: {
      ImageName: '-demo',
      Version: 7,
      Processor: 'TPU',
      MLFramework: 'PyTorch',
      Horovod: 'yes',
      Aliases: ['ok', '.hidden'],
      Colour: 'red',
    },
  });

  expect({ status, error }).toEqual({ status: 'FAILED', error: 'InvalidInput' });
  expect(
    cause
      ?.split('; ')
      .map((fault) => fault.split(': ')[0])
      .toSorted(),
  ).toEqual([
    '/colour',
    '/properties/Aliases/1',
    '/properties/BaseImage',
    '/properties/Colour',
    '/properties/Horovod',
    '/properties/ImageName',
    '/properties/MLFramework',
    '/properties/Processor',
    '/properties/Version',
    '/region',
  ]);
  expect(cause).toContain('/properties/Processor: given "TPU", wanted CPU or GPU');
  expect(cause).toContain('/properties/Version: given 7, wanted nothing: this property is read-only');
  const record = await cloud.record(name);
  expect(record).toMatchObject({ kind: 'create', status: 'FAILED', error: { name: 'InvalidInput' } });
  const after = cloud.cloud.calls.counts();
  expect(after['CloudApiService.CreateResource']).toEqual(before['CloudApiService.CreateResource']);
});

const operation = {
  execution: { arn: 'arn:aws:states:us-east-1:000000000000:execution:x:y', name: 'y' },
  kind: 'delete',
  policy: { deadlineSeconds: 60, graceSeconds: 60, maxAttempts: 5, retrySeconds: 60, maxCalls: 8 },
  request: { kind: 'delete', region: 'us-east-1', target: { imageName: 'demo', version: 1 } },
  identifier: versionArn('demo', 1),
  step: { work: { name: 'delete' }, attempt: 1, callFailures: 0, startedAt: 0 },
  phase: { name: 'send' },
  requests: [],
  polls: 0,
  startedAt: 8e12,
};

test.each([
  ['an operation of the caller’s own making', { operation, next: { action: 'submit', seconds: 0 } }],
  ['a crash of the caller’s own making', { crash: { Error: 'x', Cause: 'y' }, operation }],
  ['nothing', {}],
  ['a list', []],
  ['a text', 'delete everything'],
  ['null', null],
])('%s as input is refused', async (_what, input) => {
  for (const kind of ['create', 'update', 'delete'] as const) {
    expect(await cloud.run(kind, input)).toMatchObject({ status: 'FAILED', error: 'InvalidInput' });
  }
  expect(await cloud.versions('demo')).toEqual(['1 CREATED']);
});

test.each([
  ['another account', versionArn('demo', 1).replace('000000000000', '111111111111'), 'a version of account'],
  ['another partition', versionArn('demo', 1).replace('arn:aws:', 'arn:aws-cn:'), 'a version of account'],
  ['another region', versionArn('demo', 1, 'us-west-2'), 'one of the configured regions'],
  ['an image', 'arn:aws:sagemaker:us-east-1:000000000000:image/demo', 'an image version’s ARN'],
  ['version 0', versionArn('demo', 0), 'an image version’s ARN'],
])('the ARN of %s is refused', async (_what, identifier, wanted) => {
  const { error, cause } = await cloud.run('delete', { identifier });
  expect(error).toBe('InvalidInput');
  expect(cause).toContain(wanted.replace('’', "'"));
  expect(await cloud.versions('demo')).toEqual(['1 CREATED']);
});

test('an input of more than 64 KiB is refused', async () => {
  const { error, cause } = await cloud.run('create', {
    properties: { ImageName: 'demo', BaseImage: BASE_IMAGE, ReleaseNotes: 'x'.repeat(70_000) },
  });
  expect(error).toBe('InvalidInput');
  expect(cause).toContain('wanted at most 65536');
});

test('what a caller wrote is not logged', async () => {
  await cloud.run('create', {
    properties: { ImageName: 'demo', BaseImage: BASE_IMAGE, ReleaseNotes: 'planted-secret-in-notes' },
  });
  await cloud.run('create', { properties: { ImageName: 'planted secret in name' } });
  expect(cloud.logs.length).toBeGreaterThan(0);
  expect(cloud.logs.join('\n')).not.toMatch(/planted.secret/);
});
