import {
  DescribeExecutionCommand,
  SFNClient,
  SFNServiceException,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { workflows } from '../../../lambda/adapters/workflows.ts';

const aws = mockClient(SFNClient);
beforeEach(() => aws.reset());

const arnOf = (kind: string) =>
  `arn:aws:states:us-east-1:123456789012:stateMachine:${kind}-image-version-test`;
const machines = workflows({ create: arnOf('create'), update: arnOf('update'), delete: arnOf('delete') });

function refusal(name: string, status = 400): SFNServiceException {
  return new SFNServiceException({
    name,
    message: 'no',
    $fault: 'client',
    $metadata: { httpStatusCode: status },
  });
}

test('a workflow is started on the machine of its kind, under the operation’s id, with its input', async () => {
  aws.on(StartExecutionCommand).resolves({});
  await machines.start('update', 'op-1', { version: 3 });
  expect(aws.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input)).toEqual([
    { stateMachineArn: arnOf('update'), name: 'op-1', input: '{"version":3}' },
  ]);
});

test('one of that name that exists already is left as it is: the sweeper looks whose it is', async () => {
  aws.on(StartExecutionCommand).rejects(refusal('ExecutionAlreadyExists'));
  await expect(machines.start('create', 'op-1', {})).resolves.toBeUndefined();
});

test.each([
  ['ExecutionLimitExceeded', 400, false],
  ['ThrottlingException', 400, true],
  ['StateMachineDeleting', 400, false],
  ['InternalFailure', 500, true],
])('%s is no start', async (name, status, transient) => {
  aws.on(StartExecutionCommand).rejects(refusal(name, status));
  await expect(machines.start('create', 'op-1', {})).rejects.toMatchObject({ name, transient });
});

test('an execution’s ARN is known before there is one', () => {
  expect(machines.executionArn('delete', 'op-1')).toBe(
    'arn:aws:states:us-east-1:123456789012:execution:delete-image-version-test:op-1',
  );
});

test.each([
  [{ status: 'RUNNING' as const }, { status: 'RUNNING' }],
  [
    { status: 'SUCCEEDED' as const, output: '{}', stopDate: new Date(5000) },
    { status: 'SUCCEEDED', output: '{}', endedAt: 5000 },
  ],
  [
    { status: 'ABORTED' as const, error: 'Stopped', cause: 'by hand' },
    { status: 'ABORTED', error: 'Stopped', cause: 'by hand' },
  ],
])('%j is told as %j', async (answer, state) => {
  aws.on(DescribeExecutionCommand).resolves({ ...answer, startDate: new Date(1500) });
  await expect(machines.describe('arn:1')).resolves.toEqual({ ...state, startedAt: 1500 });
  expect(aws.commandCalls(DescribeExecutionCommand)[0]?.args[0].input).toEqual({ executionArn: 'arn:1' });
});

test('an answer that does not tell when the execution began is no answer', async () => {
  aws.on(DescribeExecutionCommand).resolves({ status: 'SUCCEEDED' });
  await expect(machines.describe('arn:1')).rejects.toMatchObject({ name: 'UnexpectedAnswer' });
});

test('an execution that is not there is an answer; one that cannot be asked for is not', async () => {
  aws.on(DescribeExecutionCommand).rejects(refusal('ExecutionDoesNotExist'));
  await expect(machines.describe('arn:1')).resolves.toBeUndefined();
  aws.on(DescribeExecutionCommand).rejects(refusal('AccessDeniedException'));
  await expect(machines.describe('arn:1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
