import fc from 'fast-check';
import { open } from '../../../../lambda/core/operation/open.ts';
import type { OperationRecord } from '../../../../lambda/core/operation/record.ts';
import { CallError } from '../../../../lambda/core/ports.ts';
import { dispatch } from '../../../../lambda/core/queue/dispatch.ts';
import { finish } from '../../../../lambda/core/queue/finish.ts';
import { sweep } from '../../../../lambda/core/queue/sweep.ts';
import { createWriteDesk } from '../../../../lambda/core/queue/write-desk.ts';
import { acceptedRecord, awaiting, endingAs } from '../../../fixtures/operations.ts';
import { type Ports, QueueWorld } from '../../../fixtures/queue-world.ts';
import { SCOPE } from '../../../fixtures/scope.ts';
import { POLICY } from '../../../fixtures/world.ts';

const IMAGE = 'us-east-1#pytorch';
let world: QueueWorld;
let ports: Ports;
beforeEach(() => {
  world = new QueueWorld();
  ports = world.process();
});

async function accepted(version: number): Promise<OperationRecord> {
  const input = { imageName: 'pytorch', version };
  const answer = await createWriteDesk(ports).accept({
    kind: 'delete',
    input,
    caller: 'a',
    requestId: `request-${version}`,
  });
  if (answer.outcome !== 'accepted') throw new Error(answer.outcome);
  return answer.record;
}

function cancel(operationId: string, changed: Partial<Ports> = {}) {
  return createWriteDesk({ ...ports, ...changed }).cancel(operationId);
}

/** The workflow of an operation begins, as the submit function does. */
async function begun(operationId: string) {
  const execution = world.executionOf(operationId);
  if (!execution) throw new Error('It was not started');
  const { arn, kind, input } = execution;
  const opened = await open(
    kind,
    { execution: { arn, name: operationId }, input },
    { scope: SCOPE, policy: POLICY },
    { records: ports.workflowRecords, circumstances: ports.circumstances },
  );
  return opened.ok ? opened.operation : undefined;
}

async function ended(operationId: string): Promise<void> {
  const operation = await begun(operationId);
  const record = operation && (await ports.workflowRecords.close(endingAs(operation)));
  if (record) await finish(record, ports);
}

const statusOf = async (operationId: string) => (await world.records.find(operationId))?.status;

describe('what is queued', () => {
  test.each([
    ['last', 3],
    ['in the middle', 2],
  ])('%s is CANCELLED at once and never begins; the others go on in order', async (_where, version) => {
    const records = [await accepted(1), await accepted(2), await accepted(3)];
    const { operationId } = records[version - 1] ?? fail();
    await expect(cancel(operationId)).resolves.toMatchObject({
      outcome: 'cancelled',
      record: { status: 'CANCELLED', error: { name: 'RequestCancelled' } },
    });
    expect(world.published).toMatchObject([{ operationId, status: 'CANCELLED' }]);
    expect(await world.records.find(operationId)).toMatchObject({ open: false });
    const others = records.map((one) => one.operationId).filter((id) => id !== operationId);
    for (const id of others) await ended(id);
    expect(world.started()).toEqual(others);
    expect(world.queues.clear).toBe(true);
  });

  test('first and not started is CANCELLED, and the next one starts', async () => {
    const start = () => Promise.reject(new CallError('ThrottlingException', 'later', true));
    const kept = ports;
    ports = { ...ports, workflows: { ...ports.workflows, start } };
    const { operationId: first } = await accepted(1);
    const { operationId: second } = await accepted(2);
    ports = kept;
    await cancel(first);
    expect(world.started()).toEqual([second]);
    await expect(world.queues.holder(IMAGE)).resolves.toBe(second);
  });

  test('and whose execution has been started is refused to it', async () => {
    const { operationId } = await accepted(1);
    await expect(cancel(operationId)).resolves.toMatchObject({ outcome: 'cancelled' });
    await expect(begun(operationId)).resolves.toBeUndefined();
    expect(await statusOf(operationId)).toBe('CANCELLED');
  });

  test('is cancelled once, however often it is asked', async () => {
    await accepted(1);
    const { operationId } = await accepted(2);
    const answers = await Promise.all([1, 2, 3].map(() => cancel(operationId)));
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['cancelled', 'final', 'final']);
    await expect(cancel(operationId)).resolves.toMatchObject({ outcome: 'final' });
  });

  test('is CANCELLED even if what follows fails; the sweeper does that', async () => {
    await accepted(1);
    const { operationId } = await accepted(2);
    const publish = () => Promise.reject(new CallError('InternalFailure', 'unwell', true));
    await expect(cancel(operationId, { events: { publish } })).resolves.toMatchObject({
      outcome: 'cancelled',
    });
    expect(world.reported).toEqual([`finishing the cancelled operation ${operationId}`]);
    expect(world.published).toEqual([]);
    await sweep(ports, world.now + 1);
    expect(world.published).toMatchObject([{ operationId, status: 'CANCELLED' }]);
  });
});

describe('what runs', () => {
  test('is marked, and its outstanding request told to stop', async () => {
    const { operationId } = await accepted(1);
    const operation = (await begun(operationId)) ?? fail();
    await ports.workflowRecords.note(awaiting(operation));
    await expect(cancel(operationId)).resolves.toMatchObject({
      outcome: 'cancelling',
      record: { status: 'RUNNING', cancelRequestedAt: '2026-11-24T00:00:00.000Z' },
    });
    expect(world.cancelled).toEqual(['us-east-1 r-1']);
    expect(world.published).toEqual([]);
  });

  test('and has sent nothing yet hears of it when it has', async () => {
    const { operationId } = await accepted(1);
    const operation = (await begun(operationId)) ?? fail();
    await expect(cancel(operationId)).resolves.toMatchObject({ outcome: 'cancelling' });
    expect(world.cancelled).toEqual([]);
    await expect(ports.workflowRecords.note(awaiting(operation))).resolves.toBe(true);
  });

  test('between the look at it and the mark is told to stop all the same', async () => {
    const { operationId } = await accepted(1);
    const find: Ports['records']['find'] = async (id) => {
      const seen = await ports.records.find(id);
      await begun(id);
      return seen;
    };
    const answer = await cancel(operationId, { records: { ...ports.records, find } });
    expect(answer).toMatchObject({ outcome: 'cancelling', record: { status: 'RUNNING' } });
  });

  test('whose cancellation was lost is told to stop by the sweeper', async () => {
    const { operationId } = await accepted(1);
    await ports.workflowRecords.note(awaiting((await begun(operationId)) ?? fail()));
    const lost = () => Promise.reject(new CallError('ThrottlingException', 'later', true));
    await expect(
      cancel(operationId, { requests: { ...ports.requests, cancel: lost } }),
    ).resolves.toMatchObject({
      outcome: 'cancelling',
    });
    expect(world.reported).toEqual([`cancelling the request of operation ${operationId}`]);
    await sweep(ports, world.now + 1);
    expect(world.cancelled).toEqual(['us-east-1 r-1']);
  });

  test('and ends before the mark is final', async () => {
    const { operationId } = await accepted(1);
    await ended(operationId);
    await expect(cancel(operationId)).resolves.toMatchObject({
      outcome: 'final',
      record: { status: 'SUCCEEDED' },
    });
    expect(world.cancelled).toEqual([]);
  });
});

test('of what nobody knows, nothing is said', async () => {
  await expect(cancel('nobody')).resolves.toEqual({ outcome: 'unknown' });
});

test('whoever hands the image on meanwhile, the workflow begins or the operation is CANCELLED, never both', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      world = new QueueWorld({ turn: () => scheduler.schedule(Promise.resolve()) });
      ports = world.process();
      await world.records.accept(acceptedRecord('op-1'));
      await world.queues.enter(IMAGE, 1, 'op-1');
      const asked = cancel('op-1');
      const handed = [dispatch(IMAGE, world.process()), dispatch(IMAGE, world.process())];
      const worked = Promise.all(handed).then(async () =>
        world.executionOf('op-1') ? begun('op-1') : undefined,
      );
      await scheduler.waitFor(Promise.all([asked, worked]));
      const operation = await worked;
      const { outcome } = await asked;
      expect(outcome).toBe(operation ? 'cancelling' : 'cancelled');
      expect(await statusOf('op-1')).toBe(operation ? 'RUNNING' : 'CANCELLED');
    }),
    { numRuns: 200 },
  );
});

function fail(): never {
  throw new Error('There is none');
}
