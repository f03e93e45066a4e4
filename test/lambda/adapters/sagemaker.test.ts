import {
  DescribeImageVersionCommand,
  ListAliasesCommand,
  ListImageVersionsCommand,
  ResourceNotFound,
  SageMakerClient,
  SageMakerServiceException,
} from '@aws-sdk/client-sagemaker';
import { mockClient } from 'aws-sdk-client-mock';
import { sageMaker } from '../../../lambda/adapters/sagemaker.ts';
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
const notFound = new ResourceNotFound({ message: 'not there', $metadata: { httpStatusCode: 400 } });

test('describe asks by number, and tells status and reason', async () => {
  aws.on(DescribeImageVersionCommand).resolves({
    ImageVersionArn: arnOf(3),
    ImageVersionStatus: 'CREATE_FAILED',
    FailureReason: 'no such image',
  });
  expect(await sageMaker().describe('us-east-1', 'pytorch', 3)).toEqual({
    identifier: arnOf(3),
    status: 'CREATE_FAILED',
    failureReason: 'no such image',
  });
  expect(aws.calls().map(({ args }) => args[0].input)).toEqual([{ ImageName: 'pytorch', Version: 3 }]);
});

test.each([['None'], [undefined], ['arn:aws:sagemaker:us-east-1:123456789012:image/pytorch']])(
  'a version whose ARN is %s is an unexpected answer',
  async (ImageVersionArn) => {
    aws.on(DescribeImageVersionCommand).resolves({ ImageVersionArn, ImageVersionStatus: 'CREATED' });
    await expect(sageMaker().describe('us-east-1', 'pytorch', 3)).rejects.toMatchObject({
      name: 'UnexpectedAnswer',
      transient: false,
    });
  },
);

test('a version whose ARN is None has the ARN that its image and its number make up', async () => {
  aws.on(DescribeImageVersionCommand).resolves({
    ImageArn: arnOf(3).replace(':image-version/', ':image/').replace('/3', ''),
    ImageVersionArn: 'None',
    ImageVersionStatus: 'CREATE_FAILED',
    Version: 3,
  });
  expect(await sageMaker().describe('us-east-1', 'pytorch', 3)).toEqual({
    identifier: arnOf(3),
    status: 'CREATE_FAILED',
  });
});

test('describeAlias asks by alias', async () => {
  aws.on(DescribeImageVersionCommand).resolves({ ImageVersionArn: arnOf(2), ImageVersionStatus: 'CREATED' });
  expect(await sageMaker().describeAlias('us-east-1', 'pytorch', 'latest')).toEqual({
    identifier: arnOf(2),
    status: 'CREATED',
  });
  expect(aws.calls().map(({ args }) => args[0].input)).toEqual([{ ImageName: 'pytorch', Alias: 'latest' }]);
});

describe('what was made from a base image since a time', () => {
  const since = Date.UTC(2026, 10, 24, 12);
  const found = () => sageMaker().madeFrom('us-east-1', 'pytorch', 'registry/x', since);
  const listed = (Version: number) => ({
    Version,
    ImageArn: 'arn',
    ImageVersionArn: arnOf(Version),
    ImageVersionStatus: 'CREATED' as const,
    CreationTime: new Date(since),
    LastModifiedTime: new Date(since),
  });

  test('is listed from then on, page by page, and told by each version itself', async () => {
    aws
      .on(ListImageVersionsCommand)
      .resolvesOnce({ ImageVersions: [listed(4), listed(5)], NextToken: 'more' })
      .resolves({ ImageVersions: [listed(6)] });
    aws
      .on(DescribeImageVersionCommand)
      .resolvesOnce({ ...listed(4), BaseImage: 'registry/x' })
      .resolvesOnce({ ...listed(5), BaseImage: 'registry/y' })
      .resolves({ ...listed(6), ImageVersionStatus: 'CREATE_FAILED', BaseImage: 'registry/x' });
    expect(await found()).toEqual([
      { identifier: arnOf(4), status: 'CREATED' },
      { identifier: arnOf(6), status: 'CREATE_FAILED' },
    ]);
    const lists = aws.commandCalls(ListImageVersionsCommand).map(({ args }) => args[0].input);
    expect(lists).toMatchObject([
      { ImageName: 'pytorch', CreationTimeAfter: new Date(since - 1) },
      { NextToken: 'more' },
    ]);
    const looks = aws.commandCalls(DescribeImageVersionCommand).map(({ args }) => args[0].input.Version);
    expect(looks).toEqual([4, 5, 6]);
  });

  test('is nothing where there is no such image, or where a version went meanwhile', async () => {
    aws
      .on(ListImageVersionsCommand)
      .rejectsOnce(notFound)
      .resolves({ ImageVersions: [listed(4)] });
    aws.on(DescribeImageVersionCommand).rejects(notFound);
    expect(await found()).toEqual([]);
    expect(await found()).toEqual([]);
  });

  test('is not guessed at where the list is refused', async () => {
    aws.on(ListImageVersionsCommand).rejects(refused('AccessDeniedException'));
    await expect(found()).rejects.toMatchObject({ name: 'AccessDeniedException', transient: false });
  });
});

test('what is not there is undefined', async () => {
  aws.on(DescribeImageVersionCommand).rejects(notFound);
  expect(await sageMaker().describe('us-east-1', 'pytorch', 3)).toBeUndefined();
  expect(await sageMaker().describeAlias('us-east-1', 'pytorch', 'latest')).toBeUndefined();
});

test.each([['AccessDenied'], ['AccessDeniedException']])(
  '%s is an unknown alias where an alias was asked for, and a refusal elsewhere',
  async (name) => {
    aws.on(DescribeImageVersionCommand).rejects(refused(name));
    expect(await sageMaker().describeAlias('us-east-1', 'pytorch', 'latest')).toBeUndefined();
    await expect(sageMaker().describe('us-east-1', 'pytorch', 3)).rejects.toMatchObject({
      name,
      transient: false,
    });
  },
);

test.each([[{}], [{ ImageVersionArn: arnOf(3) }], [{ ImageVersionStatus: 'CREATED' as const }]])(
  'a version described as %j is unexpected',
  async (answer) => {
    aws.on(DescribeImageVersionCommand).resolves(answer);
    await expect(sageMaker().describe('us-east-1', 'pytorch', 3)).rejects.toMatchObject({
      name: 'UnexpectedAnswer',
    });
  },
);

describe('aliases', () => {
  test('are listed to the last page', async () => {
    aws
      .on(ListAliasesCommand)
      .resolvesOnce({ SageMakerImageVersionAliases: ['a', 'b'], NextToken: 'more' })
      .resolvesOnce({ NextToken: 'still more' })
      .resolvesOnce({ SageMakerImageVersionAliases: ['c'] });
    expect(await sageMaker().aliases('us-east-1', 'pytorch', 3)).toEqual(['a', 'b', 'c']);
    const inputs = aws.commandCalls(ListAliasesCommand).map(({ args }) => args[0].input);
    expect(inputs).toMatchObject([
      { ImageName: 'pytorch', Version: 3 },
      { ImageName: 'pytorch', Version: 3, NextToken: 'more' },
      { ImageName: 'pytorch', Version: 3, NextToken: 'still more' },
    ]);
  });

  test('of a version that is not there are none', async () => {
    aws.on(ListAliasesCommand).rejects(notFound);
    expect(await sageMaker().aliases('us-east-1', 'pytorch', 3)).toEqual([]);
  });

  test('that may not be listed are not taken for none', async () => {
    aws.on(ListAliasesCommand).rejects(refused('AccessDeniedException'));
    await expect(sageMaker().aliases('us-east-1', 'pytorch', 3)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
