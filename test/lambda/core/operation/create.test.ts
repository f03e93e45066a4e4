import { CallError } from '../../../../lambda/core/ports.ts';
import { arnOf } from '../../../fixtures/scope.ts';
import { event, failed, POLICY, run, type Script, version, World } from '../../../fixtures/world.ts';

const input = { properties: { ImageName: 'pytorch', BaseImage: 'registry/pytorch:2.6' } };
const withAliases = { properties: { ...input.properties, Aliases: ['latest'] } };
const made = event('SUCCESS', { identifier: arnOf(3) });
const MODEL = { ImageName: 'pytorch', Version: 3 };
const orphan = { identifier: arnOf(3) };

/** A create that goes well where the script does not say otherwise. */
function worldOf(script: Script): World {
  return new World({
    create: [event('IN_PROGRESS')],
    status: [made],
    read: [MODEL],
    aliases: [[]],
    ...script,
  });
}

test('one request, polled to its end, then the version read back', async () => {
  const world = worldOf({ status: [event('PENDING'), event('IN_PROGRESS', { identifier: arnOf(3) }), made] });
  const { settlement, operation } = await run('create', input, world);
  expect(settlement).toEqual({
    status: 'SUCCEEDED',
    result: {
      operationId: 'op-1',
      kind: 'create',
      effect: 'created',
      identifier: arnOf(3),
      imageName: 'pytorch',
      version: 3,
      region: 'us-east-1',
      properties: { ...MODEL, Aliases: [] },
      requests: 1,
      polls: 3,
      attempts: 1,
      durationSeconds: 10,
    },
  });
  expect(operation.requests).toMatchObject([{ step: 'create', attempt: 1, status: 'SUCCESS' }]);
  expect(world.callsOf('create')).toMatchObject([
    { given: ['us-east-1', input.properties, expect.stringMatching(/^[0-9a-f]{64}$/)] },
  ]);
});

test('aliases are left out of the create and set by an update of their own', async () => {
  const added = event('SUCCESS', { requestToken: 'request-2' });
  const world = worldOf({
    update: [event('IN_PROGRESS', { requestToken: 'request-2' })],
    status: [made, added],
    aliases: [['latest']],
  });
  const { settlement } = await run('create', withAliases, world);
  expect(settlement).toMatchObject({
    status: 'SUCCEEDED',
    result: { effect: 'created', requests: 2, attempts: 1, properties: { Aliases: ['latest'] } },
  });
  expect(world.callsOf('create')[0]?.given[1]).toEqual(input.properties);
  const patch = [{ op: 'add', path: '/Aliases', value: ['latest'] }];
  expect(world.callsOf('update')).toMatchObject([
    { given: ['us-east-1', arnOf(3), patch, expect.anything()] },
  ]);
});

test.each([
  ['becomes CREATED', [event('SUCCESS', orphan)], 'SUCCEEDED', 2],
  ['does not', [], 'FAILED', POLICY.maxAttempts],
])('of an image that is not ready it is tried again; the image %s', async (_what, then, status, creates) => {
  const statusMessage = 'Invalid request provided: Image pytorch is in an invalid state.';
  const refused = failed('InvalidRequest', { statusMessage });
  const world = worldOf({ status: [refused, ...(then.length > 0 ? then : [refused])] });
  const { settlement } = await run('create', input, world);
  expect(settlement).toMatchObject({ status });
  expect(world.callsOf('create')).toHaveLength(creates);
});

test('of an image whose name has capitals it asks SageMaker by that name, however the ARN spells it', async () => {
  const properties = { ...input.properties, ImageName: 'PyTorch', Aliases: ['latest'] };
  const world = worldOf({ update: [event('SUCCESS')], aliases: [['latest']] });
  const { settlement } = await run('create', { properties }, world);
  expect(settlement).toMatchObject({
    status: 'SUCCEEDED',
    result: { imageName: 'PyTorch', version: 3, identifier: arnOf(3) },
  });
  expect(world.callsOf('aliases').map(({ given }) => given)).toEqual([['us-east-1', 'PyTorch', 3]]);
});

test('a version that was just made may be unknown to the update that adds its aliases', async () => {
  const world = worldOf({
    update: [
      failed('NotFound'),
      new CallError('ResourceNotFoundException', 'not there', false),
      event('SUCCESS'),
    ],
    aliases: [[], [], ['latest']],
  });
  const { settlement } = await run('create', withAliases, world);
  expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { attempts: 3 } });
  expect(world.callsOf('create')).toHaveLength(1);
});

test.each([
  ['a throttled call', new CallError('ThrottlingException', 'slow down', true, true)],
  ['a request that was throttled', failed('Throttling')],
])('after %s the aliases that others gave the new version meanwhile stay', async (_what, first) => {
  const world = worldOf({ update: [first, event('SUCCESS')], aliases: [['mine'], ['mine', 'latest']] });
  const { settlement } = await run('create', withAliases, world);
  expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { effect: 'created' } });
  expect(world.callsOf('update').map(({ given }) => given[2])).toEqual([
    [{ op: 'add', path: '/Aliases', value: ['latest'] }],
    [{ op: 'add', path: '/Aliases', value: ['mine', 'latest'] }],
  ]);
});

test('aliases that an attempt that failed has set are not set again', async () => {
  const world = worldOf({ update: [failed('NetworkFailure')], aliases: [['latest']] });
  const { settlement } = await run('create', withAliases, world);
  expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { effect: 'created' } });
  expect(world.callsOf('update')).toHaveLength(1);
});

test('aliases that cannot be set: the version stays, and the error says so', async () => {
  const { settlement } = await run('create', withAliases, worldOf({ update: [failed('AccessDenied')] }));
  expect(settlement).toMatchObject({ status: 'FAILED', error: { name: 'AccessDenied' } });
  expect(settlement).toMatchObject({
    error: { message: expect.stringContaining(`${arnOf(3)} was created and stays`) },
  });
  expect(settlement).toMatchObject({ error: { message: expect.stringContaining('not set: latest') } });
});

describe('a creation that failed after the version was made', () => {
  const removed = event('SUCCESS', { requestToken: 'request-2' });

  test('the orphan is removed, and the first error told with its FailureReason', async () => {
    const world = worldOf({
      status: [failed('GeneralServiceException', orphan), removed],
      describe: [version(3, 'CREATE_FAILED', 'no such container image')],
      delete: [event('IN_PROGRESS', { requestToken: 'request-2' })],
    });
    const { settlement, operation } = await run('create', input, world);
    expect(settlement).toEqual({
      status: 'FAILED',
      error: {
        name: 'GeneralServiceException',
        message: 'GeneralServiceException happened (FailureReason: no such container image)',
      },
    });
    expect(world.callsOf('delete')).toMatchObject([{ given: ['us-east-1', arnOf(3), expect.anything()] }]);
    expect(operation.requests.map(({ step, status }) => [step, status])).toEqual([
      ['create', 'FAILED'],
      ['remove-orphan', 'SUCCESS'],
    ]);
  });

  test.each([
    ['gone by itself', failed('NotFound')],
    ['refused as gone', new CallError('ResourceNotFoundException', 'not there', false)],
  ])('an orphan that is %s is removed', async (_how, answer) => {
    const world = worldOf({
      status: [failed('GeneralServiceException', orphan)],
      describe: [version(3, 'CREATE_FAILED'), undefined],
      delete: [answer],
    });
    const { settlement } = await run('create', input, world);
    expect(settlement).toEqual({
      status: 'FAILED',
      error: { name: 'GeneralServiceException', message: 'GeneralServiceException happened' },
    });
  });

  test('an orphan that only the message names is found and removed', async () => {
    const statusMessage = `AWS::SageMaker::ImageVersion [${arnOf(3)}] failed to create.`;
    const world = worldOf({
      status: [failed('GeneralServiceException', { statusMessage }), removed],
      describe: [version(3, 'CREATE_FAILED', 'no such image')],
      delete: [event('IN_PROGRESS', { requestToken: 'request-3' })],
    });
    const { settlement } = await run('create', input, world);
    expect(settlement).toEqual({
      status: 'FAILED',
      error: {
        name: 'GeneralServiceException',
        message: `${statusMessage} (FailureReason: no such image)`,
      },
    });
    expect(world.callsOf('delete')[0]?.given.slice(0, 2)).toEqual(['us-east-1', arnOf(3)]);
  });

  test('what a message says in brackets that is no version is not looked up', async () => {
    const statusMessage = 'AWS::SageMaker::ImageVersion [None] failed to create.';
    const world = worldOf({ status: [failed('GeneralServiceException', { statusMessage })] });
    const { settlement } = await run('create', input, world);
    expect(settlement).toMatchObject({ status: 'FAILED', error: { message: statusMessage } });
    expect(world.callsOf('describe')).toEqual([]);
  });

  test('an orphan whose removal fails while SageMaker deletes it is waited for', async () => {
    const world = worldOf({
      status: [failed('GeneralServiceException', orphan)],
      describe: [version(3, 'CREATE_FAILED'), version(3, 'DELETING'), undefined],
      delete: [failed('GeneralServiceException')],
    });
    const { settlement } = await run('create', input, world);
    expect(settlement).toEqual({
      status: 'FAILED',
      error: { name: 'GeneralServiceException', message: 'GeneralServiceException happened' },
    });
    expect(world.callsOf('delete')).toHaveLength(1);
  });

  test('an orphan that is said to be gone and stands is removed again', async () => {
    const world = worldOf({
      status: [failed('GeneralServiceException', orphan), removed],
      describe: [version(3, 'CREATE_FAILED')],
      delete: [failed('NotFound'), event('IN_PROGRESS', { requestToken: 'request-3' })],
    });
    const { settlement } = await run('create', input, world);
    expect(settlement).toEqual({
      status: 'FAILED',
      error: { name: 'GeneralServiceException', message: 'GeneralServiceException happened' },
    });
    expect(world.callsOf('delete')).toHaveLength(2);
  });

  test('an orphan that is said to be gone while SageMaker cannot be asked is told of as that', async () => {
    const denied = new CallError('AccessDeniedException', 'not yours', false);
    const world = worldOf({
      status: [failed('GeneralServiceException', orphan)],
      describe: [version(3, 'CREATE_FAILED'), denied],
      delete: [failed('NotFound')],
    });
    expect((await run('create', input, world)).settlement).toMatchObject({
      error: { name: 'GeneralServiceException', message: expect.stringContaining(arnOf(3)) },
    });
  });

  test('an orphan that cannot be removed is told of beside the first error', async () => {
    const world = worldOf({
      status: [failed('GeneralServiceException', orphan)],
      describe: [version(3, 'CREATE_FAILED')],
      delete: [failed('AccessDenied')],
    });
    const { settlement } = await run('create', input, world);
    expect(settlement).toMatchObject({ error: { name: 'GeneralServiceException' } });
    expect(settlement).toMatchObject({
      error: { message: expect.stringContaining(`left ${arnOf(3)} behind`) },
    });
    expect(settlement).toMatchObject({ error: { message: expect.stringContaining('AccessDenied') } });
  });

  test("an orphan's removal is tried again as any request is", async () => {
    const world = worldOf({
      status: [failed('GeneralServiceException', orphan)],
      describe: [version(3, 'CREATE_FAILED')],
      delete: [failed('ResourceConflict'), failed('Throttling'), removed],
    });
    const { settlement } = await run('create', input, world);
    expect(settlement).toEqual({
      status: 'FAILED',
      error: { name: 'GeneralServiceException', message: 'GeneralServiceException happened' },
    });
    expect(world.callsOf('delete')).toHaveLength(3);
  });

  test('an orphan whose removal never ends is left after the grace', async () => {
    const world = worldOf({
      status: [failed('GeneralServiceException', orphan), event('IN_PROGRESS')],
      describe: [version(3, 'CREATE_FAILED')],
      delete: [event('IN_PROGRESS')],
      cancel: [event('CANCEL_IN_PROGRESS')],
    });
    const { settlement, seconds } = await run('create', input, world);
    expect(settlement).toMatchObject({ status: 'FAILED', error: { name: 'GeneralServiceException' } });
    expect(seconds).toBeLessThan(3 * POLICY.graceSeconds);
  });

  test.each([['ServiceTimeout'], ['NotStabilized'], ['Throttling']])(
    'a version that stands after all is adopted, whatever %s said, and no second one is made',
    async (errorCode) => {
      const world = worldOf({
        status: [failed(errorCode, orphan)],
        describe: [version(3, 'CREATING'), version(3, 'CREATING'), version(3, 'CREATED')],
        update: [event('SUCCESS')],
      });
      const { settlement } = await run('create', withAliases, world);
      expect(settlement).toMatchObject({
        status: 'SUCCEEDED',
        result: { effect: 'created', version: 3, requests: 2 },
      });
      expect(world.callsOf('create')).toHaveLength(1);
    },
  );

  test.each([['DELETING'], ['DELETE_FAILED'], ['SOMETHING_NEW']])(
    'a version in status %s is left as it is',
    async (status) => {
      const world = worldOf({ status: [failed('Throttling', orphan)], describe: [version(3, status)] });
      const { settlement } = await run('create', input, world);
      expect(settlement).toMatchObject({
        error: { name: 'Throttling', message: expect.stringContaining(`left behind in status ${status}`) },
      });
    },
  );

  test('a version that is created for longer than the deadline is left', async () => {
    const world = worldOf({ status: [failed('ServiceTimeout', orphan)], describe: [version(3, 'CREATING')] });
    const { settlement, seconds } = await run('create', input, world);
    expect(settlement).toMatchObject({
      error: { name: 'ServiceTimeout', message: expect.stringContaining('CREATING') },
    });
    expect(seconds).toBeLessThan(POLICY.deadlineSeconds + 20);
  });

  test('where nothing stands, a failure that passes leads to a second create with another token', async () => {
    const world = worldOf({
      create: [failed('Throttling', orphan), event('IN_PROGRESS')],
      describe: [undefined],
      status: [event('SUCCESS', { identifier: arnOf(4) })],
    });
    const { settlement } = await run('create', input, world);
    expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { version: 4, attempts: 2 } });
    const tokens = world.callsOf('create').map(({ given }) => given[2]);
    expect(new Set(tokens).size).toBe(2);
  });

  test('a version that is gone is not taken for what the second create made', async () => {
    const world = worldOf({
      create: [failed('Throttling', orphan), failed('AccessDenied')],
      describe: [undefined],
    });
    const { settlement, operation } = await run('create', input, world);
    expect(settlement).toMatchObject({ status: 'FAILED', error: { name: 'AccessDenied' } });
    expect(world.callsOf('describe')).toHaveLength(1);
    expect(operation.identifier).toBeUndefined();
  });

  const throttled = new CallError('ThrottlingException', 'slow down', true);

  test('a look that is throttled after many good ones is made again', async () => {
    const creating = Array.from({ length: 20 }, () => version(3, 'CREATING'));
    const world = worldOf({
      status: [failed('ServiceTimeout', orphan), removed],
      describe: [...creating, throttled, version(3, 'CREATE_FAILED')],
      delete: [event('IN_PROGRESS')],
    });
    const { settlement } = await run('create', input, world);
    expect(settlement).toEqual({
      status: 'FAILED',
      error: { name: 'ServiceTimeout', message: 'ServiceTimeout happened' },
    });
  });

  test.each([
    ['is throttled for good', throttled, POLICY.maxCalls],
    ['is denied', new CallError('AccessDeniedException', 'no', false), 1],
  ])('where SageMaker %s, the first error says what could not be seen', async (_what, error, looks) => {
    const world = worldOf({ status: [failed('Throttling', orphan)], describe: [error] });
    const { settlement } = await run('create', input, world);
    expect(settlement).toMatchObject({
      error: { name: 'Throttling', message: expect.stringContaining(error.name) },
    });
    expect(world.callsOf('describe')).toHaveLength(looks);
  });
});

test('AlreadyExists names a version that is not ours: it is neither looked into nor removed', async () => {
  const { settlement } = await run('create', input, worldOf({ status: [failed('AlreadyExists', orphan)] }));
  expect(settlement).toMatchObject({ status: 'FAILED', error: { name: 'AlreadyExists' } });
});

test.each([[{}], [{ identifier: 'pytorch|3' }]])(
  'success with %j as identifier is an answer that nobody promised',
  async (about) => {
    const { settlement } = await run('create', input, worldOf({ status: [event('SUCCESS', about)] }));
    expect(settlement).toMatchObject({ status: 'FAILED', error: { name: 'UnexpectedAnswer' } });
  },
);
