import { CallError } from '../../../../lambda/core/ports.ts';
import { arnOf } from '../../../fixtures/scope.ts';
import { event, failed, run, type Script, START, version, World } from '../../../fixtures/world.ts';

/** A creation that may have been sent before, and what it may have made. */

const input = { properties: { ImageName: 'pytorch', BaseImage: 'registry/pytorch:2.6' } };
const lost = new CallError('ECONNRESET', 'broken off', true);
const standing = [version(3, 'CREATED')];

function worldOf(script: Script): World {
  return new World({
    create: [lost, event('SUCCESS', { identifier: arnOf(4) })],
    read: [{ ImageName: 'pytorch', Version: 3 }],
    aliases: [[]],
    ...script,
  });
}

test('one that goes well is not looked for', async () => {
  const world = worldOf({ create: [event('SUCCESS', { identifier: arnOf(4) })] });
  await run('create', input, world);
  expect(world.callsOf('madeFrom')).toHaveLength(0);
});

test('what it made is found by image, base image and time, and no second one is made', async () => {
  const world = worldOf({ madeFrom: [standing], describe: standing });
  const { settlement } = await run('create', input, world);
  expect(settlement).toMatchObject({
    status: 'SUCCEEDED',
    result: { effect: 'created', version: 3, requests: 0 },
  });
  expect(world.callsOf('create')).toHaveLength(1);
  expect(world.callsOf('madeFrom')).toMatchObject([
    { given: ['us-east-1', 'pytorch', 'registry/pytorch:2.6', START] },
  ]);
});

test.each([
  ['where there is nothing', {}],
  ['where another workflow may have made it', { madeFrom: [standing], hasTwin: [true] }],
])('%s, it is sent again under the same token', async (_where, script) => {
  const world = worldOf(script);
  const { settlement } = await run('create', input, world);
  expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { version: 4, requests: 1 } });
  const [first, second] = world.callsOf('create');
  expect(second?.given).toEqual(first?.given);
});

test('one that failed without naming a version is looked for before the next attempt', async () => {
  const world = worldOf({ create: [failed('NetworkFailure')], madeFrom: [standing], describe: standing });
  const { settlement } = await run('create', input, world);
  expect(settlement).toMatchObject({ status: 'SUCCEEDED', result: { version: 3, requests: 1 } });
  expect(world.callsOf('create')).toHaveLength(1);
});

test('while SageMaker cannot be asked it is not sent again', async () => {
  const world = worldOf({ madeFrom: [lost] });
  const { settlement } = await run('create', input, world);
  expect(settlement).toMatchObject({ status: 'FAILED', error: { name: 'ECONNRESET' } });
  expect(settlement).toMatchObject({
    error: { message: expect.stringContaining('whether a version was made could not be seen') },
  });
  expect(world.callsOf('create')).toHaveLength(1);
});

describe('one that is given up', () => {
  test.each([
    ['failed', failed('ServiceTimeout'), 'ServiceTimeout'],
    ['was cancelled', event('CANCEL_COMPLETE'), 'RequestCancelled'],
    ['came to a status that nobody knows', event('PONDERING'), 'UnexpectedStatus'],
  ])('because its request %s names what was made', async (_how, answer, name) => {
    const world = worldOf({ create: [answer], madeFrom: [[version(3, 'CREATING'), version(5, 'CREATED')]] });
    const { settlement } = await run('create', input, world);
    expect(settlement).toMatchObject({ error: { name } });
    const named = `made meanwhile from its base image: ${arnOf(3)} (CREATING), ${arnOf(5)} (CREATED)`;
    expect(settlement).toMatchObject({ error: { message: expect.stringContaining(named) } });
  });

  test('is looked for a while where its request may still be under way', async () => {
    const world = worldOf({ create: [event('PONDERING')], madeFrom: [[], [], standing] });
    const { settlement, seconds } = await run('create', input, world);
    expect(settlement).toMatchObject({ error: { message: expect.stringContaining(arnOf(3)) } });
    expect(seconds).toBe(4);
  });

  test.each([
    ['five times', event('PONDERING'), 5],
    ['once, where its request has ended', failed('ServiceTimeout'), 1],
  ])('and is not there is looked for %s', async (_often, answer, looks) => {
    const world = worldOf({ create: [answer] });
    const { settlement } = await run('create', input, world);
    expect(settlement).toMatchObject({ status: 'FAILED' });
    expect(JSON.stringify(settlement)).not.toContain('meanwhile');
    expect(world.callsOf('madeFrom')).toHaveLength(looks);
  });

  test('before anything was sent is not looked for', async () => {
    const world = worldOf({ create: [new CallError('ValidationException', 'no', false)] });
    await run('create', input, world);
    expect(world.callsOf('madeFrom')).toHaveLength(0);
  });
});
