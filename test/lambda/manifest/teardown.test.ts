import { ManifestWorld, manifestOf } from './manifest-world.ts';

/** Tearing down: in reverse, what is protected kept, what is gone done. */

let world: ManifestWorld;
beforeEach(() => {
  world = new ManifestWorld();
  world.images.image('pytorch').image('other');
});

const THREE = {
  manifest: manifestOf({
    first: { image_name: 'pytorch', base_image: 'a', $: { exports: [{ base_image: 'origin' }] } },
    kept: { image_name: 'other', base_image: 'b', $: { protected: true } },
    last: { image_name: 'pytorch', base_image: '{{ origin }}-derived' },
  }),
};

test('goes in reverse, each once those after it are gone; what is protected stays', async () => {
  await world.driven('build', THREE);
  const first = await world.ask('teardown', THREE);
  expect(first).toMatchObject({ status: 202, headers: { 'retry-after': '5' } });
  expect(await world.told('teardown', THREE)).toEqual([
    'first delete waiting',
    'kept keep done',
    'last delete running',
  ]);
  await world.work();
  await world.pass(5);
  // What last was hangs on what first exports, which is still there.
  expect(await world.told('teardown', THREE)).toEqual([
    'first delete running',
    'kept keep done',
    'last delete done',
  ]);
  const told = await world.driven('teardown', THREE);
  expect(told).toEqual(['first delete done', 'kept keep done', 'last skip done']);
  expect(world.images.states().map(({ imageName }) => imageName)).toEqual(['other']);
  expect(world.operations().slice(3)).toEqual(['delete pytorch 2 SUCCEEDED', 'delete pytorch 1 SUCCEEDED']);
});

test('of what was never there is done at once, also where its image is not there', async () => {
  const body = { manifest: manifestOf({ one: { image_name: 'none', base_image: 'a' } }) };
  expect(await world.told('teardown', body)).toEqual(['one delete done']);
  expect((await world.ask('teardown', THREE)).status).toBe(200);
  expect(world.api.orders).toEqual([]);
});

test('and building again makes it anew, as often as it is asked for', async () => {
  const body = { manifest: manifestOf({ one: { image_name: 'pytorch', base_image: 'a' } }) };
  for (const nth of [1, 2, 3]) {
    expect(await world.driven('build', body)).toEqual(['one none done']);
    expect(world.images.numbers('pytorch')).toEqual([nth]);
    expect(await world.driven('teardown', body)).toEqual(['one delete done']);
    expect(world.images.numbers('pytorch')).toEqual([]);
  }
});

describe('of several versions of one base image', () => {
  const ONE = { manifest: manifestOf({ one: { image_name: 'pytorch', base_image: 'a' } }) };
  const byHand = () => world.images.create('pytorch', { BaseImage: 'a' });
  /** Below the one that a manifest makes: a build that did not know of it. */
  const madeAfterOneByHand = async () => {
    await world.ask('build', ONE);
    byHand();
    await world.work();
    await world.pass(5);
    expect(await world.resources('build', ONE)).toMatchObject([{ action: 'none', version: 2 }]);
  };

  test('deletes the one that a manifest made, and never goes on to one below that it did not', async () => {
    await madeAfterOneByHand();
    expect(await world.driven('teardown', ONE)).toEqual(['one keep done']);
    expect(world.images.numbers('pytorch')).toEqual([1]);
    for (const _again of [1, 2]) {
      await world.pass(3_600);
      expect(await world.resources('teardown', ONE)).toMatchObject([
        { action: 'keep', status: 'done', version: 1 },
      ]);
    }
    expect(world.operations()).toEqual(['create pytorch 2 SUCCEEDED', 'delete pytorch 2 SUCCEEDED']);
  });

  test('waits for what SageMaker is deleting, although another stands below it', async () => {
    await madeAfterOneByHand();
    await world.ask('teardown', ONE);
    world.images.status('pytorch', 2, 'DELETING');
    const [told] = await world.resources('teardown', ONE);
    expect(told).toMatchObject({ action: 'delete', status: 'running', version: 2 });
    expect(told?.operationId).toBeDefined();
  });

  test('keeps them all where none was made by a manifest', async () => {
    byHand();
    byHand();
    expect(await world.resources('plan', ONE)).toMatchObject([{ action: 'none', version: 2 }]);
    expect(await world.resources('teardown', ONE)).toMatchObject([
      { action: 'keep', status: 'done', version: 2 },
    ]);
    expect(world.images.numbers('pytorch')).toEqual([1, 2]);
  });

  test('keeps one that was made by hand above the one of a manifest', async () => {
    await world.driven('build', ONE);
    byHand();
    expect(await world.resources('teardown', ONE)).toMatchObject([
      { action: 'keep', status: 'done', version: 2 },
    ]);
    expect(world.api.orders.map(({ kind }) => kind)).toEqual(['create']);
  });

  test('keeps one with the number of a manifest’s, in an image that was made anew', async () => {
    await world.driven('build', ONE);
    world.images.removeImage('pytorch');
    world.images.forget('pytorch');
    await world.pass(5);
    byHand();
    expect(await world.resources('teardown', ONE)).toMatchObject([{ action: 'keep', version: 1 }]);
  });

  test('does not take what is left over for what those after it use', async () => {
    const chain = {
      manifest: manifestOf({
        one: { image_name: 'pytorch', base_image: 'a', $: { exports: ['version'] } },
        next: { image_name: 'other', base_image: 'from-{{ version }}' },
      }),
    };
    await madeAfterOneByHand();
    world.images.create('other', { BaseImage: 'from-1' });
    await world.driven('build', chain);
    expect(await world.driven('teardown', chain)).toEqual(['one keep done', 'next skip done']);
    expect(world.images.states().map(({ properties }) => properties.BaseImage)).toEqual(['from-1', 'a']);
  });

  test('deletes the only one, whoever made it: a build takes it for the manifest’s', async () => {
    byHand();
    world.images.create('pytorch', { BaseImage: 'b' });
    expect(await world.told('build', ONE)).toEqual(['one none done']);
    expect(await world.driven('teardown', ONE)).toEqual(['one delete done']);
    expect(world.images.numbers('pytorch')).toEqual([2]);
  });
});

describe('of two resources that mean one version, by what an earlier one exports', () => {
  const origin = {
    image_name: 'other',
    base_image: 'o',
    release_notes: 'a',
    $: { exports: ['release_notes'] },
  };
  const literal = { image_name: 'pytorch', base_image: 'a' };
  const derived = { image_name: 'pytorch', base_image: '{{ release_notes }}' };
  const guarded = { $: { protected: true } };
  beforeEach(async () => {
    await world.driven('build', { manifest: manifestOf({ literal, origin }) });
  });

  test.each([
    [
      'the earlier',
      { literal: { ...literal, ...guarded }, origin, derived },
      ['literal keep done', 'derived delete failed'],
    ],
    [
      'the later',
      { literal, origin, derived: { ...derived, ...guarded } },
      ['literal delete failed', 'derived keep done'],
    ],
    ['neither', { literal, origin, derived }, ['literal delete failed', 'derived delete failed']],
  ])('deletes nothing and says why, where %s is protected', async (_name, resources, told) => {
    const body = { manifest: manifestOf(resources) };
    expect(await world.driven('teardown', body)).toEqual([told[0], 'origin delete blocked', told[1]]);
    const states = await world.resources('teardown', body);
    const failed = states.filter(({ status }) => status === 'failed');
    for (const { error } of failed) {
      expect(error).toEqual({
        name: 'InvalidInput',
        message: expect.stringContaining('given "a", wanted a base image that no'),
      });
    }
    expect(states[1]?.error?.message).toBe(
      'Nothing is deleted as long as literal and derived mean the same version',
    );
    expect(world.operations()).toHaveLength(2);
    expect(world.images.numbers('pytorch')).toEqual([1]);
  });
});

test('is not kept from deleting by properties that no version can have', async () => {
  const body = (alias: string) => ({
    manifest: manifestOf({
      first: {
        image_name: 'other',
        base_image: 'b',
        release_notes: alias,
        $: { exports: ['release_notes'] },
      },
      last: { image_name: 'pytorch', base_image: 'a', alias: '{{ release_notes }}' },
    }),
  });
  await world.driven('build', body('fine'));
  world.images.update('other', 1, { ReleaseNotes: 'not an alias' });
  expect(await world.driven('teardown', body('fine'))).toEqual(['first delete done', 'last delete done']);
  expect(world.images.states()).toEqual([]);
});

test('that fails is told, what comes before is blocked, and whoever comes back later tries again', async () => {
  const body = {
    manifest: manifestOf({
      one: { image_name: 'pytorch', base_image: 'a' },
      two: { image_name: 'other', base_image: 'b' },
    }),
  };
  await world.driven('build', body);
  await world.ask('teardown', body);
  await world.work({ name: 'ResourceInUse', message: 'a domain uses it' });
  await world.pass(5);
  const { status, body: answer } = await world.ask('teardown', body);
  expect(status).toBe(200);
  expect(answer).toMatchObject({
    done: true,
    resources: [
      { name: 'one', action: 'delete', status: 'blocked' },
      { name: 'two', action: 'delete', status: 'failed', error: { name: 'ResourceInUse' } },
    ],
  });
  await world.pass(60);
  expect(await world.driven('teardown', body)).toEqual(['one delete done', 'two delete done']);
});

test('waits for what is being made, and for what is being deleted already', async () => {
  const body = { manifest: manifestOf({ one: { image_name: 'pytorch', base_image: 'a' } }) };
  await world.ask('build', body);
  expect(await world.told('teardown', body)).toEqual(['one delete waiting']);
  await world.work();
  await world.pass(5);
  const asked = await world.api.send('DELETE', '/images/pytorch/versions/1');
  expect(await world.resources('teardown', body)).toMatchObject([
    { action: 'delete', status: 'running', operationId: asked.body.operationId },
  ]);
  world.images.status('pytorch', 1, 'DELETING');
  expect(await world.told('teardown', body)).toEqual(['one delete running']);
  await world.work();
  expect(await world.told('teardown', body)).toEqual(['one delete done']);
});

test('leaves alone what its if leaves out', async () => {
  world.images.create('pytorch', { BaseImage: 'a' });
  const body = {
    manifest: manifestOf({ one: { image_name: 'pytorch', base_image: 'a', $: { if: false } } }),
  };
  expect(await world.told('teardown', body)).toEqual(['one skip done']);
  expect(world.images.numbers('pytorch')).toEqual([1]);
});
