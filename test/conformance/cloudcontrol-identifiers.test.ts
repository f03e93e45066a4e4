import {
  DeleteResourceCommand,
  GetResourceCommand,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import { ACCOUNT, type LocalAws, REGION, startLocalAws } from '../local/local-aws.ts';
import { ended, eventOf, IMAGE, makeImage, makeVersion, VERSION, versionArn } from '../local/requests.ts';

/**
 * How a resource may be named (Cloud Control user guide, "Identifying resources"): the primary identifier as text or as
 * JSON, an additional identifier as JSON only. Every answer names the primary identifier.
 */

const IMAGE_ARN = `arn:aws:sagemaker:${REGION}:${ACCOUNT}:image/alpha`;

let aws: LocalAws;

beforeEach(async () => {
  aws = await startLocalAws();
  await makeImage(aws);
  await makeVersion(aws);
});

afterEach(async () => {
  await aws.close();
  expect(aws.unexpected).toEqual([]);
});

const get = (TypeName: string, identifier: object | string) => {
  const Identifier = typeof identifier === 'string' ? identifier : JSON.stringify(identifier);
  return aws.cloudControl.send(new GetResourceCommand({ TypeName, Identifier }));
};

test.each([
  ['a version by its ARN as JSON', VERSION, { ImageVersionArn: versionArn(1) }, versionArn(1)],
  ['an image by its ARN as JSON', IMAGE, { ImageArn: IMAGE_ARN }, IMAGE_ARN],
  ['an image by its additional identifier', IMAGE, { ImageName: 'alpha' }, IMAGE_ARN],
] as const)('GetResource reads %s', async (_what, typeName, identifier, primary) => {
  const { ResourceDescription } = await get(typeName, identifier);
  expect(ResourceDescription?.Identifier).toBe(primary);
  expect(JSON.parse(ResourceDescription?.Properties ?? '')).toMatchObject({ ImageName: 'alpha' });
});

test('a change by JSON is a change of the same resource, and a concurrent one by ARN is refused', async () => {
  const patch = JSON.stringify([{ op: 'add', path: '/Horovod', value: true }]);
  const named = (Identifier: string) =>
    new UpdateResourceCommand({ TypeName: VERSION, Identifier, PatchDocument: patch });
  const first = eventOf(
    await aws.cloudControl.send(named(JSON.stringify({ ImageVersionArn: versionArn(1) }))),
  );
  expect(first.Identifier).toBe(versionArn(1));
  await expect(aws.cloudControl.send(named(versionArn(1)))).rejects.toMatchObject({
    name: 'ConcurrentOperationException',
  });
  expect(await ended(aws, first)).toMatchObject({ OperationStatus: 'SUCCESS', Identifier: versionArn(1) });
  const deletion = new DeleteResourceCommand({ TypeName: IMAGE, Identifier: '{"ImageName":"alpha"}' });
  const deleted = eventOf(await aws.cloudControl.send(deletion));
  expect(await ended(aws, deleted)).toMatchObject({ OperationStatus: 'SUCCESS', Identifier: IMAGE_ARN });
});

test.each([
  ['an additional identifier as text', IMAGE, 'alpha'],
  ['a property that identifies nothing', IMAGE, { ImageDisplayName: 'alpha' }],
  ['more than one identifier', IMAGE, { ImageArn: IMAGE_ARN, ImageName: 'alpha' }],
  ['an additional identifier of another type', VERSION, { ImageName: 'alpha' }],
  ['a value that breaks its pattern', VERSION, { ImageVersionArn: 'one' }],
] as const)('%s is refused', async (_what, typeName, identifier) => {
  await expect(get(typeName, identifier)).rejects.toMatchObject({ name: 'ValidationException' });
});

test('a fault rule for an image strikes calls that name its resources as JSON', async () => {
  aws.faults.add({ match: { imageName: 'alpha' }, times: 2, effect: { kind: 'throttle' } });
  for (const identifier of [{ ImageVersionArn: versionArn(1) }, versionArn(1)]) {
    await expect(get(VERSION, identifier)).rejects.toMatchObject({ name: 'ThrottlingException' });
  }
});
