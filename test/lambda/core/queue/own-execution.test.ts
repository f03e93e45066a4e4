import type { Order } from '../../../../lambda/core/operation/desk.ts';
import type { OperationRecord } from '../../../../lambda/core/operation/record.ts';
import type { ExecutionState, StoredRecord } from '../../../../lambda/core/ports.ts';
import { reconcile } from '../../../../lambda/core/queue/reconcile.ts';
import { sweep } from '../../../../lambda/core/queue/sweep.ts';
import { createWriteDesk } from '../../../../lambda/core/queue/write-desk.ts';
import type { MemoryRecords } from '../../../fixtures/memory-records.ts';
import { begunOperation } from '../../../fixtures/operations.ts';
import { type Execution, QueueWorld } from '../../../fixtures/queue-world.ts';
import { arnOf } from '../../../fixtures/scope.ts';
import { version } from '../../../fixtures/world.ts';

/**
 * Records and executions that do not belong together: the name of an execution is taken by an earlier one, the table was
 * restored from a backup, or the execution is gone. None of these may pass for work that was done, and none holds an image.
 */

const IMAGE = 'us-east-1#pytorch';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const INPUT = { imageName: 'pytorch', version: 3 };
const RESULT = { operationId: 'x', effect: 'deleted', version: 3 };
const OUTPUT = JSON.stringify(RESULT);

let world: QueueWorld;
beforeEach(() => {
  world = new QueueWorld();
});

async function accept(order: Partial<Order> = {}): Promise<OperationRecord> {
  const answer = await createWriteDesk(world.process()).accept({
    kind: 'delete',
    input: INPUT,
    caller: 'arn:alice',
    idempotencyKey: 'k',
    ...order,
  } as Order);
  if (answer.outcome !== 'accepted') throw new Error(answer.outcome);
  return answer.record;
}

const swept = () => sweep(world.process(), world.now + 1);
const find = (operationId: string) => world.records.find(operationId);

function executionOf({ operationId }: OperationRecord): Execution {
  const execution = world.executionOf(operationId);
  if (!execution) throw new Error(`${operationId} has no execution`);
  return execution;
}

/** The workflow opens the record, as its first function does. */
async function opens(record: OperationRecord): Promise<void> {
  const { operationId, kind, request } = record;
  const begun = begunOperation(operationId, kind, request);
  const { arn } = executionOf(record);
  const operation = { ...begun, startedAt: world.now, execution: { name: operationId, arn } };
  await world.records.open(operation, request);
}

/** The tables as they are when nobody has ever asked for anything, or as a backup has them. */
function restore(records: readonly StoredRecord[] = []): void {
  const { executions } = world;
  const now = world.now;
  world = new QueueWorld();
  world.now = now;
  for (const [arn, execution] of executions) world.executions.set(arn, execution);
  for (const record of records) world.records.put(record);
}

describe('an operation whose name an earlier execution has', () => {
  const ENDS: readonly [string, Partial<ExecutionState>][] = [
    ['succeeded', { status: 'SUCCEEDED', output: OUTPUT }],
    ['failed', { status: 'FAILED', error: 'x', cause: 'y' }],
    ['was stopped a moment ago', { status: 'ABORTED' }],
    ['runs', { status: 'RUNNING' }],
  ];

  test.each(ENDS)('that %s is not started and fails, and the next one has its turn', async (_how, state) => {
    const earlier = executionOf(await accept());
    const began = world.now;
    world.now += 40 * DAY;
    earlier.state = {
      ...earlier.state,
      ...state,
      ...(state.status === 'RUNNING' ? {} : { endedAt: world.now }),
    };
    restore();
    const record = await accept();
    const next = await accept({ idempotencyKey: 'next' });
    await swept();

    const ended = await find(record.operationId);
    expect(ended).toMatchObject({ status: 'FAILED', error: { name: 'OperationIdTaken' }, open: false });
    expect(ended?.error?.message).toContain(earlier.arn);
    expect(ended?.error?.message).toContain(new Date(began).toISOString());
    expect(ended?.error?.message).toContain('another Idempotency-Key');
    expect(ended).not.toHaveProperty('result');
    expect(world.published.map(({ operationId }) => operationId)).toEqual([record.operationId]);
    await expect(world.queues.holder(IMAGE)).resolves.toBe(next.operationId);
    executionOf(next);
  });

  test('fails as well where the end of that execution is told', async () => {
    const earlier = executionOf(await accept());
    world.now += 40 * DAY;
    restore();
    const record = await accept();
    const state = { ...earlier.state, status: 'SUCCEEDED', output: OUTPUT, endedAt: world.now };
    await reconcile(record.operationId, earlier.arn, state, world.process());
    expect(await find(record.operationId)).toMatchObject({
      error: { name: 'OperationIdTaken' },
      open: false,
    });
  });
});

describe('an execution that began when its operation was accepted', () => {
  test.each([
    ['5 minutes before, by another clock', -5 * MINUTE],
    ['hours after', 10 * 60 * MINUTE],
  ])('or %s is its own', async (_when, difference) => {
    const record = await accept();
    const execution = executionOf(record);
    const startedAt = Date.parse(record.createdAt) + difference;
    execution.state = { startedAt, status: 'SUCCEEDED', output: OUTPUT };
    await swept();
    expect(await find(record.operationId)).toMatchObject({ status: 'SUCCEEDED', result: RESULT });
  });

  test('more than 5 minutes before is not', async () => {
    const record = await accept();
    const startedAt = Date.parse(record.createdAt) - 5 * MINUTE - 1;
    executionOf(record).state = { startedAt, status: 'SUCCEEDED', output: OUTPUT };
    await swept();
    expect(await find(record.operationId)).toMatchObject({ error: { name: 'OperationIdTaken' } });
  });
});

describe('a record from a backup', () => {
  async function backup(record: OperationRecord): Promise<StoredRecord> {
    const stored = await find(record.operationId);
    if (!stored) throw new Error('nothing to keep');
    return stored;
  }

  test.each(['QUEUED', 'RUNNING'])('that is %s again ends as its execution did', async (status) => {
    const record = await accept();
    if (status === 'RUNNING') await opens(record);
    const kept = await backup(record);
    if (status === 'QUEUED') await opens(record);
    executionOf(record).state = {
      startedAt: world.now,
      status: 'SUCCEEDED',
      output: OUTPUT,
      endedAt: world.now,
    };
    world.now += 30 * DAY;
    restore([kept]);
    await swept();
    expect(await find(record.operationId)).toMatchObject({
      status: 'SUCCEEDED',
      result: RESULT,
      open: false,
    });
    expect(world.started()).toHaveLength(1);
  });

  test.each(['QUEUED', 'RUNNING'])(
    'that is %s again when its execution is forgotten fails, and nothing is done again',
    async (status) => {
      const record = await accept();
      if (status === 'RUNNING') await opens(record);
      const kept = await backup(record);
      world.now += 100 * DAY;
      world.executions.clear();
      restore([kept]);
      await world.queues.enter(IMAGE, record.ticket ?? 0, record.operationId);
      const next = await accept({ idempotencyKey: 'next' });
      await swept();
      expect(await find(record.operationId)).toMatchObject({
        status: 'FAILED',
        error: { name: 'ExecutionLost' },
        open: false,
      });
      expect(world.executionOf(record.operationId)).toBeUndefined();
      await swept();
      executionOf(next);
    },
  );

  test('that is QUEUED after 90 days and whose execution is still known ends as that did', async () => {
    const record = await accept();
    const kept = await backup(record);
    world.now += 91 * DAY;
    const state = {
      startedAt: Date.parse(record.createdAt),
      status: 'SUCCEEDED',
      output: OUTPUT,
      endedAt: world.now,
    };
    executionOf(record).state = state;
    restore([kept]);
    await swept();
    expect(await find(record.operationId)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('an operation whose execution is gone', () => {
  /** Its state machine was deleted with the stack; the tables stayed. */
  async function lost(order: Partial<Order> = {}): Promise<OperationRecord> {
    const record = await accept(order);
    await opens(record);
    world.executions.clear();
    return record;
  }

  test('fails, says so, and hands its image on', async () => {
    const record = await lost();
    const next = await accept({ idempotencyKey: 'next' });
    world.now += 10 * MINUTE;
    await swept();
    const ended = await find(record.operationId);
    expect(ended).toMatchObject({ status: 'FAILED', error: { name: 'ExecutionLost' }, open: false });
    expect(ended?.error?.message).toContain('does not exist any more');
    expect(ended?.error?.message).toContain('may still be running');
    expect(world.published).toMatchObject([{ operationId: record.operationId, status: 'FAILED' }]);
    executionOf(next);
  });

  test('is left alone while the execution may only not be visible yet, or a function of it may run', async () => {
    const record = await lost();
    world.now += 10 * MINUTE - 1;
    await swept();
    expect(await find(record.operationId)).toMatchObject({ status: 'RUNNING' });
    await expect(world.queues.holder(IMAGE)).resolves.toBe(record.operationId);
  });

  test('names what a creation of it may have made', async () => {
    const input = { properties: { ImageName: 'pytorch', BaseImage: 'registry/x' } };
    const record = await lost({ kind: 'create', input });
    world.madeFrom = async () => [version(7, 'CREATED')];
    world.now += 10 * MINUTE;
    await swept();
    expect((await find(record.operationId))?.error?.message).toContain(`${arnOf(7)} (CREATED)`);
  });

  test('fails also where nobody accepted it, because its workflow was started by hand', async () => {
    const records: MemoryRecords = world.records;
    await records.open(begunOperation('by-hand'), INPUT);
    world.now += 11 * MINUTE;
    await swept();
    expect(await find('by-hand')).toMatchObject({ error: { name: 'ExecutionLost' }, open: false });
  });
});
