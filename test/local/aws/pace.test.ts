import { GetResourceCommand, ListResourcesCommand } from '@aws-sdk/client-cloudcontrol';
import { ListImagesCommand } from '@aws-sdk/client-sagemaker';
import { type LocalAws, startLocalAws } from '../local-aws.ts';
import { IMAGE, makeImage, VERSION, versionArn } from '../requests.ts';

/** How fast calls may come, and how long they take. */
let aws: LocalAws;

beforeEach(async () => {
  aws = await startLocalAws();
});

afterEach(async () => {
  await aws.close();
  expect(aws.unexpected).toEqual([]);
});

const throttled = { name: 'ThrottlingException' };
const listImages = () => aws.sageMaker.send(new ListImagesCommand({}));
const listResources = () => aws.cloudControl.send(new ListResourcesCommand({ TypeName: IMAGE }));

test('a rate limit may be of Cloud Control and SageMaker together', async () => {
  aws.settings.change({ rateLimit: { perSecond: 0.001, of: 'cloud-control-and-sagemaker' } });
  await listImages();
  await expect(listResources()).rejects.toMatchObject(throttled);
  await aws.pass(1001);
  await listResources();
  await expect(listImages()).rejects.toMatchObject(throttled);
});

test('what a handler of Cloud Control asks of SageMaker is not counted', async () => {
  aws.settings.change({ rateLimit: { perSecond: 3, of: 'cloud-control-and-sagemaker' } });
  await makeImage(aws);
  const read = new GetResourceCommand({ TypeName: VERSION, Identifier: versionArn(1) });
  await expect(aws.cloudControl.send(read)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test.each([
  ['Cloud Control', listResources],
  ['SageMaker', listImages],
])('%s takes the time that it is set to, to refuse as well', async (_service, call) => {
  aws.settings.change({ answerSeconds: 120 });
  const began = aws.clock.now();
  await call();
  expect(aws.clock.now() - began).toBeGreaterThanOrEqual(120_000);
  aws.faults.add({ effect: { kind: 'throttle' } });
  await expect(call()).rejects.toMatchObject(throttled);
  expect(aws.clock.now() - began).toBeGreaterThanOrEqual(240_000);
});
