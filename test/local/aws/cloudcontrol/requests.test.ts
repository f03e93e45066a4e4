import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CancelResourceRequestCommand,
  ListResourceRequestsCommand,
  ListResourcesCommand,
} from '@aws-sdk/client-cloudcontrol';
import { DescribeImageVersionCommand, ListAliasesCommand } from '@aws-sdk/client-sagemaker';
import { IMAGE_SCHEMA } from '../../../../local/aws/cloudcontrol/image-schema.ts';
import { IMAGE_VERSION_SCHEMA } from '../../../../local/aws/cloudcontrol/image-version-schema.ts';
import { openDatabase } from '../../../../local/aws/database.ts';
import { AwsError } from '../../../../local/aws/service.ts';
import { type LocalAws, REGION, ROLE_ARN, startLocalAws } from '../../local-aws.ts';
import {
  create,
  DESIRED,
  ended,
  IMAGE,
  makeImage,
  makeVersion,
  read,
  remove,
  statusOf,
  update,
  VERSION,
  versionArn,
} from '../../requests.ts';

let aws: LocalAws;

beforeEach(async () => {
  aws = await startLocalAws();
  await makeImage(aws);
});

afterEach(async () => {
  await aws.close();
  expect(aws.unexpected).toEqual([]);
});

async function sageMakerStatus(version: number): Promise<string | undefined> {
  const command = new DescribeImageVersionCommand({ ImageName: 'alpha', Version: version });
  return (await aws.sageMaker.send(command)).ImageVersionStatus;
}

async function aliasesOf(version: number): Promise<string[] | undefined> {
  const command = new ListAliasesCommand({ ImageName: 'alpha', Version: version });
  return (await aws.sageMaker.send(command)).SageMakerImageVersionAliases;
}

describe('client tokens', () => {
  test('an identical repeat gets the conflict, or the original where AWS is taken to answer it', async () => {
    const first = await create(aws, VERSION, DESIRED, 'token-1');
    await expect(create(aws, VERSION, DESIRED, 'token-1')).rejects.toThrow(String(first.RequestToken));
    aws.settings.change({ repeatedToken: 'original' });
    expect(await create(aws, VERSION, DESIRED, 'token-1')).toEqual(first);
    await expect(create(aws, VERSION, { ...DESIRED, Horovod: true }, 'token-1')).rejects.toMatchObject({
      name: 'ClientTokenConflictException',
    });
  });

  test('a token is honoured for 36 hours and a request is kept for 7 days', async () => {
    const first = await create(aws, VERSION, DESIRED, 'token-1');
    await aws.pass(36 * 3600 + 1);
    const second = await create(aws, VERSION, DESIRED, 'token-1');
    expect(second.RequestToken).not.toBe(first.RequestToken);
    expect(await statusOf(aws, first)).toMatchObject({ OperationStatus: 'SUCCESS' });
    await aws.pass(6 * 24 * 3600);
    await expect(statusOf(aws, first)).rejects.toMatchObject({ name: 'RequestTokenNotFoundException' });
  });
});

describe('aliases', () => {
  test('an update strips the aliases that its patch does not repeat', async () => {
    const { Identifier } = await makeVersion(aws, { Aliases: ['stable'], Alias: 'latest' });
    expect(await aliasesOf(1)).toEqual(['latest', 'stable']);
    expect(await read(aws, Identifier)).not.toHaveProperty('Aliases');
    await ended(
      aws,
      await update(aws, Identifier, [{ op: 'add', path: '/Aliases', value: ['stable', 'new'] }]),
    );
    expect(await aliasesOf(1)).toEqual(['new', 'stable']);
    await ended(aws, await update(aws, Identifier, [{ op: 'add', path: '/Horovod', value: true }]));
    expect(await aliasesOf(1)).toEqual([]);
    expect(await read(aws, Identifier)).toMatchObject({ Horovod: true });
  });

  test('or keeps them where AWS is taken to do so', async () => {
    aws.settings.change({ aliasesOnUpdate: 'keep' });
    const { Identifier } = await makeVersion(aws, { Aliases: ['stable'] });
    await ended(aws, await update(aws, Identifier, [{ op: 'add', path: '/Horovod', value: true }]));
    expect(await aliasesOf(1)).toEqual(['stable']);
  });

  test('an alias that another version holds is refused, or moves', async () => {
    await makeVersion(aws, { Aliases: ['stable'] });
    const { Identifier } = await makeVersion(aws);
    const patch = [{ op: 'add', path: '/Aliases', value: ['stable'] }];
    expect(await ended(aws, await update(aws, Identifier, patch))).toMatchObject({
      OperationStatus: 'FAILED',
      ErrorCode: 'ResourceConflict',
    });
    aws.settings.change({ aliasTaken: 'move' });
    expect(await ended(aws, await update(aws, Identifier, patch))).toMatchObject({
      OperationStatus: 'SUCCESS',
    });
    expect([await aliasesOf(1), await aliasesOf(2)]).toEqual([[], ['stable']]);
  });

  test('those given to a create that fails are trapped', async () => {
    aws.settings.change({ aliasTaken: 'move' });
    aws.faults.add({ effect: { kind: 'create-failed', reason: 'no such tag' } });
    const failed = await makeVersion(aws, { Aliases: ['stable'] });
    expect(failed).toMatchObject({ OperationStatus: 'FAILED', ErrorCode: 'GeneralServiceException' });
    const { Identifier } = await makeVersion(aws);
    const reuse = await update(aws, Identifier, [{ op: 'add', path: '/Aliases', value: ['stable'] }]);
    expect(await ended(aws, reuse)).toMatchObject({ ErrorCode: 'ResourceConflict' });
    const free = await update(aws, failed.Identifier, [{ op: 'add', path: '/Aliases', value: [] }]);
    expect(await ended(aws, free)).toMatchObject({ ErrorCode: 'ResourceConflict' });
    expect(await aliasesOf(1)).toEqual(['stable']);
  });
});

test('a create that SageMaker fails leaves an orphan and does not say why', async () => {
  aws.faults.add({ effect: { kind: 'create-failed', reason: 'no such tag' } });
  const failed = await makeVersion(aws);
  expect(failed).toMatchObject({
    OperationStatus: 'FAILED',
    ErrorCode: 'GeneralServiceException',
    Identifier: versionArn(1),
    StatusMessage: expect.not.stringContaining('no such tag'),
  });
  const described = await aws.sageMaker.send(new DescribeImageVersionCommand({ ImageName: 'alpha' }));
  expect(described).toMatchObject({ ImageVersionStatus: 'CREATE_FAILED', FailureReason: 'no such tag' });
  expect(await ended(aws, await remove(aws, failed.Identifier))).toMatchObject({
    OperationStatus: 'SUCCESS',
  });
});

test('an image takes one change at a time, and numbers are never reused', async () => {
  const first = await create(aws, VERSION, DESIRED);
  const second = await create(aws, VERSION, DESIRED);
  expect(second.OperationStatus).toBe('IN_PROGRESS');
  expect(await ended(aws, second)).toMatchObject({
    OperationStatus: 'FAILED',
    ErrorCode: 'ResourceConflict',
  });
  await ended(aws, first);
  await ended(aws, await remove(aws, first.Identifier));
  expect((await makeVersion(aws)).Identifier).toBe(versionArn(2));
});

test('a version of an image that is not there is an invalid request', async () => {
  const event = await create(aws, VERSION, { ...DESIRED, ImageName: 'missing' });
  expect(await ended(aws, event)).toMatchObject({ OperationStatus: 'FAILED', ErrorCode: 'InvalidRequest' });
});

test('a create that sets read-only properties is accepted and fails', async () => {
  const event = await create(aws, VERSION, { ...DESIRED, Version: 7 });
  expect(await ended(aws, event)).toMatchObject({
    ErrorCode: 'InvalidRequest',
    StatusMessage: expect.stringContaining('[Version]'),
  });
});

test('a resource takes one request at a time', async () => {
  const { Identifier } = await create(aws, VERSION, DESIRED);
  await expect(remove(aws, Identifier)).rejects.toMatchObject({ name: 'ConcurrentOperationException' });
});

test('cancelling rolls nothing back: SageMaker ends what it has begun', async () => {
  const event = await create(aws, VERSION, DESIRED);
  await aws.cloudControl.send(new CancelResourceRequestCommand({ RequestToken: event.RequestToken }));
  await aws.pass(10);
  expect(await statusOf(aws, event)).toMatchObject({ OperationStatus: 'CANCEL_COMPLETE' });
  expect(await sageMakerStatus(1)).toBe('CREATED');
});

test('several operations of a patch are applied in order, and the whole is refused if one fails', async () => {
  const { Identifier } = await makeVersion(aws, { Processor: 'CPU' });
  const patch = [
    { op: 'test', path: '/Processor', value: 'CPU' },
    { op: 'replace', path: '/Processor', value: 'GPU' },
    { op: 'remove', path: '/ReleaseNotes' },
  ];
  await expect(update(aws, Identifier, patch)).rejects.toThrow('[REMOVE Operation] noSuchPath in source');
  expect(await read(aws, Identifier)).toMatchObject({ Processor: 'CPU' });
  await ended(aws, await update(aws, Identifier, patch.slice(0, 2)));
  expect(await read(aws, Identifier)).toMatchObject({ Processor: 'GPU' });
});

test('a patched model must be a good one', async () => {
  const { Identifier } = await makeVersion(aws);
  await expect(update(aws, Identifier, [{ op: 'add', path: '/JobType', value: 'NAPPING' }])).rejects.toThrow(
    'Model validation failed (#/JobType: failed validation constraint for keyword [enum])',
  );
});

test('a resource that is too new may not be found yet', async () => {
  aws.settings.change({ notFoundAfterCreateSeconds: 10 });
  const { Identifier } = await makeVersion(aws);
  await expect(read(aws, Identifier)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await aws.pass(10);
  expect(await read(aws, Identifier)).toMatchObject({ Version: 1 });
});

test('regions know nothing of each other', async () => {
  const { RequestToken } = await create(aws, VERSION, DESIRED);
  const elsewhere = aws.client({ region: 'us-east-1' });
  const listed = await elsewhere.send(new ListResourcesCommand({ TypeName: IMAGE }));
  expect(listed.ResourceDescriptions).toEqual([]);
  expect((await elsewhere.send(new ListResourceRequestsCommand({}))).ResourceRequestStatusSummaries).toEqual(
    [],
  );
  await expect(elsewhere.send(new CancelResourceRequestCommand({ RequestToken }))).rejects.toMatchObject({
    name: 'RequestTokenNotFoundException',
  });
});

test('versions are listed by their image, the newest first', async () => {
  await makeVersion(aws);
  await makeVersion(aws);
  const { ResourceDescriptions } = await aws.cloudControl.send(
    new ListResourcesCommand({ TypeName: VERSION, ResourceModel: JSON.stringify({ ImageName: 'alpha' }) }),
  );
  expect(ResourceDescriptions?.map(({ Identifier }) => Identifier)).toEqual([versionArn(2), versionArn(1)]);
});

test('an image is updated with its tags, and deleted with its versions', async () => {
  await makeVersion(aws);
  const arn = `arn:aws:sagemaker:${REGION}:000000000000:image/alpha`;
  const patch = [
    { op: 'add', path: '/ImageDescription', value: 'for tests' },
    { op: 'add', path: '/Tags', value: [{ Key: 'team', Value: 'ml' }] },
  ];
  await ended(aws, await update(aws, arn, patch, IMAGE));
  const model = { ImageName: 'alpha', ImageArn: arn, ImageRoleArn: ROLE_ARN, ImageDescription: 'for tests' };
  expect(await read(aws, arn, IMAGE)).toEqual({ ...model, Tags: [{ Key: 'team', Value: 'ml' }] });
  const undo = [
    { op: 'remove', path: '/ImageDescription' },
    { op: 'remove', path: '/Tags' },
  ];
  await ended(aws, await update(aws, arn, undo, IMAGE));
  expect(await read(aws, arn, IMAGE)).not.toHaveProperty('Tags');
  expect(await ended(aws, await remove(aws, arn, IMAGE))).toMatchObject({ OperationStatus: 'SUCCESS' });
  await expect(read(aws, versionArn(1))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('each action of a handler is asked for, and a refusal fails the request', async () => {
  const used: string[] = [];
  const strict = await startLocalAws({
    authorize: ({ accessKeyId, action, resource }) => {
      used.push(action);
      if (accessKeyId === 'AKIALOCAL' && action === 'sagemaker:CreateImageVersion') {
        throw new AwsError('AccessDeniedException', `Not authorized: ${action} on ${resource}`);
      }
    },
  });
  try {
    await makeImage(strict);
    expect(await makeVersion(strict)).toMatchObject({
      ErrorCode: 'AccessDenied',
      StatusMessage: `Not authorized: sagemaker:CreateImageVersion on arn:aws:sagemaker:${REGION}:000000000000:image/alpha`,
    });
    expect(new Set(used)).toEqual(
      new Set([
        'sagemaker:DescribeImage',
        'iam:PassRole',
        'sagemaker:CreateImage',
        'sagemaker:CreateImageVersion',
      ]),
    );
  } finally {
    await strict.close();
  }
});

test('handlers use no action that their type does not name', async () => {
  const used = new Set<string>();
  const watched = await startLocalAws({ authorize: ({ action }) => used.add(action) });
  const during = async (work: () => Promise<unknown>) => {
    used.clear();
    await work();
    return [...used];
  };
  try {
    for (const [{ permissions, typeName }, desired] of [
      [IMAGE_SCHEMA, { ImageName: 'alpha', ImageRoleArn: ROLE_ARN, Tags: [{ Key: 'k', Value: 'v' }] }],
      [IMAGE_VERSION_SCHEMA, { ...DESIRED, Aliases: ['stable'] }],
    ] as const) {
      let identifier: string | undefined;
      const made = await during(async () => {
        const event = await ended(watched, await create(watched, typeName, desired));
        identifier = event.Identifier;
      });
      const found = await during(() => read(watched, identifier, typeName));
      const model = JSON.stringify({ ImageName: 'alpha' });
      const listing = new ListResourcesCommand({ TypeName: typeName, ResourceModel: model });
      const listed = await during(() => watched.cloudControl.send(listing));
      const name = typeName === IMAGE ? 'ImageDescription' : 'ReleaseNotes';
      const patch = [{ op: 'add', path: `/${name}`, value: 'new' }];
      const changed = await during(async () =>
        ended(watched, await update(watched, identifier, patch, typeName)),
      );
      expect(permissions.CREATE).toEqual(expect.arrayContaining(made));
      expect(permissions.READ).toEqual(expect.arrayContaining(found));
      expect(permissions.LIST).toEqual(expect.arrayContaining(listed));
      expect([...permissions.UPDATE, ...permissions.READ]).toEqual(expect.arrayContaining(changed));
    }
    const gone = await during(async () => ended(watched, await remove(watched, versionArn(1))));
    expect(IMAGE_VERSION_SCHEMA.permissions.DELETE).toEqual(expect.arrayContaining(gone));
  } finally {
    await watched.close();
  }
});

test('what was going on goes on after a restart', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'local-aws-'));
  try {
    const before = await startLocalAws({ database: openDatabase(directory) });
    await makeImage(before);
    const event = await create(before, VERSION, DESIRED);
    // Left as a killed process leaves it: nothing is closed in order, and a new one opens the same file.
    await before.close();
    const after = await startLocalAws({ database: openDatabase(directory) });
    await after.pass(60);
    expect(await statusOf(after, event)).toMatchObject({
      OperationStatus: 'SUCCESS',
      Identifier: versionArn(1),
    });
    await after.close();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
