import { CallError } from '../../../../lambda/core/ports.ts';
import { arnOf } from '../../../fixtures/scope.ts';
import { event, failed, POLICY, run, type Script, version, World } from '../../../fixtures/world.ts';

/** How a request and the calls about it are followed; a delete, because it is the shortest operation. */

const input = { identifier: arnOf(3) };

function worldOf(script: Script): World {
  return new World({
    delete: [event('IN_PROGRESS')],
    status: [event('SUCCESS')],
    describe: [undefined],
    ...script,
  });
}

const deleted = { status: 'SUCCEEDED', result: { effect: 'deleted', properties: null, version: 3 } };

test('a delete', async () => {
  const { settlement } = await run('delete', input, worldOf({}));
  expect(settlement).toMatchObject(deleted);
  expect(settlement).toMatchObject({ result: { requests: 1, attempts: 1, polls: 1 } });
});

test.each([
  ['the request', { status: [failed('NotFound')] }],
  ['the call', { delete: [new CallError('ResourceNotFoundException', 'not there', false)] }],
  ['the first answer', { delete: [failed('NotFound')] }],
])('what %s says is gone is done, and told as gone already', async (_who, script) => {
  const { settlement } = await run('delete', input, worldOf(script));
  expect(settlement).toMatchObject({
    status: 'SUCCEEDED',
    result: { effect: 'already-gone', properties: null },
  });
});

describe('what is said to be gone and stands', () => {
  test('is deleted again', async () => {
    const world = worldOf({
      status: [failed('NotFound'), event('SUCCESS')],
      describe: [version(3, 'CREATED')],
    });
    expect((await run('delete', input, world)).settlement).toMatchObject(deleted);
    expect(world.callsOf('delete')).toHaveLength(2);
  });

  test('is told of as standing, where that does not help', async () => {
    const world = worldOf({ status: [failed('NotFound')], describe: [version(3, 'CREATED')] });
    expect((await run('delete', input, world)).settlement).toMatchObject({
      status: 'FAILED',
      error: {
        name: 'NotFound',
        message: `NotFound happened (SageMaker has ${arnOf(3)} in status CREATED) (${POLICY.maxAttempts} attempts)`,
      },
    });
    expect(world.callsOf('delete')).toHaveLength(POLICY.maxAttempts);
  });

  test('is gone once SageMaker has it no more, as after a deletion by somebody else', async () => {
    const world = worldOf({ status: [failed('NotFound')], describe: [version(3, 'DELETING'), undefined] });
    expect((await run('delete', input, world)).settlement).toMatchObject({
      status: 'SUCCEEDED',
      result: { effect: 'already-gone' },
    });
  });

  test('is looked at again where SageMaker is throttled', async () => {
    const slow = new CallError('ThrottlingException', 'slow down', true, true);
    const world = worldOf({ status: [failed('NotFound')], describe: [slow, undefined] });
    const { settlement } = await run('delete', input, world);
    expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { effect: 'already-gone' } });
    expect(world.callsOf('describe')).toHaveLength(2);
  });

  test.each([
    ['is not to be seen', { status: [failed('NotFound')] }, 'already-gone', ''],
    [
      'is not to be seen, after a request that may have deleted it',
      { status: [failed('ServiceInternalError'), failed('NotFound')] },
      'deleted',
      'not found after a request whose outcome is not known: that one removed it, or it was gone before; ',
    ],
  ])('where it %s counts as gone, with a note', async (_what, script, effect, before) => {
    const denied = new CallError('AccessDeniedException', 'not yours', false);
    expect((await run('delete', input, worldOf({ ...script, describe: [denied] }))).settlement).toMatchObject(
      {
        status: 'SUCCEEDED',
        result: {
          effect,
          note: `${before}Cloud Control did not find ${arnOf(3)}; SageMaker could not be asked: AccessDeniedException: not yours`,
        },
      },
    );
  });
});

describe('what is not found on the second attempt', () => {
  const ambiguous = { ...deleted, result: { note: expect.stringContaining('or it was gone before') } };
  const lost = new CallError('ECONNRESET', 'broken off', true);

  test.each([
    ['a request that failed midway', { status: [failed('ServiceInternalError'), failed('NotFound')] }],
    ['a call that was not answered', { delete: [lost, failed('NotFound')] }],
  ])('after %s counts as deleted, and it is said that this is not certain', async (_what, script) => {
    expect((await run('delete', input, worldOf(script))).settlement).toMatchObject(ambiguous);
  });

  test.each([
    ['a request that was refused as busy', { status: [failed('ResourceConflict'), failed('NotFound')] }],
    [
      'a call that was refused as busy',
      { delete: [new CallError('ConcurrentOperationException', 'busy', false), failed('NotFound')] },
    ],
    [
      'a call that was throttled',
      { delete: [new CallError('ThrottlingException', 'later', true, true), failed('NotFound')] },
    ],
  ])('after %s was gone already', async (_what, script) => {
    const { settlement } = await run('delete', input, worldOf(script));
    expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { effect: 'already-gone' } });
  });
});

describe('the status of a request', () => {
  test.each([['PENDING'], ['IN_PROGRESS'], ['CANCEL_IN_PROGRESS']])('%s is awaited', async (status) => {
    const world = worldOf({ status: [event(status), event(status), event('SUCCESS')] });
    expect((await run('delete', input, world)).settlement).toMatchObject({
      ...deleted,
      result: { polls: 3 },
    });
  });

  test('CANCEL_COMPLETE before the deadline was somebody else', async () => {
    const { settlement } = await run('delete', input, worldOf({ status: [event('CANCEL_COMPLETE')] }));
    expect(settlement).toMatchObject({ status: 'CANCELLED', error: { name: 'RequestCancelled' } });
  });

  test.each([['ROLLING_BACK'], ['success'], ['']])('an unknown one ("%s") is a failure', async (status) => {
    const { settlement } = await run('delete', input, worldOf({ status: [event(status)] }));
    expect(settlement).toMatchObject({
      status: 'FAILED',
      error: { name: 'UnexpectedStatus', message: expect.stringContaining(`"${status}"`) },
    });
  });

  test('FAILED without a code or a reason still has a name and a message', async () => {
    const { settlement } = await run('delete', input, worldOf({ status: [event('FAILED')] }));
    expect(settlement).toMatchObject({
      error: { name: 'UnexpectedAnswer', message: expect.stringMatching(/./) },
    });
  });

  test('RetryAfter is obeyed to the second', async () => {
    const world = worldOf({
      status: [() => event('IN_PROGRESS', { retryAfter: world.now + 40_000 }), event('SUCCESS')],
    });
    await run('delete', input, world);
    const [first, second] = world.callsOf('status');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(40_000);
  });
});

const CODES: readonly (readonly [string, boolean])[] = [
  ['NotUpdatable', false],
  ['InvalidRequest', false],
  ['AccessDenied', false],
  ['UnauthorizedTaggingOperation', false],
  ['InvalidCredentials', false],
  ['AlreadyExists', false],
  ['ResourceConflict', true],
  ['Throttling', true],
  ['ServiceLimitExceeded', false],
  ['NotStabilized', false],
  ['GeneralServiceException', false],
  ['ServiceInternalError', true],
  ['ServiceTimeout', false],
  ['NetworkFailure', true],
  ['InternalFailure', false],
  ['SomethingNew', false],
];

describe('a request that FAILED', () => {
  test.each(CODES)('with %s: made anew: %s', async (errorCode, again) => {
    const world = worldOf({
      status: [failed(errorCode), event('SUCCESS')],
      describe: [version(3, 'CREATED')],
    });
    const { settlement, operation } = await run('delete', input, world);
    expect(operation.requests[0]).toMatchObject({ status: 'FAILED', errorCode });
    if (again) {
      expect(settlement).toMatchObject({ ...deleted, result: { requests: 2, attempts: 2 } });
    } else {
      const seen =
        world.callsOf('describe').length > 0 ? ` (SageMaker has ${arnOf(3)} in status CREATED)` : '';
      const message = `${errorCode} happened${seen}`;
      expect(settlement).toEqual({ status: 'FAILED', error: { name: errorCode, message } });
      expect(world.callsOf('delete')).toHaveLength(1);
    }
  });

  describe.each([['GeneralServiceException'], ['NotStabilized'], ['ServiceTimeout'], ['InternalFailure']])(
    'with %s while SageMaker deletes the version',
    (errorCode) => {
      test('counts as deleted once the version is gone', async () => {
        const looks = [version(3, 'DELETING'), version(3, 'DELETING'), undefined];
        const world = worldOf({ status: [failed(errorCode)], describe: looks });
        const { settlement } = await run('delete', input, world);
        expect(settlement).toMatchObject(deleted);
        expect(world.callsOf('describe')).toHaveLength(3);
        expect(world.callsOf('delete')).toHaveLength(1);
      });

      test('fails once the deletion has failed, with its reason', async () => {
        const looks = [version(3, 'DELETING'), version(3, 'DELETE_FAILED', 'in use')];
        const { settlement } = await run(
          'delete',
          input,
          worldOf({ status: [failed(errorCode)], describe: looks }),
        );
        expect(settlement).toMatchObject({
          status: 'FAILED',
          error: { name: errorCode, message: expect.stringContaining('in status DELETE_FAILED: in use') },
        });
      });

      test('fails at the deadline while the version is still there, and is not asked for again', async () => {
        const world = worldOf({ status: [failed(errorCode)], describe: [version(3, 'DELETING')] });
        const { settlement } = await run('delete', input, world);
        expect(settlement).toMatchObject({
          status: 'FAILED',
          error: { name: errorCode, message: expect.stringContaining('in status DELETING') },
        });
        expect(world.callsOf('delete')).toHaveLength(1);
      });

      test('fails where SageMaker cannot be asked, and says so', async () => {
        const denied = new CallError('AccessDeniedException', 'not yours', false);
        const { settlement } = await run(
          'delete',
          input,
          worldOf({ status: [failed(errorCode)], describe: [denied] }),
        );
        expect(settlement).toMatchObject({
          status: 'FAILED',
          error: {
            name: errorCode,
            message: expect.stringContaining('could not be seen: AccessDeniedException'),
          },
        });
      });
    },
  );

  test('each time is made as often as the policy says, with a new token each time', async () => {
    const world = worldOf({ status: [failed('Throttling')] });
    const { settlement } = await run('delete', input, world);
    expect(settlement).toEqual({
      status: 'FAILED',
      error: { name: 'Throttling', message: 'Throttling happened (3 attempts)' },
    });
    const tokens = world.callsOf('delete').map(({ given }) => given[2]);
    expect(tokens).toHaveLength(POLICY.maxAttempts);
    expect(new Set(tokens).size).toBe(POLICY.maxAttempts);
  });

  test('is not made anew later than the policy says', async () => {
    const slow = () => event('IN_PROGRESS', { retryAfter: world.now + (POLICY.retrySeconds + 1) * 1000 });
    const world: World = worldOf({ delete: [() => slow()], status: [failed('Throttling')] });
    const { settlement } = await run('delete', input, world);
    expect(settlement).toEqual({
      status: 'FAILED',
      error: { name: 'Throttling', message: 'Throttling happened' },
    });
    expect(world.callsOf('delete')).toHaveLength(1);
  });

  test('is not made anew when the deadline would pass before', async () => {
    const policy = { ...POLICY, deadlineSeconds: 10 };
    const world = new World({ delete: [failed('Throttling')] }, () => 0.999);
    const { settlement } = await run('delete', input, world, { ...policy, deadlineSeconds: 8 });
    expect(settlement).toMatchObject({ status: 'FAILED', error: { name: 'Throttling' } });
    expect(world.callsOf('delete')).toHaveLength(1);
  });
});

describe('the call that sends a request', () => {
  const transient = ['ThrottlingException', 'ECONNRESET', 'TimeoutError', 'ServiceUnavailable'];

  test.each(transient)('is made again after %s, as the same request', async (name) => {
    const world = worldOf({ delete: [new CallError(name, 'later', true), event('IN_PROGRESS')] });
    const { settlement } = await run('delete', input, world);
    expect(settlement).toMatchObject({ ...deleted, result: { requests: 1, attempts: 1 } });
    const [first, second] = world.callsOf('delete');
    expect(second?.given).toEqual(first?.given);
  });

  test.each([
    ['that is throttled', true, 'later (4 calls in a row)'],
    [
      'without an answer',
      false,
      'later (4 calls in a row; whether one of them was carried out is not known)',
    ],
  ])(
    '%s is made as often in a row as the policy says, the waits growing',
    async (_how, throttled, message) => {
      const error = new CallError('TheirName', 'later', true, throttled);
      const world = new World({ delete: [error] }, () => 0.999);
      const { settlement } = await run('delete', input, world);
      expect(settlement).toEqual({ status: 'FAILED', error: { name: 'TheirName', message } });
      const times = world.callsOf('delete').map(({ at }) => at / 1000);
      expect(times.map((at) => at - (times[0] ?? 0))).toEqual([0, 1, 3, 7]);
    },
  );

  test.each([['ConcurrentOperationException'], ['ResourceConflictException']])(
    'is made as a new request after %s',
    async (name) => {
      const world = worldOf({ delete: [new CallError(name, 'busy', false), event('IN_PROGRESS')] });
      expect((await run('delete', input, world)).settlement).toMatchObject(deleted);
      const [first, second] = world.callsOf('delete');
      expect(second?.given[2]).not.toBe(first?.given[2]);
    },
  );

  test.each([
    ['ValidationException'],
    ['AccessDeniedException'],
    ['TypeNotFoundException'],
    ['UnexpectedAnswer'],
  ])('is final after %s, under that name and message', async (name) => {
    const { settlement } = await run(
      'delete',
      input,
      worldOf({ delete: [new CallError(name, 'no', false)] }),
    );
    expect(settlement).toEqual({ status: 'FAILED', error: { name, message: 'no' } });
  });

  const message =
    'ClientToken abc is already associated with an existing operation with RequestToken 12ab-34cd';

  test('resumes the request that a ClientTokenConflictException names', async () => {
    const conflict = new CallError('ClientTokenConflictException', message, false);
    const world = worldOf({ delete: [conflict] });
    const { settlement } = await run('delete', input, world);
    expect(settlement).toMatchObject({ ...deleted, result: { requests: 1 } });
    expect(world.callsOf('status')[0]?.given).toEqual(['us-east-1', '12ab-34cd']);
  });

  test('fails where a ClientTokenConflictException names none', async () => {
    const conflict = new CallError('ClientTokenConflictException', 'The token was used', false);
    const { settlement } = await run('delete', input, worldOf({ delete: [conflict] }));
    expect(settlement).toMatchObject({ status: 'FAILED', error: { name: 'ClientTokenConflictException' } });
  });

  test('passes on what is a fault of ours', async () => {
    const world = worldOf({ delete: [new TypeError('a fault of ours')] });
    await expect(run('delete', input, world)).rejects.toThrow('a fault of ours');
  });
});

describe('the call that asks for its status', () => {
  test('is made again until the deadline while it may get better', async () => {
    const unwell = Array.from({ length: 30 }, () => new CallError('ThrottlingException', 'later', true));
    const world = worldOf({ status: [...unwell, event('SUCCESS')] });
    expect((await run('delete', input, world)).settlement).toMatchObject(deleted);
  });

  test('ends the operation where it does not, and says that the request may still be running', async () => {
    const world = worldOf({
      status: [new CallError('RequestTokenNotFoundException', 'no such token', false)],
    });
    const { settlement } = await run('delete', input, world);
    expect(settlement).toMatchObject({ status: 'FAILED', error: { name: 'RequestTokenNotFoundException' } });
    expect(settlement).toMatchObject({ error: { message: expect.stringContaining('may still be running') } });
  });
});
