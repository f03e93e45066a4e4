import { endingOf } from '../../../../lambda/core/operation/result.ts';
import { submit } from '../../../../lambda/core/operation/submit.ts';
import { CallError, type ProgressEvent } from '../../../../lambda/core/ports.ts';
import { begunOperation } from '../../../fixtures/operations.ts';
import { arnOf } from '../../../fixtures/scope.ts';
import { event, failed, goOn, POLICY, run, type Script, version, World } from '../../../fixtures/world.ts';

/** A caller asks for an operation to be cancelled while it is on its way. */

const deleting = { identifier: arnOf(3) };
const creating = { properties: { ImageName: 'pytorch', BaseImage: 'registry/pytorch:2.6' } };
const withAliases = { properties: { ...creating.properties, Aliases: ['stable'] } };
const MODEL = { ImageName: 'pytorch', Version: 3 };
const named = { identifier: arnOf(3) };

let world: World;

/** The request that is being made when it is asked; what comes of it is seen once it was told to stop. */
function worldOf(after: () => ProgressEvent, script: Script = {}, about: Partial<ProgressEvent> = {}): World {
  const asked = () => {
    world.cancelAsked = true;
    return event('IN_PROGRESS', about);
  };
  world = new World({
    create: [asked],
    delete: [asked],
    cancel: [event('CANCEL_IN_PROGRESS')],
    status: [() => (world.callsOf('cancel').length > 0 ? after() : event('IN_PROGRESS', about))],
    ...script,
  });
  return world;
}

const complete = () => event('CANCEL_COMPLETE', named);

describe('a request that is outstanding', () => {
  test('is told to stop at once, and the operation is CANCELLED when it has', async () => {
    const { settlement, seconds } = await run('delete', deleting, worldOf(complete));
    expect(settlement).toEqual({
      status: 'CANCELLED',
      error: {
        name: 'RequestCancelled',
        message: 'Cancelled as asked, at step delete: its request ended CANCEL_COMPLETE',
      },
    });
    expect(world.callsOf('cancel')).toMatchObject([{ given: ['us-east-1', 'request-1'] }]);
    expect(seconds).toBe(0);
  });

  test('that does its work all the same is a success', async () => {
    const { settlement } = await run(
      'delete',
      deleting,
      worldOf(() => event('SUCCESS')),
    );
    expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { effect: 'deleted' } });
  });

  test.each([['AccessDenied'], ['NetworkFailure'], ['ResourceConflict']])(
    'that fails with %s meanwhile fails under that name, and is not made again',
    async (code) => {
      const { settlement } = await run(
        'delete',
        deleting,
        worldOf(() => failed(code)),
      );
      expect(settlement).toMatchObject({ status: 'FAILED', error: { name: code } });
      expect(world.callsOf('delete')).toHaveLength(1);
    },
  );

  test('that cannot be told to stop is awaited, and says how it ended', async () => {
    const refused = new CallError('ValidationException', 'in a final state', false);
    worldOf(() => event('SUCCESS'), { cancel: [refused] });
    const { settlement } = await run('delete', deleting, world);
    expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { effect: 'deleted' } });
  });

  test('that does not stop is given up after the grace, and said to run', async () => {
    worldOf(() => event('CANCEL_IN_PROGRESS'));
    const { settlement, seconds } = await run('delete', deleting, world);
    expect(settlement).toMatchObject({
      status: 'CANCELLED',
      error: { message: expect.stringContaining('had not ended when it was last looked at') },
    });
    expect(seconds).toBe(POLICY.graceSeconds);
  });

  test('that somebody stopped past the workflow is CANCELLED too', async () => {
    const script = { delete: [event('IN_PROGRESS')], status: [event('CANCEL_COMPLETE')] };
    const { settlement } = await run('delete', deleting, new World(script));
    expect(settlement).toMatchObject({
      status: 'CANCELLED',
      error: { name: 'RequestCancelled', message: expect.stringContaining('not rolled back') },
    });
  });
});

describe('before a request is sent', () => {
  test('nothing is sent: a planned update ends there', async () => {
    world = new World({ read: [{ ...MODEL, Horovod: false }], aliases: [[]] });
    world.cancelAsked = true;
    const { settlement } = await run('update', { ...deleting, properties: { Horovod: true } }, world);
    expect(settlement).toEqual({
      status: 'CANCELLED',
      error: { name: 'RequestCancelled', message: 'Cancelled as asked, before step update was sent' },
    });
    expect(world.callsOf('update')).toEqual([]);
  });

  test('a further attempt is not made', async () => {
    const busy = () => {
      world.cancelAsked = true;
      return failed('ResourceConflict');
    };
    worldOf(complete, { delete: [busy] });
    const { settlement } = await run('delete', deleting, world);
    expect(settlement).toMatchObject({ status: 'CANCELLED', error: { name: 'RequestCancelled' } });
    expect(world.callsOf('delete')).toHaveLength(1);
    expect(world.callsOf('cancel')).toEqual([]);
  });

  describe.each([
    ['create', creating],
    ['delete', deleting],
  ] as const)('a %s that waits to be sent again', (kind, input) => {
    /** The first call fails; the caller asks for the cancellation while the machine waits in BackOff. */
    async function cancelledInBackOff(error: CallError, script: Script = {}) {
      world = new World({
        create: [error, event('IN_PROGRESS')],
        delete: [error, event('IN_PROGRESS')],
        ...script,
      });
      const opened = begunOperation('op-1', kind, input);
      const backingOff = await submit(opened, world);
      expect(backingOff.next.action).toBe('back-off');
      world.cancelAsked = true;
      return endingOf(await goOn(backingOff, world)).settlement;
    }

    test('is not sent after a throttled call', async () => {
      const settlement = await cancelledInBackOff(new CallError('ThrottlingException', 'slow', true, true));
      expect(world.callsOf(kind)).toHaveLength(1);
      expect(settlement).toEqual({
        status: 'CANCELLED',
        error: { name: 'RequestCancelled', message: `Cancelled as asked, before step ${kind} was sent` },
      });
    });

    test('is not sent after a call without an answer, and the error says that it may have been carried out', async () => {
      const made = { madeFrom: [[version(3, 'CREATING')]] };
      const lost = new CallError('ECONNRESET', 'broken off', true);
      // The creation is looked for before the claim as well: SageMaker shows it a moment later.
      const script = kind === 'create' ? { madeFrom: [[], ...made.madeFrom] } : {};
      const settlement = await cancelledInBackOff(lost, script);
      expect(world.callsOf(kind)).toHaveLength(1);
      expect(settlement).toMatchObject({
        status: 'CANCELLED',
        error: {
          message: expect.stringContaining(
            `before step ${kind} was sent again; whether its last call was carried out is not known`,
          ),
        },
      });
      const message = settlement.status === 'SUCCEEDED' ? '' : settlement.error.message;
      expect(message.includes(arnOf(3))).toBe(kind === 'create');
    });
  });

  test('a run that was cut off after it sent the request is followed by one that does not claim to have sent none', async () => {
    world = new World({
      read: [{ ...MODEL, Horovod: false }],
      aliases: [[]],
      update: [event('IN_PROGRESS')],
    });
    const planned = await submit(
      begunOperation('op-1', 'update', { ...deleting, properties: { Horovod: true } }),
      world,
    );
    await submit(planned.operation, world);
    world.cancelAsked = true;
    const { settlement } = endingOf(await goOn(planned, world));
    expect(world.callsOf('update')).toHaveLength(1);
    expect(settlement).toMatchObject({
      status: 'CANCELLED',
      error: { message: expect.stringContaining('whether its last call was carried out is not known') },
    });
  });
});

describe('a create', () => {
  test.each([['CREATED'], ['DELETING']])('that left a version in status %s names it', async (status) => {
    worldOf(complete, { describe: [version(3, status)] }, named);
    const { settlement } = await run('create', creating, world);
    expect(settlement).toMatchObject({
      status: 'CANCELLED',
      error: {
        name: 'RequestCancelled',
        message: expect.stringContaining(`${arnOf(3)} is left behind in status ${status}`),
      },
    });
    expect(world.callsOf('create')).toHaveLength(1);
    expect(world.callsOf('delete')).toEqual([]);
  });

  test('is looked after until the version is no longer CREATING', async () => {
    const looks = [version(3, 'CREATING'), version(3, 'CREATING'), version(3, 'CREATED')];
    worldOf(complete, { describe: looks }, named);
    const { settlement } = await run('create', creating, world);
    expect(settlement).toMatchObject({
      status: 'CANCELLED',
      error: { message: expect.stringContaining('in status CREATED') },
    });
    expect(world.callsOf('describe')).toHaveLength(3);
  });

  test('that left a failed version has it removed, and that request is not cancelled', async () => {
    const removal: Script = {
      describe: [version(3, 'CREATE_FAILED', 'stopped')],
      delete: [event('IN_PROGRESS', { requestToken: 'removal' })],
      status: [
        () => {
          if (world.callsOf('delete').length > 0) return event('SUCCESS', { requestToken: 'removal' });
          return world.callsOf('cancel').length > 0 ? complete() : event('IN_PROGRESS', named);
        },
      ],
    };
    worldOf(complete, removal, named);
    const { settlement, operation } = await run('create', creating, world);
    expect(settlement).toMatchObject({ status: 'CANCELLED', error: { name: 'RequestCancelled' } });
    const message = settlement.status === 'SUCCEEDED' ? '' : settlement.error.message;
    expect(message).toContain('FailureReason: stopped');
    expect(message).not.toContain('left');
    expect(world.callsOf('cancel').map(({ given }) => given[1])).toEqual(['request-1']);
    expect(operation.requests.map(({ step, status }) => [step, status])).toEqual([
      ['create', 'CANCEL_COMPLETE'],
      ['remove-orphan', 'SUCCESS'],
    ]);
  });

  test('that left nothing makes no second one', async () => {
    worldOf(complete, { describe: [undefined] }, named);
    const { settlement } = await run('create', creating, world);
    expect(settlement).toMatchObject({ status: 'CANCELLED' });
    expect(world.callsOf('create')).toHaveLength(1);
  });

  test('that failed meanwhile in a way that passes makes no second one either', async () => {
    worldOf(() => failed('NetworkFailure', named), { describe: [undefined] }, named);
    const { settlement } = await run('create', creating, world);
    expect(settlement).toMatchObject({ status: 'FAILED', error: { name: 'NetworkFailure' } });
    expect(world.callsOf('create')).toHaveLength(1);
  });

  test('that made the version all the same, with nothing left to do, is a success', async () => {
    worldOf(() => event('SUCCESS', named), { read: [MODEL], aliases: [[]] }, named);
    const { settlement } = await run('create', creating, world);
    expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { effect: 'created', version: 3 } });
  });

  test.each([
    ['is stopped', () => event('CANCEL_COMPLETE', { requestToken: 'aliasing' }), 'CANCELLED'],
    ['does not find it', () => failed('NotFound', { requestToken: 'aliasing' }), 'FAILED'],
  ])(
    'whose aliases are being set when that %s: the version stays, and is named',
    async (_how, end, status) => {
      const aliasing = () => {
        world.cancelAsked = true;
        return event('IN_PROGRESS', { requestToken: 'aliasing' });
      };
      worldOf(end, { create: [event('SUCCESS', named)], update: [aliasing] });
      const { settlement } = await run('create', withAliases, world);
      expect(settlement).toMatchObject({
        status,
        error: {
          message: expect.stringContaining(
            `${arnOf(3)} was created and stays; these aliases were not set: stable`,
          ),
        },
      });
      expect(world.callsOf('cancel').map(({ given }) => given[1])).toEqual(['aliasing']);
      expect(world.callsOf('update')).toHaveLength(1);
    },
  );
});
