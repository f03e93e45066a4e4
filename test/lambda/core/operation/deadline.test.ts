import { CallError } from '../../../../lambda/core/ports.ts';
import { arnOf } from '../../../fixtures/scope.ts';
import { event, failed, POLICY, run, type Script, version, World } from '../../../fixtures/world.ts';

const input = { identifier: arnOf(3) };
const { deadlineSeconds, graceSeconds, maxCalls } = POLICY;

/** A delete whose request does not end by itself. */
function worldOf(script: Script): World {
  return new World({
    delete: [event('IN_PROGRESS')],
    status: [() => event(world.callsOf('cancel').length > 0 ? 'CANCEL_COMPLETE' : 'IN_PROGRESS')],
    cancel: [event('CANCEL_IN_PROGRESS')],
    ...script,
  });
}
let world: World;

function afterCancel(answer: () => ReturnType<typeof event>): Script {
  return { status: [() => (world.callsOf('cancel').length > 0 ? answer() : event('IN_PROGRESS'))] };
}

test('at the deadline the outstanding request is cancelled, and the operation timed out', async () => {
  world = worldOf({});
  const { settlement, seconds } = await run('delete', input, world);
  expect(settlement).toMatchObject({
    status: 'TIMED_OUT',
    error: { name: 'OperationTimedOut', message: expect.stringContaining(`within ${deadlineSeconds} s`) },
  });
  expect(world.callsOf('cancel')).toMatchObject([{ given: ['us-east-1', 'request-1'] }]);
  expect(seconds).toBe(deadlineSeconds);
});

test.each([
  ['refused', [new CallError('ValidationException', 'in a final state', false)], 1],
  [
    'throttled for a while',
    [new CallError('ThrottlingException', 'later', true), event('CANCEL_IN_PROGRESS')],
    2,
  ],
  ['throttled for good', [new CallError('ThrottlingException', 'later', true)], maxCalls],
])(
  'a cancellation that is %s: the end of the request is awaited all the same',
  async (_how, cancel, calls) => {
    world = worldOf({ cancel, ...afterCancel(() => event('CANCEL_COMPLETE')) });
    const { settlement } = await run('delete', input, world);
    expect(settlement).toMatchObject({
      error: { name: 'OperationTimedOut', message: expect.stringContaining('CANCEL_COMPLETE') },
    });
    expect(world.callsOf('cancel')).toHaveLength(calls);
  },
);

test.each([
  ['SUCCESS', () => event('SUCCESS'), 'ended SUCCESS'],
  ['FAILED', () => failed('NetworkFailure'), 'ended FAILED with NetworkFailure'],
  ['CANCEL_COMPLETE', () => event('CANCEL_COMPLETE'), 'ended CANCEL_COMPLETE'],
])('a request that ends %s meanwhile: timed out, saying how it ended', async (_status, answer, told) => {
  world = worldOf(afterCancel(answer));
  const { settlement } = await run('delete', input, world);
  expect(settlement).toMatchObject({
    status: 'TIMED_OUT',
    error: { message: expect.stringContaining(told) },
  });
  expect(world.callsOf('delete')).toHaveLength(1);
});

test('a request that never ends is given up after the grace', async () => {
  world = worldOf(afterCancel(() => event('CANCEL_IN_PROGRESS')));
  const { settlement, seconds } = await run('delete', input, world);
  expect(settlement).toMatchObject({
    status: 'TIMED_OUT',
    error: { message: expect.stringContaining('had not ended') },
  });
  expect(seconds).toBe(deadlineSeconds + graceSeconds);
});

test('a request whose end cannot be seen is timed out too', async () => {
  world = worldOf({
    status: [
      () => {
        if (world.callsOf('cancel').length === 0) return event('IN_PROGRESS');
        throw new CallError('AccessDeniedException', 'no', false);
      },
    ],
  });
  const { settlement } = await run('delete', input, world);
  expect(settlement).toMatchObject({
    status: 'TIMED_OUT',
    error: { message: expect.stringContaining('AccessDeniedException') },
  });
});

test('a RetryAfter beyond the deadline does not put it off', async () => {
  world = worldOf({
    delete: [() => event('IN_PROGRESS', { retryAfter: world.now + 10 * deadlineSeconds * 1000 })],
  });
  expect((await run('delete', input, world)).seconds).toBe(deadlineSeconds);
});

test('a deadline that passes before the next request is sent: nothing was outstanding', async () => {
  const slow = () => event('SUCCESS', { identifier: arnOf(3) });
  world = worldOf({
    create: [
      () => {
        world.now += deadlineSeconds * 1000;
        return slow();
      },
    ],
  });
  const properties = { ImageName: 'pytorch', BaseImage: 'registry/pytorch:2.6', Alias: 'latest' };
  const { settlement } = await run('create', { properties }, world);
  expect(settlement).toMatchObject({
    status: 'TIMED_OUT',
    error: { message: expect.stringContaining('nothing was outstanding') },
  });
  expect(settlement).toMatchObject({ error: { message: expect.stringContaining('was created and stays') } });
});

test('a deadline that passes while calls go unanswered: what became of them is not known', async () => {
  const lost = () => {
    world.now += deadlineSeconds * 1000;
    throw new CallError('TimeoutError', 'no answer', true);
  };
  world = worldOf({ delete: [lost] });
  const { settlement } = await run('delete', input, world);
  expect(settlement).toMatchObject({
    status: 'TIMED_OUT',
    error: { message: expect.stringContaining('is not known') },
  });
});

describe('a create that was too late', () => {
  const properties = { ImageName: 'pytorch', BaseImage: 'registry/pytorch:2.6' };
  const running = event('IN_PROGRESS', { identifier: arnOf(3) });

  function lateWorld(script: Script): World {
    return worldOf({ create: [running], delete: [event('SUCCESS')], ...script });
  }

  test.each([['CREATED'], ['CREATING'], ['DELETING']])(
    'leaves a version in status %s, and says so',
    async (status) => {
      world = lateWorld({ describe: [version(3, status)] });
      const { settlement } = await run('create', { properties }, world);
      expect(settlement).toMatchObject({
        status: 'TIMED_OUT',
        error: { message: expect.stringContaining(`left behind in status ${status}`) },
      });
      expect(world.callsOf('create')).toHaveLength(1);
    },
  );

  test('removes a version that failed', async () => {
    world = lateWorld({ describe: [version(3, 'CREATE_FAILED', 'no image')] });
    const { settlement } = await run('create', { properties }, world);
    expect(settlement).toMatchObject({
      status: 'TIMED_OUT',
      error: { name: 'OperationTimedOut', message: expect.stringContaining('no image') },
    });
    expect(world.callsOf('delete')).toMatchObject([{ given: ['us-east-1', arnOf(3), expect.anything()] }]);
  });

  test('makes no second one where nothing stands', async () => {
    world = lateWorld({ describe: [undefined] });
    const { settlement } = await run('create', { properties }, world);
    expect(settlement).toMatchObject({ status: 'TIMED_OUT' });
    expect(world.callsOf('create')).toHaveLength(1);
  });
});
