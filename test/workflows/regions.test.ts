import { BASE_IMAGE, TestCloud, versionArn } from './cloud.ts';

/** In another region than the stack's own, all that a workflow reads and changes is there, and nothing is here. */

const THERE = 'eu-west-1';

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
  await cloud.image('demo', THERE);
});
afterEach(async () => {
  expect(await cloud.versions('demo')).toEqual([]);
});

const create = (more: object = {}) =>
  cloud.run('create', { region: THERE, properties: { ImageName: 'demo', BaseImage: BASE_IMAGE, ...more } });

test('a version is made with its aliases, changed, and deleted', async () => {
  const made = await create({ Aliases: ['stable'] });
  expect(made.result).toMatchObject({
    effect: 'created',
    identifier: versionArn('demo', 1, THERE),
    properties: { Aliases: ['stable'] },
  });
  const target = { region: THERE, imageName: 'demo', version: 1 };
  const changed = await cloud.run('update', {
    ...target,
    properties: { ReleaseNotes: 'new' },
    aliasesToAdd: ['next'],
  });
  expect(changed.result).toMatchObject({
    effect: 'updated',
    properties: { ReleaseNotes: 'new', Aliases: expect.arrayContaining(['stable', 'next']) },
  });
  expect((await cloud.run('delete', target)).result).toMatchObject({ effect: 'deleted' });
  expect(await cloud.versions('demo', THERE)).toEqual([]);
});

test('what a failed creation left behind is removed', async () => {
  cloud.fault({ effect: { kind: 'create-failed', reason: 'CannotPull' } });
  const { error, cause } = await create();
  expect(error).toBe('GeneralServiceException');
  expect(cause).toContain('CannotPull');
  expect(await cloud.versions('demo', THERE)).toEqual([]);
});

test('a creation whose answer is lost is looked for before it is sent again', async () => {
  cloud.cloud.settings.change({ durations: { create: 95 } });
  cloud.fault({ match: { operation: 'CreateResource' }, effect: { kind: 'lose-answer' } });
  cloud.fault({ match: { handler: 'CREATE' }, times: 'always', effect: { kind: 'forget-client-tokens' } });
  expect((await create()).result).toMatchObject({ effect: 'created', version: 1 });
  expect(await cloud.versions('demo', THERE)).toEqual(['1 CREATED']);
});

test('and is named where it is given up', async () => {
  cloud.fault({ match: { operation: 'CreateResource' }, effect: { kind: 'lose-answer' } });
  cloud.fault({
    match: { operation: 'ListImageVersions' },
    effect: { kind: 'error', name: 'AccessDeniedException', message: 'not allowed' },
  });
  const { error, cause } = await create();
  expect(error).toBe('AccessDeniedException');
  expect(cause).toContain(versionArn('demo', 1, THERE));
});
