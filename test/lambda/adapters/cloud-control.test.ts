import {
  CancelResourceRequestCommand,
  CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  ResourceNotFoundException,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import { mockClient } from 'aws-sdk-client-mock';
import { cloudControl } from '../../../lambda/adapters/cloud-control.ts';
import { arnOf } from '../../fixtures/scope.ts';

const aws = mockClient(CloudControlClient);
beforeEach(() => aws.reset());

const TypeName = 'AWS::SageMaker::ImageVersion';
const ProgressEvent = { RequestToken: 'request-1', OperationStatus: 'IN_PROGRESS' } as const;
const taken = { requestToken: 'request-1', status: 'IN_PROGRESS' };

test('create sends the desired state as JSON text, with the token', async () => {
  aws.on(CreateResourceCommand).resolves({ ProgressEvent });
  expect(await cloudControl().create('us-east-1', { ImageName: 'a', Horovod: true }, 'token')).toEqual(taken);
  expect(aws.commandCalls(CreateResourceCommand).map(({ args }) => args[0].input)).toEqual([
    { TypeName, DesiredState: '{"ImageName":"a","Horovod":true}', ClientToken: 'token' },
  ]);
});

test('update sends the patch as JSON text, with the token', async () => {
  aws.on(UpdateResourceCommand).resolves({ ProgressEvent });
  const patch = [{ op: 'add', path: '/Aliases', value: ['a'] }] as const;
  expect(await cloudControl().update('us-east-1', arnOf(3), patch, 'token')).toEqual(taken);
  const PatchDocument = '[{"op":"add","path":"/Aliases","value":["a"]}]';
  expect(aws.commandCalls(UpdateResourceCommand).map(({ args }) => args[0].input)).toEqual([
    { TypeName, Identifier: arnOf(3), PatchDocument, ClientToken: 'token' },
  ]);
});

test("the model in an update's first answer is the wanted one, so it is not read", async () => {
  const shown = { ...ProgressEvent, ResourceModel: '{"ReleaseNotes":"not there yet"}' };
  aws.on(UpdateResourceCommand).resolves({ ProgressEvent: shown });
  expect(await cloudControl().update('us-east-1', arnOf(3), [], 'token')).toEqual(taken);
  aws.on(UpdateResourceCommand).resolves({ ProgressEvent: { ...shown, ResourceModel: 'no JSON' } });
  expect(await cloudControl().update('us-east-1', arnOf(3), [], 'token')).toEqual(taken);
});

test('delete sends the identifier, with the token', async () => {
  aws.on(DeleteResourceCommand).resolves({ ProgressEvent });
  expect(await cloudControl().delete('us-east-1', arnOf(3), 'token')).toEqual(taken);
  expect(aws.commandCalls(DeleteResourceCommand).map(({ args }) => args[0].input)).toEqual([
    { TypeName, Identifier: arnOf(3), ClientToken: 'token' },
  ]);
});

test('status and cancel are asked by the request token', async () => {
  aws.on(GetResourceRequestStatusCommand).resolves({ ProgressEvent });
  aws.on(CancelResourceRequestCommand).resolves({
    ProgressEvent: { ...ProgressEvent, OperationStatus: 'CANCEL_IN_PROGRESS' },
  });
  expect(await cloudControl().status('us-east-1', 'request-1')).toEqual(taken);
  expect(await cloudControl().cancel('us-east-1', 'request-1')).toMatchObject({
    status: 'CANCEL_IN_PROGRESS',
  });
  expect(aws.calls().map(({ args }) => args[0].input)).toEqual([
    { RequestToken: 'request-1' },
    { RequestToken: 'request-1' },
  ]);
});

test('an event comes with all that matters of it', async () => {
  aws.on(GetResourceRequestStatusCommand).resolves({
    ProgressEvent: {
      ...ProgressEvent,
      OperationStatus: 'FAILED',
      Identifier: arnOf(3),
      ErrorCode: 'Throttling',
      StatusMessage: 'slow down',
      RetryAfter: new Date(1_800_000_000_000),
      ResourceModel: '{}',
    },
  });
  expect(await cloudControl().status('us-east-1', 'request-1')).toEqual({
    requestToken: 'request-1',
    status: 'FAILED',
    identifier: arnOf(3),
    errorCode: 'Throttling',
    statusMessage: 'slow down',
    retryAfter: 1_800_000_000_000,
  });
});

test.each([[undefined], [{}], [{ RequestToken: 'r' }], [{ OperationStatus: 'SUCCESS' as const }]])(
  'the answer %j is one that nobody promised',
  async (answer) => {
    aws.on(CreateResourceCommand).resolves(answer ? { ProgressEvent: answer } : {});
    await expect(cloudControl().create('us-east-1', {}, 'token')).rejects.toMatchObject({
      name: 'UnexpectedAnswer',
      transient: false,
    });
  },
);

describe('read', () => {
  test('answers the properties', async () => {
    aws.on(GetResourceCommand).resolves({
      ResourceDescription: { Identifier: arnOf(3), Properties: '{"Version":3,"Horovod":false}' },
    });
    expect(await cloudControl().read('us-east-1', arnOf(3))).toEqual({ Version: 3, Horovod: false });
    expect(aws.calls().map(({ args }) => args[0].input)).toEqual([{ TypeName, Identifier: arnOf(3) }]);
  });

  test('answers undefined for what is not there', async () => {
    aws
      .on(GetResourceCommand)
      .rejects(new ResourceNotFoundException({ message: 'not there', $metadata: { httpStatusCode: 400 } }));
    expect(await cloudControl().read('us-east-1', arnOf(3))).toBeUndefined();
  });

  test.each([[undefined], ['null'], ['5'], ['[]'], ['{"Version":']])(
    'of properties %j is unexpected',
    async (Properties) => {
      aws
        .on(GetResourceCommand)
        .resolves({ ResourceDescription: Properties === undefined ? {} : { Properties } });
      await expect(cloudControl().read('us-east-1', arnOf(3))).rejects.toMatchObject({
        name: 'UnexpectedAnswer',
      });
    },
  );
});

test('each region is asked through a client of its own, made once', async () => {
  aws.on(GetResourceRequestStatusCommand).resolves({ ProgressEvent });
  const requests = cloudControl();
  for (const region of ['us-east-1', 'eu-west-1', 'us-east-1']) await requests.status(region, 'request-1');
  const clients = aws.calls().map(({ thisValue }) => thisValue as CloudControlClient);
  expect(await Promise.all(clients.map(({ config }) => config.region()))).toEqual([
    'us-east-1',
    'eu-west-1',
    'us-east-1',
  ]);
  expect(clients[2]).toBe(clients[0]);
});
