import { BASE_IMAGE, TestCloud, versionArn } from './cloud.ts';

/** The workflows where AWS treats image names and version ARNs as its narrower patterns say (docs/unverified.md). */

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(async () => {
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});
beforeEach(() => cloud.reset());

test.each([
  ['version ARNs without capitals', { imageNames: 'case-insensitive' }, 'demo'],
  ['no version ARN until the version stands', { versionArns: 'when-created' }, 'Demo'],
])(
  '%s: a version is created, updated by name and deleted by the ARN that AWS gave',
  async (_what, settings, spelling) => {
    cloud.cloud.settings.change(settings);
    await cloud.image('Demo');
    const created = await cloud.run('create', {
      properties: { ImageName: 'Demo', BaseImage: BASE_IMAGE, Aliases: ['stable'] },
    });
    expect(created).toMatchObject({ status: 'SUCCEEDED', result: { identifier: versionArn(spelling, 1) } });
    expect(await cloud.aliases('Demo', 1)).toEqual(['stable']);

    const updated = await cloud.run('update', {
      imageName: 'Demo',
      version: 1,
      properties: { VendorGuidance: 'STABLE' },
    });
    expect(updated).toMatchObject({ status: 'SUCCEEDED', result: { effect: 'updated' } });
    expect(await cloud.aliases('Demo', 1)).toEqual(['stable']);

    const deleted = await cloud.run('delete', { identifier: created.result.identifier });
    expect(deleted).toMatchObject({ status: 'SUCCEEDED', result: { effect: 'deleted' } });
    expect(await cloud.versions('Demo')).toEqual([]);
  },
);

test.each([
  ['version ARNs without capitals', { imageNames: 'case-insensitive' }],
  ['no version ARN until the version stands', { versionArns: 'when-created' }],
])('%s: a failed creation leaves nothing behind', async (_what, settings) => {
  cloud.cloud.settings.change({ ...settings, identifierShown: 'on-success' });
  await cloud.image('Demo');
  cloud.cloud.faults.add({ effect: { kind: 'create-failed' } });
  const created = await cloud.run('create', { properties: { ImageName: 'Demo', BaseImage: BASE_IMAGE } });
  expect(created).toMatchObject({ status: 'FAILED' });
  expect(await cloud.versions('Demo')).toEqual([]);
});
