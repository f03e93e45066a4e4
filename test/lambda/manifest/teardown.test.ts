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

test('deletes every version of the base image, the newest first', async () => {
  for (const BaseImage of ['a', 'b', 'a']) world.images.create('pytorch', { BaseImage });
  const body = { manifest: manifestOf({ one: { image_name: 'pytorch', base_image: 'a' } }) };
  expect(await world.resources('teardown', body)).toMatchObject([{ action: 'delete', version: 3 }]);
  expect(await world.driven('teardown', body)).toEqual(['one delete done']);
  expect(world.images.numbers('pytorch')).toEqual([2]);
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
