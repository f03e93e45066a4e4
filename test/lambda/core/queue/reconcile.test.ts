import type { Operation } from '../../../../lambda/core/operation/operation.ts';
import { CallError, type ExecutionState } from '../../../../lambda/core/ports.ts';
import { dispatch } from '../../../../lambda/core/queue/dispatch.ts';
import { finish } from '../../../../lambda/core/queue/finish.ts';
import { reconcile as reconcileExecution } from '../../../../lambda/core/queue/reconcile.ts';
import { acceptedRecord, begunOperation, endingAs, INPUT } from '../../../fixtures/operations.ts';
import { type Ports, QueueWorld } from '../../../fixtures/queue-world.ts';
import { arnOf } from '../../../fixtures/scope.ts';
import { START, version } from '../../../fixtures/world.ts';

const IMAGE = 'us-east-1#pytorch';
let world: QueueWorld;
let ports: Ports;
beforeEach(async () => {
  world = new QueueWorld();
  ports = world.process();
  for (const ticket of [1, 2]) {
    await world.records.accept(acceptedRecord(`op-${ticket}`, { ticket }));
    await world.queues.enter(IMAGE, ticket, `op-${ticket}`);
  }
  await dispatch(IMAGE, ports);
});

const arn = () => world.executionOf('op-1')?.arn ?? '';
const record = () => world.records.find('op-1');

/** Its workflow has opened the record. */
async function running(): Promise<void> {
  const operation = { ...begunOperation('op-1'), execution: { name: 'op-1', arn: arn() } };
  await ports.workflowRecords.open(operation, INPUT);
}

type Ended = Omit<ExecutionState, 'startedAt'>;

/** Of an execution that began when its operation was accepted. */
function reconcile(operationId: string, executionArn: string, state: Ended, changed: Ports): Promise<void> {
  return reconcileExecution(operationId, executionArn, { startedAt: START, ...state }, changed);
}

const RESULT = { operationId: 'op-1', effect: 'deleted', version: 3 };

describe.each([['before its record was opened'], ['after that']])('an execution that ended %s', (when) => {
  beforeEach(async () => {
    if (when === 'after that') await running();
  });

  test.each<[Ended, object]>([
    [
      { status: 'SUCCEEDED', output: JSON.stringify(RESULT) },
      { status: 'SUCCEEDED', result: RESULT },
    ],
    [
      { status: 'FAILED', error: 'States.Runtime', cause: 'it broke' },
      { status: 'FAILED', error: { name: 'States.Runtime', message: 'it broke' } },
    ],
    [
      { status: 'FAILED' },
      { status: 'FAILED', error: { name: 'WorkflowCrashed', message: expect.stringContaining('may still') } },
    ],
    [
      { status: 'TIMED_OUT' },
      {
        status: 'TIMED_OUT',
        error: { name: 'OperationTimedOut', message: expect.stringContaining('may still') },
      },
    ],
    [
      { status: 'ABORTED', error: 'Stopped', cause: 'by hand' },
      {
        status: 'CANCELLED',
        error: { name: 'RequestCancelled', message: expect.stringContaining('(Stopped: by hand)') },
      },
    ],
    [
      { status: 'ABORTED' },
      { status: 'CANCELLED', error: { message: expect.stringContaining('was stopped;') } },
    ],
  ])('as %j is written down, told of, and its image handed on', async (state, wanted) => {
    await reconcile('op-1', arn(), state, ports);
    expect(await record()).toMatchObject({ ...wanted, open: false, finishedAt: expect.any(String) });
    expect(world.published).toMatchObject([{ operationId: 'op-1', ...wanted }]);
    expect(world.started()).toEqual(['op-1', 'op-2']);
    await expect(world.queues.holder(IMAGE)).resolves.toBe('op-2');
  });

  test('is written down once, however often it is told, whatever is told later', async () => {
    await reconcile('op-1', arn(), { status: 'TIMED_OUT' }, ports);
    await Promise.all([1, 2].map(() => reconcile('op-1', arn(), { status: 'ABORTED' }, ports)));
    expect(await record()).toMatchObject({ status: 'TIMED_OUT' });
    expect(world.published).toHaveLength(1);
  });

  test('is nothing while it runs', async () => {
    const before = await record();
    await reconcile('op-1', arn(), { status: 'RUNNING' }, ports);
    expect(await record()).toEqual(before);
    expect(world.published).toEqual([]);
  });

  test('says nothing of a record that is another execution’s', async () => {
    const other = arn().replace(':delete:', ':update:');
    await reconcile('op-1', other, { status: 'ABORTED' }, ports);
    expect((await record())?.finishedAt).toBeUndefined();
  });
});

describe.each(['ABORTED', 'TIMED_OUT'])('an execution that is %s', (status) => {
  test('is left alone while a function of it may still run', async () => {
    await running();
    const state = { status, endedAt: world.now };
    world.now += 119_000;
    await reconcile('op-1', arn(), state, ports);
    expect(await record()).toMatchObject({ status: 'RUNNING' });
    await expect(world.queues.holder(IMAGE)).resolves.toBe('op-1');
    world.now += 1000;
    await reconcile('op-1', arn(), state, ports);
    expect((await record())?.finishedAt).toBeDefined();
    await expect(world.queues.holder(IMAGE)).resolves.toBe('op-2');
  });
});

describe('a creation that was stopped', () => {
  const input = { properties: { ImageName: 'pytorch', BaseImage: 'registry/x' } };
  const stopped = { status: 'ABORTED' };
  let operation: Operation;
  beforeEach(async () => {
    const begun = begunOperation('created', 'create', input);
    operation = { ...begun, startedAt: begun.startedAt + 999 };
    await ports.workflowRecords.open(operation, input);
  });
  const told = () => reconcile('created', operation.execution.arn, stopped, ports);
  const created = () => world.records.find('created');

  test('names what it may have made', async () => {
    const madeFrom = jest.fn(async () => [version(7, 'CREATE_FAILED')]);
    world.madeFrom = madeFrom;
    await told();
    expect(await created()).toMatchObject({
      status: 'CANCELLED',
      error: {
        message: expect.stringContaining(`(made meanwhile from its base image: ${arnOf(7)} (CREATE_FAILED))`),
      },
    });
    expect(madeFrom).toHaveBeenCalledWith('us-east-1', 'pytorch', 'registry/x', START + 5000);
  });

  test('says nothing of what is not there', async () => {
    await told();
    expect((await created())?.error?.message).not.toContain('meanwhile');
  });

  test('is not written down while SageMaker does not answer', async () => {
    world.madeFrom = () => Promise.reject(new CallError('ThrottlingException', 'later', true));
    await expect(told()).rejects.toThrow('later');
    expect(await created()).toMatchObject({ status: 'RUNNING' });
  });

  test('says so where SageMaker may not be asked', async () => {
    world.madeFrom = () => Promise.reject(new CallError('AccessDeniedException', 'no', false));
    await told();
    expect((await created())?.error?.message).toContain('could not be seen: AccessDeniedException: no');
  });
});

test('an execution of which there is no record changes nothing', async () => {
  await reconcile('nobody', 'arn:x', { status: 'FAILED' }, ports);
  expect(world.published).toEqual([]);
});

test('an end that the workflow wrote down itself stays', async () => {
  await running();
  const operation = { ...begunOperation('op-1'), execution: { name: 'op-1', arn: arn() } };
  await ports.workflowRecords.close(endingAs(operation));
  await reconcile('op-1', arn(), { status: 'FAILED', error: 'later' }, ports);
  expect(await record()).toMatchObject({ status: 'SUCCEEDED', open: false });
  expect(world.published).toMatchObject([{ status: 'SUCCEEDED' }]);
});

describe('what follows from an end', () => {
  const ended = async () => {
    await world.records.conclude(acceptedRecord('op-1'), {
      from: 'QUEUED',
      status: 'FAILED',
      at: '2026-11-24',
    });
    return (await record()) ?? acceptedRecord('op-1');
  };

  test('is done once: of what is done already, nothing more is', async () => {
    await ended();
    await finish({ ...(await ended()), open: true }, ports);
    await finish({ ...(await ended()), open: false }, ports);
    expect(world.published).toHaveLength(1);
  });

  test('does not hold the image up where the end cannot be told; that is made up for', async () => {
    const publish = () => Promise.reject(new CallError('InternalFailure', 'unwell', true));
    const one = { ...(await ended()), open: true };
    await expect(finish(one, { ...ports, events: { publish } })).rejects.toThrow('unwell');
    expect(world.started()).toEqual(['op-1', 'op-2']);
    expect(await record()).toMatchObject({ open: true });
    await finish(one, ports);
    expect(world.published).toHaveLength(1);
    expect(await record()).toMatchObject({ open: false });
  });

  test('is told also where the next one cannot be started', async () => {
    const start = () => Promise.reject(new CallError('ThrottlingException', 'later', true));
    const one = { ...(await ended()), open: true };
    const failing = { ...ports, workflows: { ...ports.workflows, start } };
    await expect(finish(one, failing)).rejects.toThrow('later');
    expect(await record()).toMatchObject({ open: true });
    await finish(one, ports);
    expect(world.published.length).toBeGreaterThan(0);
    expect(world.started()).toEqual(['op-1', 'op-2']);
  });

  test('of a workflow that was started by hand is the event alone', async () => {
    const { ticket: _none, ...byHand } = acceptedRecord('by-hand', { status: 'SUCCEEDED' });
    await world.records.accept(byHand);
    await finish({ ...byHand, open: true }, ports);
    expect(world.published).toHaveLength(1);
    expect(world.started()).toEqual(['op-1']);
  });
});

test('handing on a free image of which nothing is queued does nothing', async () => {
  await expect(dispatch('us-east-1#nothing', ports)).resolves.toBe('nothing-queued');
  await expect(world.queues.holder('us-east-1#nothing')).resolves.toBeUndefined();
});

test('handing on passes over what ended in the queue, and over places of which nothing is known', async () => {
  world = new QueueWorld();
  ports = world.process();
  await world.records.accept(acceptedRecord('op-2', { ticket: 2, status: 'CANCELLED' }));
  await world.records.accept(acceptedRecord('op-3', { ticket: 3 }));
  for (const ticket of [1, 2, 3]) await world.queues.enter(IMAGE, ticket, `op-${ticket}`);
  await expect(dispatch(IMAGE, ports)).resolves.toBe('started');
  expect(world.started()).toEqual(['op-3']);
  await expect(world.queues.tickets(IMAGE)).resolves.toEqual(new Set([3]));
});
