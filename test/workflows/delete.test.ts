import { TestCloud, versionArn } from './cloud.ts';

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
  await cloud.version('demo');
});

test('deletes a version', async () => {
  const { status, result } = await cloud.run('delete', { imageName: 'demo', version: 1 });
  expect(status).toBe('SUCCEEDED');
  expect(result).toMatchObject({
    effect: 'deleted',
    identifier: versionArn('demo', 1),
    version: 1,
    properties: null,
    requests: 1,
  });
  expect(await cloud.versions('demo')).toEqual([]);
});

test('what is gone already counts as done, and it says so', async () => {
  await cloud.run('delete', { identifier: versionArn('demo', 1) });
  const { status, result } = await cloud.run('delete', { identifier: versionArn('demo', 1) });
  expect({ status, effect: result.effect }).toEqual({ status: 'SUCCEEDED', effect: 'already-gone' });
});

test('a deletion that Cloud Control calls failed while SageMaker deletes the version is waited for', async () => {
  const errorCode = 'GeneralServiceException';
  cloud.fault({ match: { handler: 'DELETE' }, effect: { kind: 'fail-request', errorCode, when: 'after' } });
  const { status, result } = await cloud.run('delete', { imageName: 'demo', version: 1 });
  expect({ status, effect: result.effect }).toEqual({ status: 'SUCCEEDED', effect: 'deleted' });
  expect(await cloud.versions('demo')).toEqual([]);
});

test('the number of a deleted version is not used again', async () => {
  await cloud.run('delete', { imageName: 'demo', version: 1 });
  await cloud.version('demo');
  expect(await cloud.versions('demo')).toEqual(['2 CREATED']);
});
