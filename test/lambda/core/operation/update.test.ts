import { CallError } from '../../../../lambda/core/ports.ts';
import { arnOf } from '../../../fixtures/scope.ts';
import { event, failed, POLICY, run, type Script, version, World } from '../../../fixtures/world.ts';

const MODEL = { ImageName: 'pytorch', BaseImage: 'registry/pytorch:2.6', Version: 3, ReleaseNotes: 'first' };
const AFTER = { ...MODEL, ReleaseNotes: 'second' };
const input = { imageName: 'pytorch', version: 3, properties: { ReleaseNotes: 'second' } };
const moving = { imageName: 'pytorch', version: 3, aliasesToAdd: ['latest'] };
const PATCH = [
  { op: 'replace', path: '/ReleaseNotes', value: 'second' },
  { op: 'add', path: '/Aliases', value: ['a'] },
];

/** An update that goes well where the script does not say otherwise. */
function worldOf(script: Script): World {
  const read = [MODEL, AFTER];
  return new World({
    update: [event('IN_PROGRESS')],
    status: [event('SUCCESS')],
    read,
    aliases: [['a']],
    ...script,
  });
}

test('the smallest patch is sent, then the version read back', async () => {
  const world = worldOf({});
  const { settlement } = await run('update', input, world);
  expect(settlement).toMatchObject({
    status: 'SUCCEEDED',
    result: { effect: 'updated', version: 3, requests: 1, properties: { ...AFTER, Aliases: ['a'] } },
  });
  expect(world.callsOf('update')).toMatchObject([
    { given: ['us-east-1', arnOf(3), PATCH, expect.anything()] },
  ]);
});

test('nothing to change: no request is sent', async () => {
  const world = worldOf({});
  const { settlement } = await run('update', { ...input, properties: { ReleaseNotes: 'first' } }, world);
  expect(settlement).toMatchObject({
    status: 'SUCCEEDED',
    result: {
      effect: 'unchanged',
      requests: 0,
      attempts: 0,
      polls: 0,
      properties: { ...MODEL, Aliases: ['a'] },
    },
  });
  expect(world.calls.map(({ method }) => method).sort()).toEqual(['aliases', 'read']);
});

test('a repeat of the call sends the patch that was planned, even if the model has changed since', async () => {
  const lost = new CallError('ECONNRESET', 'broken off', true);
  const world = worldOf({
    update: [lost, lost, event('IN_PROGRESS')],
    read: [MODEL, { ...MODEL, ReleaseNotes: 'of somebody else' }],
  });
  await run('update', input, world);
  const sent = world.callsOf('update').map(({ given }) => given);
  expect(sent).toHaveLength(3);
  expect(sent[1]).toEqual(sent[0]);
  expect(sent[2]).toEqual(sent[0]);
});

test('a new attempt plans anew, under another token', async () => {
  const other = { ...MODEL, ReleaseNotes: undefined };
  const world = worldOf({ status: [failed('Throttling'), event('SUCCESS')], read: [MODEL, other, AFTER] });
  const { settlement } = await run('update', input, world);
  expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { requests: 2, attempts: 2 } });
  const [first, second] = world.callsOf('update');
  expect(second?.given[2]).toEqual([{ op: 'add', path: '/ReleaseNotes', value: 'second' }, PATCH[1]]);
  expect(second?.given[3]).not.toBe(first?.given[3]);
});

test('where the attempt that failed did it after all, the version counts as updated', async () => {
  const world = worldOf({ status: [failed('NetworkFailure')] });
  const { settlement } = await run('update', input, world);
  expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { effect: 'updated', requests: 1 } });
});

test('a JSON Patch is applied once: a further attempt is made for what it came to', async () => {
  const patch = [
    { op: 'test', path: '/ReleaseNotes', value: 'first' },
    { op: 'remove', path: '/ReleaseNotes' },
    { op: 'add', path: '/Aliases/0', value: 'new' },
    { op: 'add', path: '/Processor', value: 'GPU' },
  ];
  const { ReleaseNotes: _removed, ...halfway } = MODEL;
  const world = worldOf({
    status: [failed('NetworkFailure'), event('SUCCESS')],
    read: [MODEL, halfway, { ...halfway, Processor: 'GPU' }],
    aliases: [['a'], [], ['new', 'a']],
  });
  const { settlement } = await run('update', { imageName: 'pytorch', version: 3, patch }, world);
  expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { effect: 'updated', attempts: 2 } });
  const restated = { op: 'add', path: '/Aliases', value: ['new', 'a'] };
  expect(world.callsOf('update').map(({ given }) => given[2])).toEqual([
    [{ op: 'add', path: '/Processor', value: 'GPU' }, { op: 'remove', path: '/ReleaseNotes' }, restated],
    [{ op: 'add', path: '/Processor', value: 'GPU' }, restated],
  ]);
});

test('a JSON Patch that was done by the attempt that failed is done', async () => {
  const patch = [{ op: 'remove', path: '/ReleaseNotes' }];
  const { ReleaseNotes: _removed, ...after } = MODEL;
  const world = worldOf({ status: [failed('NetworkFailure')], read: [MODEL, after] });
  const { settlement } = await run('update', { imageName: 'pytorch', version: 3, patch }, world);
  expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { effect: 'updated', requests: 1 } });
});

test.each([
  ['another base image', { properties: { BaseImage: 'registry/other' } }, 'NotUpdatable'],
  ['a patch that does not apply', { patch: [{ op: 'remove', path: '/Processor' }] }, 'InvalidPatch'],
])('%s is refused before anything is sent', async (_what, change, name) => {
  const world = worldOf({});
  const { settlement } = await run('update', { imageName: 'pytorch', version: 3, ...change }, world);
  expect(settlement).toMatchObject({ status: 'FAILED', error: { name } });
  expect(world.callsOf('update')).toEqual([]);
});

test('a version that is not there', async () => {
  const { settlement } = await run('update', input, worldOf({ read: [undefined], aliases: [[]] }));
  expect(settlement).toMatchObject({
    status: 'FAILED',
    error: { name: 'NotFound', message: expect.stringContaining(arnOf(3)) },
  });
});

describe('the read of the result', () => {
  test('is made up to five times while the version is not found', async () => {
    const world = worldOf({ read: [MODEL, undefined, undefined, undefined, undefined, AFTER] });
    const { settlement } = await run('update', input, world);
    expect(settlement).toMatchObject({ result: { properties: AFTER } });
  });

  test('is given up then: the operation has reached its goal and says what is missing', async () => {
    const world = worldOf({ read: [MODEL, undefined] });
    const { settlement } = await run('update', input, world);
    expect(settlement).toMatchObject({
      status: 'SUCCEEDED',
      result: { effect: 'updated', properties: null, note: expect.stringContaining('not found, 5 times') },
    });
    expect(world.callsOf('read')).toHaveLength(1 + 5);
  });

  test('counts what was throttled apart from what was not found', async () => {
    const throttled = new CallError('ThrottlingException', 'slow down', true);
    const world = worldOf({ read: [MODEL, throttled, throttled, throttled, undefined, undefined, AFTER] });
    const { settlement } = await run('update', input, world);
    expect(settlement).toMatchObject({ result: { properties: AFTER } });
  });

  test.each([
    ['ThrottlingException', true, POLICY.maxCalls],
    ['AccessDeniedException', false, 1],
  ])('that ends in %s is told in the note', async (name, transient, reads) => {
    const world = worldOf({ read: [MODEL, new CallError(name, 'no', transient)] });
    const { settlement } = await run('update', input, world);
    expect(settlement).toMatchObject({
      status: 'SUCCEEDED',
      result: { note: expect.stringContaining(name) },
    });
    expect(world.callsOf('read')).toHaveLength(1 + reads);
  });
});

describe('an alias that another version holds', () => {
  const holder = version(2, 'CREATED');
  const [own, others] = [['a'], ['latest', 'stable']];
  /** The plan, the search for the holder, the plan of the release, the plan again, the result. */
  const aliases = [own, own, others, own, ['a', 'latest']];

  test.each([['ResourceConflict'], ['AlreadyExists'], ['InvalidRequest'], ['GeneralServiceException']])(
    'is released there after %s, and the update made again',
    async (errorCode) => {
      const world = worldOf({
        update: [failed(errorCode), event('SUCCESS')],
        describeAlias: [holder],
        aliases,
        read: [MODEL],
      });
      const { settlement, operation } = await run('update', moving, world);
      expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { requests: 3, attempts: 1 } });
      expect(operation.requests.map(({ step }) => step)).toEqual(['update', 'release-aliases', 'update']);
      const releasing = [{ op: 'add', path: '/Aliases', value: ['stable'] }];
      expect(world.callsOf('update')[1]?.given.slice(1, 3)).toEqual([arnOf(2), releasing]);
      expect(new Set(world.callsOf('update').map(({ given }) => given[3])).size).toBe(3);
      // The alias that the version has already is not looked for.
      expect(world.callsOf('describeAlias').map(({ given }) => given[2])).toEqual(['latest']);
    },
  );

  test('counts as released when its holder is gone meanwhile', async () => {
    const world = worldOf({
      update: [failed('AlreadyExists'), failed('NotFound'), event('SUCCESS')],
      describeAlias: [holder],
      describe: [undefined],
      aliases,
      read: [MODEL],
    });
    const { settlement } = await run('update', moving, world);
    expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { requests: 3 } });
    expect(world.callsOf('describe').map(({ given }) => given)).toEqual([['us-east-1', 'pytorch', 2]]);
  });

  test('is looked for once where its holder has it by one list and not by the other, and the refusal stands', async () => {
    const world = worldOf({
      update: [failed('AlreadyExists')],
      describeAlias: [holder],
      // The holder's own list is a moment behind, or ahead: there is nothing to release.
      aliases: [[]],
      read: [MODEL],
    });
    const { settlement } = await run('update', moving, world);
    expect(settlement).toMatchObject({ status: 'FAILED', error: { name: 'AlreadyExists' } });
    expect(world.callsOf('update').map(({ given }) => given[1])).toEqual([arnOf(3), arnOf(3)]);
  });

  test('is released again where its holder is said to be gone and stands', async () => {
    const world = worldOf({
      update: [failed('AlreadyExists'), failed('NotFound'), event('SUCCESS')],
      describeAlias: [holder],
      describe: [holder],
      aliases: [own, own, others, others, own, ['a', 'latest']],
      read: [MODEL],
    });
    const { settlement } = await run('update', moving, world);
    expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { requests: 4 } });
    expect(world.callsOf('update').map(({ given }) => given[1])).toEqual(
      [3, 2, 2, 3].map((number) => arnOf(number)),
    );
  });

  test('is not called released where its holder is said to be gone and stands for good', async () => {
    const world = worldOf({
      update: [failed('AlreadyExists'), failed('NotFound')],
      describeAlias: [holder],
      describe: [holder],
      aliases: [own, own, others],
      read: [MODEL],
    });
    const { settlement } = await run('update', moving, world);
    expect(settlement).toMatchObject({
      status: 'FAILED',
      error: {
        name: 'NotFound',
        message: expect.stringContaining(`SageMaker has ${arnOf(2)} in status CREATED`),
      },
    });
    expect(settlement).not.toMatchObject({ error: { message: expect.stringContaining('released for it') } });
  });

  test.each([
    ['no other version holds it', [undefined]],
    ['it is held by the version itself', [version(3, 'CREATED')]],
  ])('is not the reason where %s: the refusal stands', async (_what, describeAlias) => {
    const world = worldOf({ update: [failed('AlreadyExists')], describeAlias, read: [MODEL] });
    const { settlement } = await run('update', moving, world);
    expect(settlement).toMatchObject({ status: 'FAILED', error: { name: 'AlreadyExists' } });
    expect(world.callsOf('update')).toHaveLength(1);
  });

  test('is looked for again when the look is throttled', async () => {
    const throttled = new CallError('ThrottlingException', 'slow down', true);
    const world = worldOf({
      update: [failed('AlreadyExists'), event('SUCCESS')],
      describeAlias: [throttled, throttled, holder],
      aliases: [own, own, own, own, others, own, ['a', 'latest']],
      read: [MODEL],
    });
    expect((await run('update', moving, world)).settlement).toMatchObject({ status: 'SUCCEEDED' });
  });

  test.each([
    ['ThrottlingException', true, POLICY.maxCalls],
    ['AccessDeniedException', false, 1],
  ])(
    'that cannot be looked for by reason of %s: the refusal stands and says so',
    async (name, transient, looks) => {
      const world = worldOf({
        update: [failed('AlreadyExists')],
        describeAlias: [new CallError(name, 'no', transient)],
        read: [MODEL],
      });
      const { settlement } = await run('update', moving, world);
      expect(settlement).toMatchObject({
        error: { name: 'AlreadyExists', message: expect.stringContaining(name) },
      });
      expect(world.callsOf('describeAlias')).toHaveLength(looks);
    },
  );

  test('is released from what its holder has when the release is sent, not when it was found', async () => {
    const throttled = new CallError('ThrottlingException', 'slow down', true, true);
    const world = worldOf({
      update: [failed('AlreadyExists'), throttled, failed('Throttling'), event('SUCCESS')],
      describeAlias: [holder],
      // Meanwhile somebody else adds two aliases to the holder, one after the other.
      aliases: [own, own, others, [...others, 'new'], [...others, 'new', 'newer'], own, ['a', 'latest']],
      read: [MODEL],
    });
    const { settlement } = await run('update', moving, world);
    expect(settlement).toMatchObject({ status: 'SUCCEEDED' });
    const releases = world.callsOf('update').filter(({ given }) => given[1] === arnOf(2));
    expect(releases.map(({ given }) => given[2])).toEqual([
      [{ op: 'add', path: '/Aliases', value: ['stable'] }],
      [{ op: 'add', path: '/Aliases', value: ['stable', 'new'] }],
      [{ op: 'add', path: '/Aliases', value: ['stable', 'new', 'newer'] }],
    ]);
  });

  test('is released by the same patch after a call without an answer', async () => {
    const lost = new CallError('ECONNRESET', 'broken off', true);
    const world = worldOf({
      update: [failed('AlreadyExists'), lost, event('SUCCESS')],
      describeAlias: [holder],
      aliases: [own, own, others, own, ['a', 'latest']],
      read: [MODEL],
    });
    expect((await run('update', moving, world)).settlement).toMatchObject({ status: 'SUCCEEDED' });
    const [first, second] = world.callsOf('update').filter(({ given }) => given[1] === arnOf(2));
    expect(second?.given).toEqual(first?.given);
  });

  test('is not released where its holder has let go of it meanwhile, and is not named as released', async () => {
    const world = worldOf({
      update: [failed('AlreadyExists'), event('SUCCESS')],
      describeAlias: [holder],
      aliases: [own, own, ['stable'], own, ['a', 'latest']],
      read: [MODEL],
    });
    const { settlement, operation } = await run('update', moving, world);
    expect(settlement).toMatchObject({ status: 'SUCCEEDED' });
    expect(operation.requests.map(({ step }) => step)).toEqual(['update', 'update']);
    expect(operation.released).toEqual([]);
  });

  test('counts as released where an attempt that failed let go of it', async () => {
    const world = worldOf({
      update: [failed('AlreadyExists'), failed('NetworkFailure'), failed('AccessDenied')],
      describeAlias: [holder],
      aliases: [own, own, others, ['stable'], own],
      read: [MODEL],
    });
    const { settlement } = await run('update', moving, world);
    expect(settlement).toMatchObject({
      error: {
        name: 'AccessDenied',
        message: expect.stringContaining(`without a version: latest of ${arnOf(2)}`),
      },
    });
  });

  test('that its holder does not let go of: where from is told', async () => {
    const world = worldOf({
      update: [failed('AlreadyExists'), failed('AccessDenied')],
      describeAlias: [holder],
      aliases,
      read: [MODEL],
    });
    const { settlement } = await run('update', moving, world);
    expect(settlement).toMatchObject({
      error: {
        name: 'AccessDenied',
        message: expect.stringContaining(`while taking aliases from ${arnOf(2)}`),
      },
    });
  });

  test('that is refused all the same is released once: the error says that it points to nothing now', async () => {
    let asked = 0;
    const world = worldOf({
      update: [() => (asked++ % 2 === 0 ? failed('AlreadyExists') : event('SUCCESS'))],
      describeAlias: [holder],
      aliases: [own, own, others, own],
      read: [MODEL],
    });
    const { settlement, operation } = await run('update', moving, world);
    expect(settlement).toMatchObject({
      status: 'FAILED',
      error: {
        name: 'AlreadyExists',
        message: expect.stringContaining(`without a version: latest of ${arnOf(2)}`),
      },
    });
    expect(operation.requests.map(({ step }) => step)).toEqual(['update', 'release-aliases', 'update']);
  });

  test('while a created version gets its aliases: that the version stays is told', async () => {
    const world = worldOf({
      create: [event('SUCCESS', { identifier: arnOf(3) })],
      update: [failed('AlreadyExists'), failed('AccessDenied')],
      describeAlias: [holder],
      aliases: [[], others],
    });
    const properties = { ImageName: 'pytorch', BaseImage: 'registry/pytorch:2.6', Aliases: ['latest'] };
    const { settlement } = await run('create', { properties }, world);
    expect(settlement).toMatchObject({
      error: { message: expect.stringMatching(/taking aliases from .*2\).*3 was created and stays/) },
    });
  });
});
