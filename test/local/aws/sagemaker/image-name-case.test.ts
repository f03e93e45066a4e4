import { ListResourcesCommand } from '@aws-sdk/client-cloudcontrol';
import {
  CreateImageCommand,
  CreateImageVersionCommand,
  DescribeImageCommand,
  DescribeImageVersionCommand,
  ListImageVersionsCommand,
} from '@aws-sdk/client-sagemaker';
import { ACCOUNT, type LocalAws, REGION, ROLE_ARN, startLocalAws } from '../../local-aws.ts';
import { create, ended, IMAGE, read, remove, update, VERSION, versionArn } from '../../requests.ts';

/**
 * AWS's patterns disagree about image names: an image's ARN may have capitals, a version's ARN has none and may be the
 * word None. Nobody has confirmed what follows; these are the settings for either answer.
 */

const imageArn = (name: string) => `arn:aws:sagemaker:${REGION}:${ACCOUNT}:image/${name}`;

let aws: LocalAws;

afterEach(async () => {
  await aws.close();
  expect(aws.unexpected).toEqual([]);
});

const createImage = (ImageName: string) =>
  aws.sageMaker.send(new CreateImageCommand({ ImageName, RoleArn: ROLE_ARN }));
const describeVersion = (ImageName: string, Version: number) =>
  aws.sageMaker.send(new DescribeImageVersionCommand({ ImageName, Version }));

test('by default, names that differ in case are two images, and a version keeps its name', async () => {
  aws = await startLocalAws();
  await createImage('Demo');
  await createImage('demo');
  await aws.pass(3);
  const made = await ended(aws, await create(aws, VERSION, { ImageName: 'Demo', BaseImage: 'repo:1' }));
  expect(made).toMatchObject({ OperationStatus: 'SUCCESS', Identifier: versionArn(1, 'Demo') });
  await expect(describeVersion('demo', 1)).rejects.toMatchObject({ name: 'ResourceNotFound' });
});

describe('imageNames: case-insensitive', () => {
  beforeEach(async () => {
    aws = await startLocalAws({ settings: { imageNames: 'case-insensitive' } });
    await createImage('Demo');
    await aws.pass(3);
  });

  test("one image has both spellings; its ARN keeps the first, its versions' ARNs have no capitals", async () => {
    await expect(createImage('demo')).rejects.toMatchObject({ name: 'ResourceInUse' });
    const described = await aws.sageMaker.send(new DescribeImageCommand({ ImageName: 'DEMO' }));
    expect(described).toMatchObject({ ImageName: 'Demo', ImageArn: imageArn('Demo') });
    const { ImageVersionArn } = await aws.sageMaker.send(
      new CreateImageVersionCommand({ ImageName: 'dEMO', BaseImage: 'repo:1', ClientToken: undefined }),
    );
    expect(ImageVersionArn).toBe(versionArn(1, 'demo'));
    expect(await describeVersion('DEMO', 1)).toMatchObject({ ImageArn: imageArn('Demo'), ImageVersionArn });
  });

  test('Cloud Control reads, changes, lists and deletes by either spelling', async () => {
    const made = await ended(aws, await create(aws, VERSION, { ImageName: 'Demo', BaseImage: 'repo:1' }));
    expect(made).toMatchObject({ OperationStatus: 'SUCCESS', Identifier: versionArn(1, 'demo') });
    for (const spelling of ['demo', 'Demo']) {
      expect(await read(aws, versionArn(1, spelling))).toMatchObject({
        ImageName: 'Demo',
        ImageArn: imageArn('Demo'),
        ImageVersionArn: versionArn(1, 'demo'),
      });
    }
    expect(await read(aws, imageArn('demo'), IMAGE)).toMatchObject({ ImageArn: imageArn('Demo') });
    const list = new ListResourcesCommand({ TypeName: VERSION, ResourceModel: '{"ImageName":"demo"}' });
    const { ResourceDescriptions = [] } = await aws.cloudControl.send(list);
    expect(ResourceDescriptions.map(({ Identifier }) => Identifier)).toEqual([versionArn(1, 'demo')]);
    const changed = await update(aws, versionArn(1, 'Demo'), [{ op: 'add', path: '/Horovod', value: true }]);
    expect(await ended(aws, changed)).toMatchObject({ OperationStatus: 'SUCCESS' });
    const removed = await remove(aws, versionArn(1, 'Demo'));
    expect(await ended(aws, removed)).toMatchObject({ OperationStatus: 'SUCCESS' });
  });
});

test('versionArns: when-created answers None for a version that does not stand yet', async () => {
  aws = await startLocalAws({ settings: { versionArns: 'when-created' } });
  await createImage('alpha');
  await aws.pass(3);
  const first = await create(aws, VERSION, { ImageName: 'alpha', BaseImage: 'repo:1' });
  const listed = async () => {
    const list = new ListImageVersionsCommand({ ImageName: 'alpha' });
    return (await aws.sageMaker.send(list)).ImageVersions?.map(({ ImageVersionArn }) => ImageVersionArn);
  };
  expect(await listed()).toEqual(['None']);
  expect(await describeVersion('alpha', 1)).toMatchObject({ ImageVersionArn: 'None', Version: 1 });
  expect(await read(aws, versionArn(1))).toMatchObject({ ImageVersionArn: versionArn(1) });
  expect(await ended(aws, first)).toMatchObject({ OperationStatus: 'SUCCESS', Identifier: versionArn(1) });
  expect(await listed()).toEqual([versionArn(1)]);
});
