import { BASE_IMAGE, TestCloud, versionArn } from './cloud.ts';

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
  await cloud.version('demo', {
    Aliases: ['stable', 'v1'],
    Processor: 'CPU',
    ReleaseNotes: 'first',
  });
});

const target = { imageName: 'demo', version: 1 };
const arn = versionArn('demo', 1);

test('changes what differs, removes what is null, and keeps the aliases', async () => {
  const { status, result } = await cloud.run('update', {
    identifier: arn,
    properties: { VendorGuidance: 'STABLE', Processor: 'GPU', ReleaseNotes: null },
  });

  expect(status).toBe('SUCCEEDED');
  expect(result).toMatchObject({
    effect: 'updated',
    requests: 1,
    properties: {
      VendorGuidance: 'STABLE',
      Processor: 'GPU',
      Aliases: expect.arrayContaining(['stable', 'v1']),
    },
  });
  const model = await cloud.model(arn);
  expect(model).toMatchObject({ VendorGuidance: 'STABLE', Processor: 'GPU', BaseImage: BASE_IMAGE });
  expect(model).not.toHaveProperty('ReleaseNotes');
  expect(await cloud.aliases('demo', 1)).toEqual(['stable', 'v1']);
});

test('a removal that AWS passes over is told', async () => {
  cloud.cloud.settings.change({ removedProperties: 'keep' });
  const byNull = await cloud.run('update', {
    ...target,
    properties: { ReleaseNotes: null, Processor: 'GPU' },
  });
  expect(byNull.result).toMatchObject({ effect: 'updated', note: 'AWS did not remove ReleaseNotes' });
  const byPatch = await cloud.run('update', { ...target, patch: [{ op: 'remove', path: '/Processor' }] });
  expect(byPatch.result).toMatchObject({
    note: 'AWS did not remove Processor',
    properties: { Processor: 'GPU' },
  });
});

test('sends nothing when nothing differs', async () => {
  const before = cloud.called('UpdateResource');
  const { status, result } = await cloud.run('update', {
    ...target,
    properties: { Processor: 'CPU', ImageName: 'demo', BaseImage: BASE_IMAGE, Aliases: ['v1', 'stable'] },
  });
  expect(status).toBe('SUCCEEDED');
  expect(result).toMatchObject({ effect: 'unchanged', requests: 0, polls: 0, attempts: 0, version: 1 });
  expect(result.properties).toMatchObject({ Processor: 'CPU', ReleaseNotes: 'first' });
  expect(cloud.called('UpdateResource')).toBe(before);
});

test('takes a JSON Patch, aliases included', async () => {
  const { result } = await cloud.run('update', {
    ...target,
    patch: [
      { op: 'test', path: '/Processor', value: 'CPU' },
      { op: 'replace', path: '/ReleaseNotes', value: 'second' },
      { op: 'add', path: '/Aliases/-', value: 'candidate' },
    ],
  });
  expect(result).toMatchObject({ effect: 'updated', properties: { ReleaseNotes: 'second' } });
  expect(await cloud.aliases('demo', 1)).toEqual(['candidate', 'stable', 'v1']);
});

test('a patch that does not apply fails before anything is sent', async () => {
  const before = cloud.called('UpdateResource');
  const { error, cause } = await cloud.run('update', {
    ...target,
    patch: [
      { op: 'replace', path: '/ReleaseNotes', value: 'second' },
      { op: 'test', path: '/Processor', value: 'GPU' },
    ],
  });
  expect(error).toBe('InvalidPatch');
  expect(cause).toContain('/patch/1: test /Processor does not apply');
  expect(cloud.called('UpdateResource')).toBe(before);
});

test.each([
  ['properties', { properties: { BaseImage: 'elsewhere:1', ReleaseNotes: 'x' } }],
  ['a patch', { patch: [{ op: 'replace', path: '/BaseImage', value: 'elsewhere:1' }] }],
])('a create-only property changed by %s is refused before anything is sent', async (_form, change) => {
  const before = cloud.called('UpdateResource');
  const { error, cause } = await cloud.run('update', { ...target, ...change });
  expect(error).toBe('NotUpdatable');
  expect(cause).toBe(
    `BaseImage is "${BASE_IMAGE}", given "elsewhere:1": ` +
      'that is settled when a version is created, so create a new version instead',
  );
  expect(cloud.called('UpdateResource')).toBe(before);
});

test('adds and deletes aliases as SageMaker’s own API does', async () => {
  await cloud.run('update', {
    ...target,
    aliasesToAdd: ['gpu', 'stable'],
    aliasesToDelete: ['v1', 'not-there'],
  });
  expect(await cloud.aliases('demo', 1)).toEqual(['gpu', 'stable']);

  const { result } = await cloud.run('update', { ...target, aliasesToDelete: ['not-there'] });
  expect(result.effect).toBe('unchanged');

  await cloud.run('update', { ...target, properties: { Aliases: null } });
  expect(await cloud.aliases('demo', 1)).toEqual([]);
});

test.each([['refuse'], ['move']])(
  'moves an alias from another version where SageMaker would %s it',
  async (aliasTaken) => {
    cloud.cloud.settings.change({ aliasTaken });
    await cloud.version('demo', { Aliases: ['v2'] });
    const { status, result } = await cloud.run('update', {
      imageName: 'demo',
      version: 2,
      aliasesToAdd: ['stable'],
    });

    expect(status).toBe('SUCCEEDED');
    expect(result.requests).toBe(aliasTaken === 'refuse' ? 3 : 1);
    expect(await cloud.aliases('demo', 1)).toEqual(['v1']);
    expect(await cloud.aliases('demo', 2)).toEqual(['stable', 'v2']);
  },
);

test('takes several aliases from several versions', async () => {
  await cloud.version('demo', { Aliases: ['v2', 'next'] });
  await cloud.version('demo');
  const { status } = await cloud.run('update', {
    imageName: 'demo',
    version: 3,
    properties: { Aliases: ['stable', 'next'] },
  });
  expect(status).toBe('SUCCEEDED');
  expect(await cloud.aliases('demo', 1)).toEqual(['v1']);
  expect(await cloud.aliases('demo', 2)).toEqual(['v2']);
  expect(await cloud.aliases('demo', 3)).toEqual(['next', 'stable']);
});

test('takes aliases from more versions than a step has attempts', async () => {
  for (let version = 2; version <= 7; version += 1) await cloud.version('demo', { Aliases: [`a${version}`] });
  const aliases = ['a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'stable'];
  await cloud.version('demo');
  const { status, result } = await cloud.run('update', {
    imageName: 'demo',
    version: 8,
    aliasesToAdd: aliases,
  });
  expect({ status, requests: result.requests }).toEqual({ status: 'SUCCEEDED', requests: 9 });
  expect(await cloud.aliases('demo', 8)).toEqual(aliases);
});

test('aliases that were released for an update that then fails are named', async () => {
  await cloud.version('demo');
  cloud.fault({
    match: { handler: 'UPDATE' },
    effect: { kind: 'fail-request', errorCode: 'ResourceConflict', message: 'taken' },
  });
  const execution = await cloud.begin('update', { imageName: 'demo', version: 2, aliasesToAdd: ['stable'] });
  // The first update is refused, the release goes through, and the update that is made again is denied.
  while ((await cloud.aliases('demo', 1)).includes('stable')) await cloud.cloud.clock.sleep(500);
  cloud.fault({
    match: { handler: 'UPDATE' },
    effect: { kind: 'fail-request', errorCode: 'AccessDenied', message: 'no more' },
  });
  const { error, cause } = await cloud.ended(execution);
  expect(error).toBe('AccessDenied');
  expect(cause).toContain(`released for it, and now without a version: stable of ${versionArn('demo', 1)}`);
});

test('an update that was throttled does not take back what another did meanwhile', async () => {
  cloud.fault({ match: { operation: 'UpdateResource' }, times: 3, effect: { kind: 'throttle' } });
  const slow = await cloud.begin('update', { ...target, aliasesToAdd: ['slow'] });
  while (cloud.cloud.faults.list().some((rule) => rule.struck < 1)) await cloud.cloud.clock.sleep(100);
  cloud.cloud.faults.remove();
  const fast = await cloud.run('update', { ...target, aliasesToAdd: ['fast'] });
  expect(fast.status).toBe('SUCCEEDED');
  expect(await cloud.ended(slow)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await cloud.aliases('demo', 1)).toEqual(['fast', 'slow', 'stable', 'v1']);
});

test('a version that is not there is told by its name', async () => {
  const { error, cause } = await cloud.run('update', { imageName: 'demo', version: 9, aliasesToAdd: ['x'] });
  expect({ error, cause }).toEqual({
    error: 'NotFound',
    cause: `There is no image version ${versionArn('demo', 9)}`,
  });
});
