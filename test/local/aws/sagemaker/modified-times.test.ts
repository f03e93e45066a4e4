import {
  CreateImageVersionCommand,
  DescribeImageVersionCommand,
  UpdateImageVersionCommand,
  type UpdateImageVersionRequest,
} from '@aws-sdk/client-sagemaker';
import { type LocalAws, startLocalAws } from '../../local-aws.ts';
import { ended, makeImage, update, versionArn } from '../../requests.ts';

/** What moves a version's LastModifiedTime, in the two worlds of `aliasChangesModify`. */
let aws: LocalAws;

beforeEach(async () => {
  aws = await startLocalAws();
  await makeImage(aws);
  for (const Aliases of [['stable'], []]) {
    await aws.sageMaker.send(
      new CreateImageVersionCommand({
        ImageName: 'alpha',
        BaseImage: 'repo:1',
        ClientToken: undefined,
        ReleaseNotes: 'first',
        Aliases,
      }),
    );
    await aws.pass(60);
  }
});

afterEach(async () => {
  await aws.close();
  expect(aws.unexpected).toEqual([]);
});

async function modifiedAt(Version: number): Promise<number | undefined> {
  const version = await aws.sageMaker.send(new DescribeImageVersionCommand({ ImageName: 'alpha', Version }));
  return version.LastModifiedTime?.getTime();
}

/** Whether something moves the time of a version. */
async function moves(version: number, change: () => Promise<unknown>): Promise<boolean> {
  const before = await modifiedAt(version);
  await aws.pass(60);
  await change();
  return (await modifiedAt(version)) !== before;
}

function change(Version: number, what: Partial<UpdateImageVersionRequest>): Promise<unknown> {
  return aws.sageMaker.send(new UpdateImageVersionCommand({ ImageName: 'alpha', Version, ...what }));
}

describe.each(['yes', 'no'] as const)('where aliases count as a modification: %s', (aliasChangesModify) => {
  const counts = aliasChangesModify === 'yes';
  beforeEach(() => aws.settings.change({ aliasChangesModify, aliasTaken: 'move' }));

  test('an alias that comes or goes', async () => {
    expect(await moves(1, () => change(1, { AliasesToAdd: ['lts'] }))).toBe(counts);
    expect(await moves(1, () => change(1, { AliasesToDelete: ['lts'] }))).toBe(counts);
  });

  test('an alias that moves here; the version that loses it keeps its time', async () => {
    const loser = await modifiedAt(1);
    expect(await moves(2, () => change(2, { AliasesToAdd: ['stable'] }))).toBe(counts);
    expect(await modifiedAt(1)).toBe(loser);
  });

  test('a property that is set to what it is already', async () => {
    expect(await moves(1, () => change(1, { ReleaseNotes: 'first' }))).toBe(counts);
  });

  test('a property that changes, with aliases or without, does so either way', async () => {
    expect(await moves(1, () => change(1, { ReleaseNotes: 'second' }))).toBe(true);
    expect(await moves(1, () => change(1, { Horovod: true, AliasesToAdd: ['lts'] }))).toBe(true);
  });

  test('and so does one that Cloud Control removes', async () => {
    const patch = [
      { op: 'remove', path: '/ReleaseNotes' },
      { op: 'add', path: '/Aliases', value: ['stable'] },
    ];
    expect(await moves(1, async () => ended(aws, await update(aws, versionArn(1), patch)))).toBe(true);
  });
});
