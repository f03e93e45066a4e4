import { CloudControlClient, ListResourcesCommand } from '@aws-sdk/client-cloudcontrol';
import { mockClient } from 'aws-sdk-client-mock';
import { cloudControlLists } from '../../../lambda/adapters/cloud-control-lists.ts';
import { CallError } from '../../../lambda/core/ports.ts';
import { arnOf } from '../../fixtures/scope.ts';

const aws = mockClient(CloudControlClient);

beforeEach(() => aws.reset());

/** An error as the SDK throws it. */
function refused(name: string): Error {
  return Object.assign(new Error(`${name} happened`), { name, $metadata: { httpStatusCode: 400 } });
}

test('images are listed without a model', async () => {
  aws.on(ListResourcesCommand).resolves({ ResourceDescriptions: [{ Identifier: 'an ARN' }], NextToken: 'n' });
  expect(await cloudControlLists().images('us-east-1', 't')).toEqual({
    identifiers: ['an ARN'],
    nextToken: 'n',
  });
  expect(aws.commandCalls(ListResourcesCommand)[0]?.args[0].input).toEqual({
    TypeName: 'AWS::SageMaker::Image',
    NextToken: 't',
  });
});

test('versions are listed by the name of their image', async () => {
  aws.on(ListResourcesCommand).resolves({ ResourceDescriptions: [{ Identifier: arnOf(1) }] });
  expect(await cloudControlLists().versions('us-east-1', 'pytorch', undefined)).toEqual({
    identifiers: [arnOf(1)],
  });
  expect(aws.commandCalls(ListResourcesCommand)[0]?.args[0].input).toEqual({
    TypeName: 'AWS::SageMaker::ImageVersion',
    ResourceModel: '{"ImageName":"pytorch"}',
  });
});

test('an image that is not there has no list', async () => {
  aws.on(ListResourcesCommand).rejects(refused('ResourceNotFoundException'));
  expect(await cloudControlLists().versions('us-east-1', 'pytorch', undefined)).toBeUndefined();
});

test('every other refusal keeps its name', async () => {
  aws.on(ListResourcesCommand).rejects(refused('ThrottlingException'));
  const failure = cloudControlLists().versions('us-east-1', 'pytorch', undefined);
  await expect(failure).rejects.toEqual(
    new CallError('ThrottlingException', 'ThrottlingException happened', true),
  );
});

test('a resource without identifier is no answer', async () => {
  aws.on(ListResourcesCommand).resolves({ ResourceDescriptions: [{}] });
  await expect(cloudControlLists().images('us-east-1', undefined)).rejects.toMatchObject({
    name: 'UnexpectedAnswer',
  });
});
