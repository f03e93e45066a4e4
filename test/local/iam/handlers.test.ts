import {
  CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import { CreateImageCommand, CreateImageVersionCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { type OneFunctionCloud, type Statement, startOneFunctionCloud } from './one-function-cloud.ts';

/** The two halves of a permission: Cloud Control's own action, and those that the type's handler makes in the caller's name. */

const TypeName = 'AWS::SageMaker::ImageVersion';
const ON_IMAGE = 'arn:aws:sagemaker:us-east-1:000000000000:image/alpha';
const ON_VERSION = 'arn:aws:sagemaker:us-east-1:000000000000:image-version/alpha/*';

function allow(Resource: string, ...Action: string[]): Statement {
  return { Effect: 'Allow', Action, Resource };
}

const FOLLOW = allow('*', 'cloudformation:GetResourceRequestStatus');
const DESCRIBE = allow(ON_VERSION, 'sagemaker:DescribeImageVersion');

let running: OneFunctionCloud;

async function start(...statements: Statement[]): Promise<CloudControlClient> {
  running = await startOneFunctionCloud({ statements });
  const { cloud, asAdministrator, asFunction } = running;
  const RoleArn = 'arn:aws:iam::000000000000:role/image';
  await new SageMakerClient(asAdministrator).send(new CreateImageCommand({ ImageName: 'alpha', RoleArn }));
  await cloud.clock.sleep(60_000);
  return new CloudControlClient(asFunction);
}

afterEach(async () => {
  const { unexpected } = running;
  await running.stop();
  expect(unexpected).toEqual([]);
});

/** Sends a create and follows it to its end. */
async function create(client: CloudControlClient) {
  const DesiredState = JSON.stringify({ ImageName: 'alpha', BaseImage: 'registry/base:1' });
  const begun = await client.send(new CreateResourceCommand({ TypeName, DesiredState }));
  return ended(client, begun.ProgressEvent?.RequestToken);
}

async function ended(client: CloudControlClient, RequestToken: string | undefined) {
  await running.cloud.clock.sleep(60_000);
  return (await client.send(new GetResourceRequestStatusCommand({ RequestToken }))).ProgressEvent;
}

test('with both halves a version is made', async () => {
  const client = await start(
    FOLLOW,
    DESCRIBE,
    allow('*', 'cloudformation:CreateResource'),
    allow(ON_IMAGE, 'sagemaker:CreateImageVersion'),
  );
  expect(await create(client)).toMatchObject({ OperationStatus: 'SUCCESS' });
});

test('without the first half the call is refused', async () => {
  const client = await start(FOLLOW, DESCRIBE, allow(ON_IMAGE, 'sagemaker:CreateImageVersion'));
  await expect(create(client)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(
      'not authorized to perform: cloudformation:CreateResource on resource: *',
    ),
  });
});

test.each([
  ['sagemaker:CreateImageVersion', `${ON_IMAGE} `, [DESCRIBE]],
  [
    'sagemaker:DescribeImageVersion',
    'arn:aws:sagemaker:us-east-1:000000000000:image-version/alpha/1 ',
    [allow(ON_IMAGE, 'sagemaker:CreateImageVersion')],
  ],
])(
  'without %s of the second half the request is accepted and fails',
  async (action, resource, statements) => {
    const client = await start(FOLLOW, allow('*', 'cloudformation:CreateResource'), ...statements);
    expect(await create(client)).toMatchObject({
      OperationStatus: 'FAILED',
      ErrorCode: 'AccessDenied',
      StatusMessage: expect.stringContaining(`not authorized to perform: ${action} on resource: ${resource}`),
    });
  },
);

const CLOUD_CONTROL = allow('*', 'cloudformation:UpdateResource', 'cloudformation:DeleteResource');
const HANDLERS: Readonly<Record<'update' | 'delete', readonly string[]>> = {
  update: ['DescribeImageVersion', 'ListAliases', 'UpdateImageVersion'],
  delete: ['DescribeImageVersion', 'DeleteImageVersion'],
};
const VERSION = 'arn:aws:sagemaker:us-east-1:000000000000:image-version/alpha/1';

/** Sends an update or a delete of a version that stands, and follows it to its end. */
async function change(kind: 'update' | 'delete', ...statements: Statement[]) {
  const client = await start(FOLLOW, CLOUD_CONTROL, ...statements);
  const version = { ImageName: 'alpha', BaseImage: 'registry/base:1', ClientToken: 'made-before' };
  await new SageMakerClient(running.asAdministrator).send(new CreateImageVersionCommand(version));
  await running.cloud.clock.sleep(60_000);
  const PatchDocument = JSON.stringify([{ op: 'add', path: '/ReleaseNotes', value: 'new' }]);
  const at = { TypeName, Identifier: VERSION };
  const begun = await (kind === 'update'
    ? client.send(new UpdateResourceCommand({ ...at, PatchDocument }))
    : client.send(new DeleteResourceCommand(at)));
  return ended(client, begun.ProgressEvent?.RequestToken);
}

test.each(['update', 'delete'] as const)('with both halves %s succeeds', async (kind) => {
  const actions = HANDLERS[kind].map((action) => `sagemaker:${action}`);
  expect(await change(kind, allow(ON_VERSION, ...actions))).toMatchObject({ OperationStatus: 'SUCCESS' });
});

test.each([
  ['update', 'ListAliases'],
  ['update', 'UpdateImageVersion'],
  ['delete', 'DescribeImageVersion'],
  ['delete', 'DeleteImageVersion'],
] as const)('%s without sagemaker:%s is accepted and fails', async (kind, missing) => {
  const actions = HANDLERS[kind].filter((one) => one !== missing).map((action) => `sagemaker:${action}`);
  expect(await change(kind, allow(ON_VERSION, ...actions))).toMatchObject({
    OperationStatus: 'FAILED',
    ErrorCode: 'AccessDenied',
    StatusMessage: expect.stringContaining(
      `not authorized to perform: sagemaker:${missing} on resource: ${VERSION} because`,
    ),
  });
});

test('an update begins with a read: without that it is not accepted', async () => {
  const statement = allow(ON_VERSION, 'sagemaker:ListAliases', 'sagemaker:UpdateImageVersion');
  await expect(change('update', statement)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('sagemaker:DescribeImageVersion'),
  });
});

test('what is denied to a handler is not outweighed by what is allowed', async () => {
  const denial: Statement = { Effect: 'Deny', Action: 'sagemaker:Delete*', Resource: '*' };
  expect(await change('delete', allow(ON_VERSION, 'sagemaker:*'), denial)).toMatchObject({
    ErrorCode: 'AccessDenied',
    StatusMessage: expect.stringContaining('with an explicit deny in an identity-based policy'),
  });
});

test('what is allowed in another region is not allowed in this one', async () => {
  const elsewhere = ON_VERSION.replace('us-east-1', 'eu-west-1');
  expect(await change('delete', allow(elsewhere, 'sagemaker:*'))).toMatchObject({
    ErrorCode: 'AccessDenied',
    StatusMessage: expect.stringContaining(`on resource: ${VERSION} because`),
  });
});

test('a read and a list answer what their handlers were refused', async () => {
  const client = await start(allow('*', 'cloudformation:GetResource', 'cloudformation:ListResources'));
  const Identifier = 'arn:aws:sagemaker:us-east-1:000000000000:image-version/alpha/1';
  await expect(client.send(new GetResourceCommand({ TypeName, Identifier }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('sagemaker:DescribeImageVersion'),
  });
  const ResourceModel = JSON.stringify({ ImageName: 'alpha' });
  await expect(client.send(new ListResourcesCommand({ TypeName, ResourceModel }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('sagemaker:ListImageVersions'),
  });
});
