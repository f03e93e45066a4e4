import {
  AddTagsCommand,
  CreateImageCommand,
  CreateImageVersionCommand,
  DeleteImageCommand,
  DeleteImageVersionCommand,
  DescribeImageCommand,
  DescribeImageVersionCommand,
  ListAliasesCommand,
  ListImagesCommand,
  ListImageVersionsCommand,
  ListTagsCommand,
  UpdateImageCommand,
  UpdateImageVersionCommand,
} from '@aws-sdk/client-sagemaker';
import { ACCOUNT, type LocalAws, REGION, ROLE_ARN, startLocalAws } from '../../local-aws.ts';
import { versionArn } from '../../requests.ts';

let aws: LocalAws;

beforeEach(async () => {
  aws = await startLocalAws();
});

afterEach(async () => {
  await aws.close();
  expect(aws.unexpected).toEqual([]);
});

const alpha = { ImageName: 'alpha' };
const IMAGE_ARN = `arn:aws:sagemaker:${REGION}:${ACCOUNT}:image/alpha`;

async function createImage(ImageName = 'alpha'): Promise<void> {
  await aws.sageMaker.send(new CreateImageCommand({ ImageName, RoleArn: ROLE_ARN }));
  await aws.pass(3);
}

async function createVersion(more: { Aliases?: string[]; BaseImage?: string } = {}): Promise<void> {
  await aws.sageMaker.send(
    new CreateImageVersionCommand({ ...alpha, BaseImage: 'repo:1', ClientToken: undefined, ...more }),
  );
  await aws.pass(3);
}

async function describe(version?: { Version?: number; Alias?: string }) {
  return aws.sageMaker.send(new DescribeImageVersionCommand({ ...alpha, ...version }));
}

test('an image is created, changed and deleted with its versions, each taking its time', async () => {
  await aws.sageMaker.send(new CreateImageCommand({ ...alpha, RoleArn: ROLE_ARN, DisplayName: 'Alpha' }));
  const image = () => aws.sageMaker.send(new DescribeImageCommand(alpha));
  expect(await image()).toMatchObject({ ImageStatus: 'CREATING', ImageArn: IMAGE_ARN, DisplayName: 'Alpha' });
  await aws.pass(3);
  const created = await image();
  expect(created).toMatchObject({ ImageStatus: 'CREATED', CreationTime: expect.any(Date) });
  await aws.sageMaker.send(
    new UpdateImageCommand({ ...alpha, Description: 'all', DeleteProperties: ['DisplayName'] }),
  );
  await aws.pass(1);
  const updated = await image();
  expect(updated).toMatchObject({ ImageStatus: 'CREATED', Description: 'all' });
  expect(updated.DisplayName).toBeUndefined();
  await createVersion();
  await aws.sageMaker.send(new DeleteImageCommand(alpha));
  expect(await describe()).toMatchObject({ ImageVersionStatus: 'DELETING' });
  await aws.pass(2);
  await expect(image()).rejects.toMatchObject({ name: 'ResourceNotFound' });
});

test('a version without number is the latest; its container image carries a digest', async () => {
  await createImage();
  await createVersion({ BaseImage: 'repo:1' });
  await createVersion({ BaseImage: 'host:5000/repo:2' });
  expect(await describe()).toMatchObject({
    Version: 2,
    ImageVersionArn: versionArn(2),
    ImageVersionStatus: 'CREATED',
    BaseImage: 'host:5000/repo:2',
    ContainerImage: expect.stringMatching(/^host:5000\/repo@sha256:[0-9a-f]{64}$/),
  });
  expect(await describe({ Version: 1 })).toMatchObject({ Version: 1 });
});

test('aliases name versions; one that nobody holds is answered with AccessDenied', async () => {
  await createImage();
  await createVersion({ Aliases: ['old'] });
  await createVersion();
  await aws.sageMaker.send(
    new UpdateImageVersionCommand({ ...alpha, Version: 2, AliasesToAdd: ['new', 'next'] }),
  );
  await aws.sageMaker.send(
    new UpdateImageVersionCommand({ ...alpha, Alias: 'new', AliasesToDelete: ['next'], Processor: 'GPU' }),
  );
  expect(await describe({ Alias: 'new' })).toMatchObject({ Version: 2, Processor: 'GPU' });
  const all = await aws.sageMaker.send(new ListAliasesCommand(alpha));
  expect(all.SageMakerImageVersionAliases).toEqual(['new', 'old']);
  await expect(describe({ Alias: 'next' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('one change at a time per image', async () => {
  await createImage();
  const command = () =>
    new CreateImageVersionCommand({ ...alpha, BaseImage: 'repo:1', ClientToken: undefined });
  await aws.sageMaker.send(command());
  const concurrently = { name: 'ResourceInUse', message: 'Resource was modified concurrently' };
  await expect(aws.sageMaker.send(command())).rejects.toMatchObject(concurrently);
  await aws.pass(3);
  await aws.sageMaker.send(new DeleteImageVersionCommand({ ...alpha, Version: 1 }));
  await expect(aws.sageMaker.send(command())).rejects.toMatchObject(concurrently);
  await expect(aws.sageMaker.send(new DeleteImageCommand(alpha))).rejects.toMatchObject(concurrently);
  await aws.pass(2);
  expect(await aws.sageMaker.send(command())).toMatchObject({ ImageVersionArn: versionArn(2) });
});

test.each(['CREATING', 'UPDATING'])('a version of an image that is %s cannot be created', async (status) => {
  await aws.sageMaker.send(new CreateImageCommand({ ...alpha, RoleArn: ROLE_ARN }));
  if (status === 'UPDATING') {
    await aws.pass(3);
    await aws.sageMaker.send(new UpdateImageCommand({ ...alpha, Description: 'all' }));
  }
  await expect(
    aws.sageMaker.send(
      new CreateImageVersionCommand({ ...alpha, BaseImage: 'repo:1', ClientToken: undefined }),
    ),
  ).rejects.toMatchObject({
    name: 'ValidationException',
    message: 'Image alpha is in an invalid state.',
  });
});

test('what is to be archived is archived after 90 days, unless it was changed', async () => {
  await createImage();
  await createVersion();
  const guide = (VendorGuidance: 'TO_BE_ARCHIVED' | 'STABLE') =>
    aws.sageMaker.send(new UpdateImageVersionCommand({ ...alpha, Version: 1, VendorGuidance }));
  await guide('TO_BE_ARCHIVED');
  await guide('STABLE');
  await aws.pass(91 * 86_400);
  expect(await describe()).toMatchObject({ VendorGuidance: 'STABLE' });
  await guide('TO_BE_ARCHIVED');
  await aws.pass(89 * 86_400);
  expect(await describe()).toMatchObject({ VendorGuidance: 'TO_BE_ARCHIVED' });
  await aws.pass(86_400);
  expect(await describe()).toMatchObject({ VendorGuidance: 'ARCHIVED', ImageVersionStatus: 'CREATED' });
});

test('the same client token makes one version', async () => {
  await createImage();
  const command = () => new CreateImageVersionCommand({ ...alpha, BaseImage: 'repo:1', ClientToken: 'same' });
  const first = await aws.sageMaker.send(command());
  expect((await aws.sageMaker.send(command())).ImageVersionArn).toBe(first.ImageVersionArn);
});

test('versions are paged, the newest first unless told otherwise', async () => {
  await createImage();
  for (let version = 0; version < 3; version += 1) await createVersion();
  const list = (more: object) => aws.sageMaker.send(new ListImageVersionsCommand({ ...alpha, ...more }));
  const first = await list({ MaxResults: 2 });
  const second = await list({ MaxResults: 2, NextToken: first.NextToken });
  const numbers = [...(first.ImageVersions ?? []), ...(second.ImageVersions ?? [])].map(
    ({ Version }) => Version,
  );
  expect(numbers).toEqual([3, 2, 1]);
  expect(second.NextToken).toBeUndefined();
  const ascending = await list({ SortBy: 'VERSION', SortOrder: 'ASCENDING' });
  expect(ascending.ImageVersions?.map(({ Version }) => Version)).toEqual([1, 2, 3]);
  const newer = await list({ CreationTimeAfter: ascending.ImageVersions?.[1]?.CreationTime });
  expect(newer.ImageVersions?.map(({ Version }) => Version)).toEqual([3]);
});

test('images are listed by name, and are limited in number', async () => {
  aws.settings.change({ maxImages: 2 });
  await createImage('one');
  await createImage('two');
  await expect(createImage('three')).rejects.toMatchObject({ name: 'ResourceLimitExceeded' });
  const named = await aws.sageMaker.send(new ListImagesCommand({ NameContains: 'tw', SortBy: 'IMAGE_NAME' }));
  expect(named.Images?.map(({ ImageName }) => ImageName)).toEqual(['two']);
});

test('tags are kept per image, also while it is being created', async () => {
  await aws.sageMaker.send(new CreateImageCommand({ ...alpha, RoleArn: ROLE_ARN }));
  await aws.sageMaker.send(
    new AddTagsCommand({ ResourceArn: IMAGE_ARN, Tags: [{ Key: 'team', Value: 'ml' }] }),
  );
  await aws.pass(3);
  const { Tags } = await aws.sageMaker.send(new ListTagsCommand({ ResourceArn: IMAGE_ARN }));
  expect(Tags).toEqual([{ Key: 'team', Value: 'ml' }]);
  expect(await aws.sageMaker.send(new DescribeImageCommand(alpha))).toMatchObject({ ImageStatus: 'CREATED' });
});

test('every status of a version is told once, with the time at which it came', async () => {
  await createImage();
  await createVersion();
  await expect(describe({ Version: 9 })).rejects.toMatchObject({ name: 'ResourceNotFound' });
  await aws.sageMaker.send(new DeleteImageVersionCommand({ ...alpha, Version: 1 }));
  await aws.pass(5);
  await aws.sageMaker.send(new ListImagesCommand({}));
  expect(aws.changes.map(({ status }) => status)).toEqual(['CREATING', 'CREATED', 'DELETING', 'DELETED']);
  const [creating, created] = aws.changes;
  expect((created?.at ?? 0) - (creating?.at ?? 0)).toBe(3000);
});

test('what breaks a constraint is listed in AWS words', async () => {
  const command = new CreateImageCommand({ ImageName: '-bad-', RoleArn: 'x' });
  await expect(aws.sageMaker.send(command)).rejects.toMatchObject({
    name: 'ValidationException',
    message: [
      "3 validation errors detected: Value '-bad-' at 'imageName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9]([-.]?[a-zA-Z0-9])*",
      "Value 'x' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
      "Value 'x' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",
    ].join('; '),
  });
});
