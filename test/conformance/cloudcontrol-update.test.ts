import { type LocalAws, startLocalAws } from '../local/local-aws.ts';
import {
  ended,
  makeImage,
  makeVersion,
  remove,
  statusOf,
  update,
  VERSION,
  versionArn,
} from '../local/requests.ts';

/** What recorded exchanges show of an update's ProgressEvents that creates and deletes do not have: ResourceModel. */

let aws: LocalAws;

beforeEach(async () => {
  aws = await startLocalAws();
  await makeImage(aws);
  await makeVersion(aws, { ReleaseNotes: 'first' });
});

afterEach(async () => {
  await aws.close();
  expect(aws.unexpected).toEqual([]);
});

test('the first answer of an update shows the wanted model without read-only properties; later ones show none', async () => {
  const first = await update(aws, versionArn(1), [
    { op: 'replace', path: '/ReleaseNotes', value: 'second' },
    { op: 'add', path: '/Aliases', value: ['stable'] },
  ]);
  expect(JSON.parse(first.ResourceModel ?? '')).toEqual({
    ImageName: 'alpha',
    BaseImage: 'registry.example/base:1',
    ReleaseNotes: 'second',
    Aliases: ['stable'],
  });
  expect(await statusOf(aws, first)).not.toHaveProperty('ResourceModel');
  const last = await ended(aws, first);
  expect(last).toMatchObject({ TypeName: VERSION, OperationStatus: 'SUCCESS' });
  expect(last).not.toHaveProperty('ResourceModel');
});

test('no other request shows a model', async () => {
  const made = await makeVersion(aws);
  expect(made).not.toHaveProperty('ResourceModel');
  const deletion = await remove(aws, versionArn(2));
  expect(deletion).not.toHaveProperty('ResourceModel');
});
