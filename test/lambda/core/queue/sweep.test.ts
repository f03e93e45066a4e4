import { CallError, type StoredRecord } from '../../../../lambda/core/ports.ts';
import { sweep } from '../../../../lambda/core/queue/sweep.ts';
import { createWriteDesk } from '../../../../lambda/core/queue/write-desk.ts';
import { type Ports, QueueWorld } from '../../../fixtures/queue-world.ts';

const IMAGE = 'us-east-1#pytorch';
let world: QueueWorld;
let ports: Ports;
beforeEach(() => {
  world = new QueueWorld();
  ports = world.process();
});

function swept(changed: Partial<Ports> = {}) {
  return sweep({ ...ports, ...changed }, world.now + 1);
}

/** Accepts a delete of a version, up to the point where this port fails. */
async function accepted(version: number, changed: Partial<Ports> = {}, imageName = 'pytorch') {
  const desk = createWriteDesk({ ...ports, ...changed });
  const answer = await desk.accept({
    kind: 'delete',
    input: { imageName, version },
    caller: 'a',
    requestId: `${imageName}-${version}`,
  });
  if (answer.outcome !== 'accepted') throw new Error(answer.outcome);
  return answer.record;
}

const down = () => Promise.reject(new CallError('ThrottlingException', 'later', true));
const noStart = {
  workflows: {
    executionArn: () => 'arn',
    kindOf: () => undefined,
    describe: async () => undefined,
    start: down,
  },
};

test('starts what was accepted and not started', async () => {
  const { operationId } = await accepted(1, noStart);
  expect(world.reported).toEqual([`starting operation ${operationId}`]);
  expect(world.started()).toEqual([]);
  await expect(swept()).resolves.toEqual({ looked: 1, failed: 0 });
  expect(world.started()).toEqual([operationId]);
});

test('gives its place to what was cut off before it had one', async () => {
  const enter = { queues: { ...ports.queues, enter: down } };
  await expect(accepted(1, enter)).rejects.toThrow('later');
  await swept();
  expect(world.started()).toEqual(world.records.all().map(({ operationId }) => operationId));
  expect(world.started()).toHaveLength(1);
});

test('starts what had claimed the image and then saw an earlier ticket enter before it', async () => {
  // The earlier one has its ticket, and comes to its place only after the later has claimed the image and died.
  const late = { queues: { ...ports.queues, enter: down } };
  await expect(accepted(1, late)).rejects.toThrow('later');
  const { operationId: second } = await accepted(2, noStart);
  const [first] = world.records.all();
  await world.queues.enter(IMAGE, first?.ticket ?? 0, first?.operationId ?? '');
  await swept();
  expect(world.started()).toEqual([second]);
});

test('settles what had claimed the image, was overtaken, and died before its record was opened', async () => {
  const late = { queues: { ...ports.queues, enter: down } };
  await expect(accepted(1, late)).rejects.toThrow('later');
  const { operationId: second } = await accepted(2);
  const [first] = world.records.all();
  await world.queues.enter(IMAGE, first?.ticket ?? 0, first?.operationId ?? '');
  (world.executionOf(second) ?? fail()).state = { startedAt: world.now, status: 'ABORTED' };
  await swept();
  expect(await world.records.find(second)).toMatchObject({ status: 'CANCELLED', open: false });
  expect(world.started()).toEqual([second, first?.operationId]);
});

test('finds what had no place also after nobody swept for long', async () => {
  const enter = { queues: { ...ports.queues, enter: down } };
  await expect(accepted(1, enter)).rejects.toThrow('later');
  world.now += 3 * 60 * 60 * 1000;
  await swept();
  expect(world.started()).toHaveLength(1);
});

test('writes nothing for what waits in its place', async () => {
  for (const version of [1, 2, 3]) await accepted(version);
  const enter = jest.fn(ports.queues.enter);
  await swept({ queues: { ...ports.queues, enter } });
  expect(enter).not.toHaveBeenCalled();
});

test('hands on an image whose holder ended, and died before it gave it back', async () => {
  const { operationId: first } = await accepted(1);
  const { operationId: second } = await accepted(2);
  await world.records.conclude((await world.records.find(first)) ?? fail(), {
    from: 'QUEUED',
    status: 'FAILED',
    at: '2026-11-24T00:00:00.000Z',
  });
  await swept();
  expect(world.started()).toEqual([first, second]);
  expect(world.published.map(({ operationId }) => operationId)).toEqual([first]);
});

test('hands on an image whose holder nobody knows any more', async () => {
  await world.queues.claim(IMAGE, 'forgotten');
  const { operationId } = await accepted(1);
  expect(world.started()).toEqual([]);
  await swept();
  expect(world.started()).toEqual([operationId]);
  expect(await world.queues.holder(IMAGE)).toBe(operationId);
});

test('settles what has ended unseen', async () => {
  const { operationId } = await accepted(1);
  const execution = world.executionOf(operationId) ?? fail();
  execution.state = { startedAt: world.now, status: 'TIMED_OUT' };
  await swept();
  expect(await world.records.find(operationId)).toMatchObject({
    status: 'TIMED_OUT',
    error: { name: 'OperationTimedOut' },
    open: false,
  });
  expect(world.queues.clear).toBe(true);
});

test('leaves alone what runs', async () => {
  const { operationId } = await accepted(1);
  const before = await world.records.find(operationId);
  await swept();
  expect(await world.records.find(operationId)).toEqual(before);
  expect(world.published).toEqual([]);
  expect(world.cancelled).toEqual([]);
});

test('does not leave in the queue what ended while it was looked at', async () => {
  const { operationId } = await accepted(1);
  const { operationId: other } = await accepted(2);
  const tickets: Ports['queues']['tickets'] = async () => {
    await createWriteDesk(ports).cancel(other);
    return new Set();
  };
  await swept({ queues: { ...ports.queues, tickets } });
  await expect(world.queues.first(IMAGE)).resolves.toMatchObject({ operationId });
  await expect(world.queues.tickets(IMAGE)).resolves.toEqual(new Set([1]));
});

test('one that cannot be mended is told of and does not keep the others waiting', async () => {
  const { operationId: bad } = await accepted(1, noStart);
  const { operationId: good } = await accepted(2, noStart, 'tensorflow');
  const find: Ports['records']['find'] = (id) => (id === bad ? down() : ports.records.find(id));
  await expect(swept({ records: { ...ports.records, find } })).resolves.toEqual({ looked: 2, failed: 1 });
  expect(world.started()).toEqual([good]);
  expect(world.reported.at(-1)).toBe(`sweeping operation ${bad}`);
});

test('stops where its time is over: the next one goes on', async () => {
  for (let version = 1; version <= 20; version += 1) await accepted(version, noStart, `image-${version}`);
  const circumstances = { ...ports.circumstances, now: () => world.now };
  const find: Ports['records']['find'] = (id) => {
    world.now += 1000;
    return ports.records.find(id);
  };
  const records = { ...ports.records, find };
  const { looked } = await sweep({ ...ports, circumstances, records }, world.now + 1);
  expect(looked).toBeGreaterThan(0);
  expect(looked).toBeLessThan(20);
  await swept();
  expect(world.started()).toHaveLength(20);
});

/** The index of open operations with this one in it. */
function listing(stored: StoredRecord): Ports['records']['openOperations'] {
  return async function* () {
    yield { ...stored, image: IMAGE };
  };
}

describe('a cancellation that may have been lost', () => {
  const request = (status: string, step: 'delete' | 'remove-orphan' = 'delete') => ({
    event: 'request' as const,
    at: '2026-11-24T00:00:00.000Z',
    step,
    attempt: 1,
    requestToken: 'r-1',
    status,
    polls: 0,
  });

  /** A record of a workflow that runs and was asked to be cancelled. */
  async function asked(...last: Parameters<typeof request>): Promise<void> {
    const { operationId } = await accepted(1);
    const record = (await world.records.find(operationId)) ?? fail();
    const stored = {
      ...record,
      status: 'RUNNING' as const,
      history: [request(...last)],
      cancelRequestedAt: record.createdAt,
    };
    await swept({ records: { ...ports.records, find: async () => stored, openOperations: listing(stored) } });
  }

  test.each([['IN_PROGRESS'], ['PENDING']])('is repeated while the request is %s', async (status) => {
    await asked(status);
    expect(world.cancelled).toEqual(['us-east-1 r-1']);
  });

  test.each([['SUCCESS'], ['FAILED'], ['CANCEL_COMPLETE']])(
    'is not once the request is %s',
    async (status) => {
      await asked(status);
      expect(world.cancelled).toEqual([]);
    },
  );

  test('is none of the removal of what a failed creation left behind', async () => {
    await asked('IN_PROGRESS', 'remove-orphan');
    expect(world.cancelled).toEqual([]);
  });

  test('whose repeat is refused is told of, and is no failure of the sweep', async () => {
    const { operationId } = await accepted(1);
    const record = (await world.records.find(operationId)) ?? fail();
    const stored = {
      ...record,
      status: 'RUNNING' as const,
      history: [request('IN_PROGRESS')],
      cancelRequestedAt: record.createdAt,
    };
    const answer = await swept({
      records: { ...ports.records, find: async () => stored, openOperations: listing(stored) },
      requests: {
        ...ports.requests,
        cancel: () => Promise.reject(new CallError('ValidationException', 'ended', false)),
      },
    });
    expect(answer).toEqual({ looked: 1, failed: 0 });
    expect(world.reported).toEqual([`cancelling the request of operation ${operationId}`]);
  });
});

function fail(): never {
  throw new Error('There is none');
}
