import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { openDatabase } from '../../local/aws/database.ts';
import { type AwsEndpoint, createAwsEndpoint } from '../../local/aws/endpoint.ts';
import { Engine } from '../../local/aws/stepfunctions/engine.ts';
import { StepFunctions } from '../../local/aws/stepfunctions/step-functions.ts';
import { Clock } from '../../local/clock.ts';

const arn = (name: string) => `arn:aws:states:eu-west-1:000000000000:stateMachine:${name}`;
const execution = (name: string) => `arn:aws:states:eu-west-1:000000000000:execution:Quick:${name}`;
const machine = (name: string, definition: object) => ({
  stackName: 'App',
  logicalId: name,
  name,
  arn: arn(name),
  type: 'STANDARD' as const,
  definition: JSON.parse(JSON.stringify(definition)),
  roleArn: 'arn:aws:iam::000000000000:role/r',
});

let clock: Clock;
let engine: Engine;
let endpoint: AwsEndpoint;
let client: SFNClient;

beforeEach(async () => {
  // Time stands still in waits: what waits here waits until it is stopped.
  clock = new Clock();
  engine = new Engine({
    stateMachines: [
      machine('Quick', { StartAt: 'P', States: { P: { Type: 'Pass', Result: { done: true }, End: true } } }),
      machine('Slow', { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 86_400, End: true } } }),
    ],
    integrations: [],
    database: openDatabase(),
    clock,
    region: 'eu-west-1',
    onUnexpected: (error) => {
      throw error;
    },
  });
  endpoint = createAwsEndpoint({
    services: [new StepFunctions({ engine, clock })],
    clock,
    newId: () => 'id',
    onUnexpected: (error) => {
      throw error;
    },
  });
  const { url } = await endpoint.listen(0);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  client = new SFNClient({ endpoint: url, region: 'eu-west-1', credentials, maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  await engine.stop();
  await endpoint.close();
  clock.stop();
});

const start = (name: string | undefined, input = '{}', stateMachineArn = arn('Quick')) =>
  client.send(new StartExecutionCommand({ stateMachineArn, input, ...(name === undefined ? {} : { name }) }));

async function quick(name: string, input = '{}'): Promise<string> {
  const { executionArn = '' } = await start(name, input);
  await engine.settled(executionArn);
  return executionArn;
}

test('an execution is started and described', async () => {
  const { executionArn, startDate } = await start('one', '{"a":1}');
  expect(executionArn).toBe(execution('one'));
  expect(startDate).toBeInstanceOf(Date);
  await engine.settled(execution('one'));
  const described = await client.send(new DescribeExecutionCommand({ executionArn }));
  expect(described).toMatchObject({
    executionArn,
    stateMachineArn: arn('Quick'),
    name: 'one',
    status: 'SUCCEEDED',
    input: '{"a":1}',
    inputDetails: { included: true },
    output: '{"done":true}',
    outputDetails: { included: true },
    startDate,
  });
  expect(described.stopDate?.getTime()).toBeGreaterThanOrEqual(startDate?.getTime() ?? 0);
});

test('the machine of an execution is described', async () => {
  const executionArn = await quick('one');
  const described = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  expect(described).toMatchObject({
    stateMachineArn: arn('Quick'),
    name: 'Quick',
    roleArn: 'arn:aws:iam::000000000000:role/r',
    updateDate: expect.any(Date),
  });
  expect(JSON.parse(described.definition ?? '')).toMatchObject({ StartAt: 'P' });
  const lost = new DescribeStateMachineForExecutionCommand({ executionArn: execution('none') });
  await expect(client.send(lost)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
});

test('an execution without a name gets a unique one', async () => {
  const [first, second] = [await start(undefined), await start(undefined)];
  expect(first.executionArn).toMatch(/:execution:Quick:[0-9a-f-]{36}$/);
  expect(first.executionArn).not.toBe(second.executionArn);
});

describe('starting again under the same name', () => {
  test('answers the same while it runs with the same input', async () => {
    const first = await start('one', '{"a":1}', arn('Slow'));
    const again = await start('one', '{"a":1}', arn('Slow'));
    expect(again).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
  });

  test('is refused when the input differs, or when it has ended', async () => {
    await start('one', '{"a":1}', arn('Slow'));
    await expect(start('one', '{"a":2}', arn('Slow'))).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
    await quick('two');
    await expect(start('two')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });
});

test('an execution is kept for 90 days after its end, and then forgotten together with its name', async () => {
  const DAYS = 86_400_000;
  const executionArn = await quick('one', '{"a":1}');
  await start('long', '{}', arn('Slow'));
  const listed = async (name: string) => {
    const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn: arn(name) }));
    return executions.map((one) => one.name);
  };
  clock.leap(90 * DAYS - 60_000);
  expect(await listed('Quick')).toEqual(['one']);
  await expect(start('one')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });

  clock.leap(120_000);
  expect(await listed('Quick')).toEqual([]);
  for (const ask of [
    new DescribeExecutionCommand({ executionArn }),
    new DescribeStateMachineForExecutionCommand({ executionArn }),
    new GetExecutionHistoryCommand({ executionArn }),
    new StopExecutionCommand({ executionArn }),
  ] as const) {
    await expect(client.send(ask as DescribeExecutionCommand)).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
  }
  await quick('one', '{"b":2}');
  const again = await client.send(new DescribeExecutionCommand({ executionArn }));
  expect(again).toMatchObject({ input: '{"b":2}', status: 'SUCCEEDED' });
  expect(await listed('Quick')).toEqual(['one']);
});

test('what cannot be started is refused as AWS refuses it', async () => {
  await expect(start('a b')).rejects.toMatchObject({ name: 'InvalidName' });
  await expect(start('x'.repeat(81))).rejects.toMatchObject({ name: 'InvalidName' });
  await expect(start('x', '{')).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  await expect(start('x', '{}', arn('Nobody'))).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  await expect(start('x', '{}', 'arn:aws:lambda:eu-west-1:000000000000:function:f')).rejects.toMatchObject({
    name: 'InvalidArn',
  });
  await expect(start('x', `"${'x'.repeat(262_143)}"`)).rejects.toMatchObject({ name: 'ValidationException' });
});

test('an execution that runs is stopped with error and cause, once', async () => {
  const { executionArn } = await start('one', '{}', arn('Slow'));
  const stopped = await client.send(
    new StopExecutionCommand({ executionArn, error: 'Why', cause: 'because' }),
  );
  expect(stopped.stopDate).toBeInstanceOf(Date);
  const again = await client.send(new StopExecutionCommand({ executionArn, error: 'Other' }));
  expect(again.stopDate).toEqual(stopped.stopDate);
  const described = await client.send(new DescribeExecutionCommand({ executionArn }));
  expect(described).toMatchObject({ status: 'ABORTED', error: 'Why', cause: 'because' });
  const { events } = await client.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
  );
  expect(events).toMatchObject([
    { type: 'ExecutionAborted', executionAbortedEventDetails: { error: 'Why', cause: 'because' } },
  ]);
});

test('a history is paged, in both orders, with the data or without', async () => {
  const executionArn = await quick('one', '{"a":1}');
  const ids: (number | undefined)[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 3, ...(nextToken ? { nextToken } : {}) }),
    );
    ids.push(...(page.events ?? []).map((event) => event.id));
    nextToken = page.nextToken;
  } while (nextToken);
  expect(ids).toEqual([1, 2, 3, 4]);
  const { events = [] } = await client.send(
    new GetExecutionHistoryCommand({ executionArn, includeExecutionData: true }),
  );
  expect(events.map(({ type, previousEventId }) => [type, previousEventId])).toEqual([
    ['ExecutionStarted', 0],
    ['PassStateEntered', 1],
    ['PassStateExited', 2],
    ['ExecutionSucceeded', 3],
  ]);
  expect(events[0]?.executionStartedEventDetails).toMatchObject({
    input: '{"a":1}',
    roleArn: expect.any(String),
  });
  expect(events[2]?.stateExitedEventDetails).toMatchObject({ name: 'P', output: '{"done":true}' });
  expect(events[0]?.timestamp).toBeInstanceOf(Date);
  const bare = await client.send(
    new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
  );
  expect(JSON.stringify(bare.events)).not.toContain('done');
  await expect(
    client.send(new GetExecutionHistoryCommand({ executionArn, nextToken: 'x' })),
  ).rejects.toMatchObject({ name: 'InvalidToken' });
});

test('executions are listed newest first, by status, in pages', async () => {
  for (const name of ['a', 'b', 'c']) await quick(name);
  const stateMachineArn = arn('Quick');
  const page = await client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 2 }));
  expect(page.executions?.map((found) => found.name)).toEqual(['c', 'b']);
  const rest = await client.send(
    new ListExecutionsCommand({
      stateMachineArn,
      maxResults: 2,
      ...(page.nextToken ? { nextToken: page.nextToken } : {}),
    }),
  );
  expect(rest.executions?.map((found) => found.name)).toEqual(['a']);
  expect(rest.nextToken).toBeUndefined();
  const running = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
  expect(running.executions).toEqual([]);
});

test('state machines are listed and described', async () => {
  const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
  expect(stateMachines?.map((found) => found.name)).toEqual(['Quick', 'Slow']);
  const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn: arn('Slow') }));
  expect(described).toMatchObject({ name: 'Slow', status: 'ACTIVE', type: 'STANDARD' });
  expect(JSON.parse(described.definition ?? '')).toMatchObject({ StartAt: 'W' });
});

test('what does not exist is told so', async () => {
  const executionArn = execution('nobody');
  const wanted = { name: 'ExecutionDoesNotExist' };
  await expect(client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject(wanted);
  await expect(client.send(new StopExecutionCommand({ executionArn }))).rejects.toMatchObject(wanted);
});
