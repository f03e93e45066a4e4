import {
  DescribeImageVersionCommand,
  ListAliasesCommand,
  ListImageVersionsCommand,
  SageMakerClient,
  SageMakerServiceException,
} from '@aws-sdk/client-sagemaker';
import { mockClient } from 'aws-sdk-client-mock';
import { sageMakerLists } from '../../../lambda/adapters/sagemaker-lists.ts';
import { arnOf } from '../../fixtures/scope.ts';

const aws = mockClient(SageMakerClient);
beforeEach(() => aws.reset());

function refused(name: string): SageMakerServiceException {
  return new SageMakerServiceException({
    name,
    message: 'no',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
}

const AT = '2026-11-24T08:00:00.000Z';
const VERSION = {
  ImageArn: 'arn:aws:sagemaker:us-east-1:123456789012:image/pytorch',
  ImageVersionArn: arnOf(3),
  Version: 3,
  CreationTime: new Date(AT),
  LastModifiedTime: new Date(AT),
};
const LISTED = { identifier: arnOf(3), version: 3, createdAt: AT, modifiedAt: AT };

test('versions come by the hundred, in order of their numbers, with status, reason and times', async () => {
  aws.on(ListImageVersionsCommand).resolves({
    ImageVersions: [{ ...VERSION, ImageVersionStatus: 'CREATE_FAILED', FailureReason: 'no manifest' }],
    NextToken: 'next',
  });
  expect(await sageMakerLists().versions('us-east-1', 'pytorch', 'token')).toEqual({
    versions: [{ ...LISTED, status: 'CREATE_FAILED', failureReason: 'no manifest' }],
    nextToken: 'next',
  });
  expect(aws.calls().map(({ args }) => args[0].input)).toEqual([
    {
      ImageName: 'pytorch',
      MaxResults: 100,
      SortBy: 'VERSION',
      SortOrder: 'ASCENDING',
      NextToken: 'token',
    },
  ]);
});

test('aliases are those of the whole image', async () => {
  aws.on(ListAliasesCommand).resolves({ SageMakerImageVersionAliases: ['a', 'b'] });
  expect(await sageMakerLists().aliases('us-east-1', 'pytorch')).toEqual({ aliases: ['a', 'b'] });
  expect(aws.calls().map(({ args }) => args[0].input)).toEqual([{ ImageName: 'pytorch', MaxResults: 100 }]);
});

test('one version is described as it is listed; the holder of an alias by its number', async () => {
  aws.on(DescribeImageVersionCommand).resolves({ ...VERSION, ImageVersionStatus: 'CREATED' });
  expect(await sageMakerLists().describe('us-east-1', 'pytorch', 3)).toEqual({
    ...LISTED,
    status: 'CREATED',
  });
  expect(await sageMakerLists().holder('us-east-1', 'pytorch', 'stable')).toBe(3);
  expect(aws.calls().map(({ args }) => args[0].input)).toEqual([
    { ImageName: 'pytorch', Version: 3 },
    { ImageName: 'pytorch', Alias: 'stable' },
  ]);
});

test.each(['ResourceNotFound', 'ResourceNotFoundException'])('%s is an answer', async (name) => {
  aws.onAnyCommand().rejects(refused(name));
  const lists = sageMakerLists();
  expect(await lists.versions('us-east-1', 'pytorch')).toBeUndefined();
  expect(await lists.aliases('us-east-1', 'pytorch')).toBeUndefined();
  expect(await lists.describe('us-east-1', 'pytorch', 1)).toBeUndefined();
  expect(await lists.holder('us-east-1', 'pytorch', 'stable')).toBeUndefined();
});

test('AccessDenied is an answer for an alias, and for nothing else', async () => {
  aws.onAnyCommand().rejects(refused('AccessDeniedException'));
  const lists = sageMakerLists();
  expect(await lists.holder('us-east-1', 'pytorch', 'stable')).toBeUndefined();
  for (const call of [
    lists.versions('us-east-1', 'pytorch'),
    lists.aliases('us-east-1', 'pytorch'),
    lists.describe('us-east-1', 'pytorch', 1),
  ]) {
    await expect(call).rejects.toMatchObject({ name: 'AccessDeniedException', transient: false });
  }
});

test('throttling is told as such', async () => {
  aws.onAnyCommand().rejects(refused('ThrottlingException'));
  await expect(sageMakerLists({ maxAttempts: 1 }).versions('us-east-1', 'pytorch')).rejects.toMatchObject({
    transient: true,
    throttled: true,
  });
});

test('a version without number or times is told, not guessed at', async () => {
  aws.on(ListImageVersionsCommand).resolves({
    ImageVersions: [{ ...VERSION, ImageVersionStatus: 'CREATED', LastModifiedTime: undefined }],
  });
  await expect(sageMakerLists().versions('us-east-1', 'pytorch')).rejects.toMatchObject({
    name: 'UnexpectedAnswer',
  });
});
