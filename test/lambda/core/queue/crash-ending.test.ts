import { CallError } from '../../../../lambda/core/ports.ts';
import { crashEnding } from '../../../../lambda/core/queue/crash-ending.ts';
import { begunOperation } from '../../../fixtures/operations.ts';
import { type Ports, QueueWorld } from '../../../fixtures/queue-world.ts';
import { arnOf } from '../../../fixtures/scope.ts';
import { START, version } from '../../../fixtures/world.ts';

/** What the record of an operation says whose workflow crashed. */

const INPUT = { properties: { ImageName: 'pytorch', BaseImage: 'registry/x' } };
const crash = { Error: 'Sandbox.Timedout', Cause: '{"errorMessage":"timed out"}' };
const MADE = `(made meanwhile from its base image: ${arnOf(7)} (CREATED))`;

let world: QueueWorld;
let ports: Ports;
beforeEach(() => {
  world = new QueueWorld();
  ports = world.process();
  world.madeFrom = async () => [version(7, 'CREATED')];
});

const execution = { name: 'op-1', arn: 'arn:aws:states:us-east-1:123456789012:execution:create:op-1' };
const operation = { ...begunOperation('op-1', 'create', INPUT), execution };

async function messageOf(payload: Parameters<typeof crashEnding>[0]): Promise<string> {
  const { settlement } = await crashEnding(payload, ports);
  return settlement.status === 'SUCCEEDED' ? '' : settlement.error.message;
}

test.each([
  ['in its first function', { execution, input: INPUT, crash }],
  ['later', { execution, operation, crash }],
])('a creation that crashed %s names what it may have made', async (_when, payload) => {
  await world.records.open(operation, INPUT);
  const madeFrom = jest.spyOn(world, 'madeFrom');
  expect(await messageOf(payload)).toBe(
    `Sandbox.Timedout: timed out; its Cloud Control request may still be running ${MADE}`,
  );
  expect(madeFrom).toHaveBeenCalledWith('us-east-1', 'pytorch', 'registry/x', START + 5000);
});

test('one that crashed before its record was opened sent nothing, and SageMaker is not asked', async () => {
  const madeFrom = jest.spyOn(world, 'madeFrom');
  expect(await crashEnding({ execution, input: INPUT, crash }, ports)).toMatchObject({
    kind: 'create',
    region: 'us-east-1',
    imageName: 'pytorch',
    settlement: { error: { message: 'Sandbox.Timedout: timed out' } },
  });
  expect(madeFrom).not.toHaveBeenCalled();
});

test('another execution’s record tells nothing about it', async () => {
  await world.records.open({ ...operation, execution: { name: 'op-1', arn: 'arn:other' } }, INPUT);
  expect(await messageOf({ execution, input: INPUT, crash })).toBe('Sandbox.Timedout: timed out');
});

test('a deletion makes nothing', async () => {
  const input = { imageName: 'pytorch', version: 3 };
  const arn = execution.arn.replace(':create:', ':delete:');
  const deletion = { ...begunOperation('op-1'), execution: { name: 'op-1', arn } };
  await world.records.open(deletion, input);
  expect(await messageOf({ execution: deletion.execution, operation: deletion, crash })).toBe(
    'Sandbox.Timedout: timed out; its Cloud Control request may still be running',
  );
});

test.each([true, false])(
  'where SageMaker cannot be asked (it may answer later: %s) it says so',
  async (transient) => {
    await world.records.open(operation, INPUT);
    world.madeFrom = () => Promise.reject(new CallError('ThrottlingException', 'later', transient));
    expect(await messageOf({ execution, operation, crash })).toContain(
      '(whether a version was made could not be seen: ThrottlingException: later)',
    );
  },
);

test('an execution of a machine that is none of the stage’s is an error', async () => {
  const other = { name: 'op-1', arn: 'arn:aws:states:us-east-1:123456789012:execution:other:op-1' };
  await expect(crashEnding({ execution: other, input: INPUT, crash }, ports)).rejects.toThrow(
    'none of this stage',
  );
});
