import { rmSync } from 'node:fs';
import {
  CreateImageCommand,
  CreateImageVersionCommand,
  DeleteImageCommand,
  DeleteImageVersionCommand,
  SageMakerClient,
  UpdateImageCommand,
} from '@aws-sdk/client-sagemaker';
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { executionStatusChange } from '../../../local/aws/eventbridge/service-events.ts';
import type { Execution } from '../../../local/aws/stepfunctions/execution-store.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/local-cloud.ts';
import { functionNamed, permission, ROLE, writeAssembly } from '../assembly-files.ts';

const machine = (name: string, States: object) => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    StateMachineName: name,
    RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Definition: { StartAt: 'A', States },
  },
});

const resources = {
  Role: ROLE,
  Hear: functionNamed('hear'),
  Allow: permission('Hear', 'events'),
  Good: machine('good', { A: { Type: 'Wait', Seconds: 600, End: true } }),
  Bad: machine('bad', { A: { Type: 'Fail', Error: 'Told', Cause: 'to fail' } }),
  Ended: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: {
        source: ['aws.states'],
        detail: { status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      Targets: [{ Arn: { 'Fn::GetAtt': ['Hear', 'Arn'] }, Id: 'T', InputPath: '$.detail' }],
    },
  },
};

let directory: string;
let cloud: LocalCloud;
const unexpected: unknown[] = [];

beforeEach(async () => {
  directory = writeAssembly(resources, { hear: 'export const handler = async () => undefined;' });
  cloud = await startLocalCloud({
    assembly: directory,
    // So slow that a busy machine's time does not count: what passes is what is skipped.
    clock: { skipIdle: true, speed: 0.001 },
    onUnexpected: (error) => unexpected.push(error),
  });
});
afterEach(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true });
  expect(unexpected.splice(0)).toEqual([]);
});

function clientOptions() {
  return { endpoint: cloud.awsUrl, region: cloud.region, credentials: cloud.credentials };
}

async function run(
  name: string,
  work?: (client: SFNClient, arn: string) => Promise<unknown>,
): Promise<string> {
  const client = new SFNClient(clientOptions());
  const stateMachineArn = cloud.stateMachineArn(name);
  const { executionArn = '' } = await client.send(
    new StartExecutionCommand({ stateMachineArn, name: 'one', input: '{"a":1}' }),
  );
  await work?.(client, executionArn);
  await cloud.executions.settled(executionArn);
  client.destroy();
  return executionArn;
}

test('an execution that starts and succeeds is told of, and the rule calls its function', async () => {
  const executionArn = await run('good');
  const [ended, started] = cloud.events.recent({ bus: 'default' });
  const detail = {
    executionArn,
    stateMachineArn: cloud.stateMachineArn('good'),
    name: 'one',
    startDate: expect.any(Number),
    input: '{"a":1}',
    inputDetails: { included: true },
  };
  expect(started).toMatchObject({
    rules: [],
    event: {
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      resources: [executionArn],
      detail: { ...detail, status: 'RUNNING', stopDate: null, output: null, outputDetails: null },
    },
  });
  expect(ended).toMatchObject({
    rules: [expect.any(String)],
    event: {
      detail: { ...detail, status: 'SUCCEEDED', output: '{"a":1}', outputDetails: { included: true } },
    },
  });
  const { startDate, stopDate } = Object(ended?.event.detail);
  expect(stopDate - startDate).toBeGreaterThanOrEqual(600_000);
});

test('one that fails or is stopped tells its error and cause', async () => {
  await run('bad');
  await run('good', (client, executionArn) =>
    client.send(new StopExecutionCommand({ executionArn, error: 'Enough', cause: 'of it' })),
  );
  const ended = cloud.events.recent().filter(({ rules }) => rules.length > 0);
  expect(ended.map(({ event }) => event.detail)).toMatchObject([
    { status: 'ABORTED', error: 'Enough', cause: 'of it' },
    { status: 'FAILED', error: 'Told', cause: 'to fail', output: null },
  ]);
});

/** JSON text of so many bytes once it stands escaped in an event, where each of its quotes takes two. */
const escapedTo = (bytes: number) => `"${'x'.repeat(bytes - 4)}"`;
const LIMIT = 248 * 1024;

test.each([
  ['both, where together they fit', 1000, LIMIT - 1000, true, true],
  ['the output alone, where together they are too long', 1000, LIMIT - 999, false, true],
  ['neither, where the output alone is too long', 1000, LIMIT + 1, false, false],
  ['nothing of an input that is too long', LIMIT + 1, 1000, false, true],
])('an event of an execution that ended holds %s', (_what, input, output, hasInput, hasOutput) => {
  const execution: Execution = {
    arn: 'arn',
    machineArn: 'machine',
    name: 'one',
    status: 'SUCCEEDED',
    input: escapedTo(input),
    output: escapedTo(output),
    error: undefined,
    cause: undefined,
    startedAt: 1,
    stoppedAt: 2,
    transitions: 1,
  };
  expect(executionStatusChange(execution, 3).detail).toMatchObject({
    input: hasInput ? execution.input : null,
    inputDetails: { included: hasInput },
    output: hasOutput ? execution.output : null,
    outputDetails: { included: hasOutput },
  });
});

const sageMakerEvents = (detailType: string) =>
  cloud.events
    .recent({ bus: 'default' })
    .reverse()
    .filter(({ event }) => event['detail-type'] === detailType);

test("an image's states are published as they come, and each may come several times", async () => {
  const sageMaker = new SageMakerClient(clientOptions());
  const image = { ImageName: 'demo' };
  const RoleArn = 'arn:aws:iam::000000000000:role/image';
  const { ImageArn } = await sageMaker.send(
    new CreateImageCommand({ ...image, RoleArn, Tags: [{ Key: 'team', Value: 'ml' }] }),
  );
  await cloud.clock.sleep(10_000);
  await sageMaker.send(new UpdateImageCommand({ ...image, Description: 'all' }));
  await cloud.clock.sleep(10_000);
  cloud.settings.change({ eventsPerStateChange: 2 });
  await sageMaker.send(new DeleteImageCommand(image));
  await cloud.clock.sleep(10_000);
  sageMaker.destroy();
  const events = sageMakerEvents('SageMaker Image State Change');
  const statuses = [
    'CREATING',
    'CREATED',
    'UPDATING',
    'CREATED',
    'DELETING',
    'DELETING',
    'DELETED',
    'DELETED',
  ];
  expect(events.map(({ event }) => event)).toMatchObject(
    statuses.map((ImageStatus) => ({
      source: 'aws.sagemaker',
      resources: [ImageArn],
      detail: { ImageName: 'demo', ImageArn, ImageStatus, Version: 1, Tags: { team: 'ml' } },
    })),
  );
});

test("an image version's states are told as they come, though nobody calls", async () => {
  const sageMaker = new SageMakerClient(clientOptions());
  const RoleArn = 'arn:aws:iam::000000000000:role/image';
  const image = { ImageName: 'demo' };
  await sageMaker.send(new CreateImageCommand({ ...image, RoleArn }));
  await cloud.clock.sleep(10_000);
  const { ImageVersionArn } = await sageMaker.send(
    new CreateImageVersionCommand({ ...image, BaseImage: 'registry/image:1', ClientToken: 'c' }),
  );
  const before = cloud.clock.now();
  await cloud.clock.sleep(60_000);
  await sageMaker.send(new DeleteImageVersionCommand({ ...image, Version: 1 }));
  await cloud.clock.sleep(60_000);
  sageMaker.destroy();
  const events = sageMakerEvents('SageMaker Image Version State Change');
  expect(events.map(({ event }) => event)).toMatchObject(
    ['CREATING', 'CREATED', 'DELETING', 'DELETED'].map((ImageVersionStatus) => ({
      source: 'aws.sagemaker',
      'detail-type': 'SageMaker Image Version State Change',
      resources: [ImageVersionArn],
      detail: {
        ImageArn: 'arn:aws:sagemaker:us-east-1:000000000000:image/demo',
        ImageVersionArn,
        ImageVersionStatus,
        Version: 1,
        Tags: {},
      },
    })),
  );
  expect((events[1]?.at ?? 0) - before).toBeLessThan(60_000);
});
