import { ManifestWorld, manifestOf } from './manifest-world.ts';

/** Building again, at any time, by several at once, and after failures. */

let world: ManifestWorld;
beforeEach(() => {
  world = new ManifestWorld();
  world.images.image('pytorch').image('other');
});

const BODY = {
  manifest: manifestOf({ training: { image_name: 'pytorch', base_image: 'a', release_notes: 'new' } }),
};
const PULL = { name: 'GeneralServiceException', message: 'cannot pull' };
const caller = (name: string) => ({ body: BODY, caller: `arn:aws:iam::123456789012:user/${name}` });

test('two who build at once, whoever they are, make one version', async () => {
  const answers = await Promise.all([
    world.api.send('POST', '/manifests/build', caller('ann')),
    world.api.send('POST', '/manifests/build', caller('bob')),
    world.api.send('POST', '/manifests/build', caller('ann')),
  ]);
  const ids = answers.map(({ body }) => Object(body).resources[0].operationId);
  expect(new Set(ids).size).toBe(1);
  await world.work();
  await world.pass(5);
  expect(await world.told('build', BODY)).toEqual(['training none done']);
  expect(world.operations()).toEqual(['create pytorch 1 SUCCEEDED']);
});

test('two manifests that want one version with other properties make one, and then it is changed', async () => {
  const other = {
    manifest: manifestOf(
      { mine: { image_name: 'pytorch', base_image: 'a', release_notes: 'other' } },
      { name: 'x' },
    ),
  };
  await Promise.all([world.ask('build', BODY), world.ask('build', other)]);
  expect(await world.told('build', other)).toEqual(['mine create running']);
  await world.work();
  await world.pass(5);
  const told = await world.resources('build', other);
  expect(world.images.numbers('pytorch')).toEqual([1]);
  expect(['none', 'update']).toContain(told[0]?.action);
});

test('a create whose record is not in the index yet is found by its key', async () => {
  await world.ask('build', BODY);
  for (const { operationId } of world.queue.records.all()) world.unindexed.add(operationId);
  expect(await world.told('build', BODY)).toEqual(['training create running']);
  expect(world.operations()).toHaveLength(1);
});

test('a create that was asked for in another way counts', async () => {
  const asked = await world.api.send('POST', '/images/pytorch/versions', { body: { BaseImage: 'a' } });
  expect(await world.resources('build', BODY)).toMatchObject([
    { action: 'create', status: 'running', operationId: asked.body.operationId },
  ]);
  await world.work();
  await world.pass(5);
  expect(await world.told('build', BODY)).toEqual(['training update running']);
  expect(world.images.numbers('pytorch')).toEqual([1]);
});

test('an operation that ended while this request looked elsewhere is not made again', async () => {
  await world.ask('build', BODY);
  for (const { operationId } of world.queue.records.all()) world.unindexed.add(operationId);
  await world.work();
  // The list lags behind: the version is not in it yet.
  const identifier = world.images.find('pytorch', 1)?.identifier ?? '';
  world.images.hidden.add(identifier);
  expect(await world.told('build', BODY)).toEqual(['training create running']);
  await world.pass(3_600);
  expect(await world.told('build', BODY)).toEqual(['training create running']);
  world.images.hidden.clear();
  expect(await world.told('build', BODY)).toEqual(['training none done']);
  expect(world.operations()).toHaveLength(1);
});

test('what was made and is gone is made again, once', async () => {
  await world.driven('build', BODY);
  world.images.remove('pytorch', 1);
  await Promise.all([world.ask('build', BODY), world.ask('build', BODY)]);
  expect(await world.driven('build', BODY)).toEqual(['training none done']);
  expect(world.operations()).toEqual(['create pytorch 1 SUCCEEDED', 'create pytorch 2 SUCCEEDED']);
});

test('what is changed by hand is changed back as often as that happens, once each time', async () => {
  await world.driven('build', BODY);
  for (const nth of [1, 2]) {
    world.images.update('pytorch', 1, { ReleaseNotes: 'by hand' });
    await Promise.all([world.ask('build', BODY), world.ask('build', BODY)]);
    expect(await world.driven('build', BODY)).toEqual(['training none done']);
    expect(world.operations()).toHaveLength(1 + nth);
  }
});

test('an update that is on its way is waited for, whoever asked for it', async () => {
  await world.driven('build', BODY);
  world.images.update('pytorch', 1, { ReleaseNotes: 'by hand' });
  const body = { ReleaseNotes: 'asked for' };
  const asked = await world.api.send('PATCH', '/images/pytorch/versions/1', { body });
  expect(await world.resources('build', BODY)).toMatchObject([
    { action: 'update', status: 'running', operationId: asked.body.operationId },
  ]);
});

test('a version that is about to be deleted is made anew once it is gone', async () => {
  await world.driven('build', BODY);
  await world.api.send('DELETE', '/images/pytorch/versions/1');
  expect(await world.told('build', BODY)).toEqual(['training create waiting']);
  expect(await world.driven('build', BODY)).toEqual(['training none done']);
  expect(world.images.numbers('pytorch')).toEqual([2]);
});

describe('a failure', () => {
  beforeEach(async () => {
    await world.ask('build', BODY);
    await world.work(PULL);
  });

  test('is told with AWS’s own words to whoever asks on, and ends the matter', async () => {
    for (let asked = 0; asked < 5; asked += 1) {
      await world.pass(5);
      const { status, body } = await world.ask('build', BODY);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        done: true,
        resources: [
          {
            status: 'failed',
            operationId: expect.stringMatching(/^key-/),
            error: { name: PULL.name, message: expect.stringContaining('cannot pull (asked for once more') },
          },
        ],
      });
    }
    expect(world.operations()).toEqual(['create pytorch - FAILED']);
  });

  test('is tried again for whoever comes back later, once', async () => {
    await world.pass(60);
    await Promise.all([world.ask('build', BODY), world.ask('build', BODY)]);
    expect(world.operations()).toEqual(['create pytorch - FAILED', 'create pytorch - QUEUED']);
    expect(await world.driven('build', BODY)).toEqual(['training none done']);
    expect(world.operations()).toEqual(['create pytorch - FAILED', 'create pytorch 1 SUCCEEDED']);
  });

  test('of the second try is told as well, and may be tried a third time', async () => {
    await world.pass(60);
    await world.ask('build', BODY);
    await world.work(PULL);
    await world.pass(5);
    expect(await world.told('build', BODY)).toEqual(['training create failed']);
    await world.pass(60);
    expect(await world.driven('build', BODY)).toEqual(['training none done']);
    expect(world.operations()).toHaveLength(3);
  });

  test('is not tried again by a plan or a test', async () => {
    await world.pass(3_600);
    expect(await world.told('plan', BODY)).toEqual(['training create planned']);
    expect((await world.ask('test', BODY)).body).toMatchObject({ ok: false });
    expect(world.operations()).toHaveLength(1);
  });
});

describe('a failure of another request', () => {
  const asks = (release_notes: string, name = 'stack') => ({
    manifest: manifestOf({ training: { image_name: 'pytorch', base_image: 'a', release_notes } }, { name }),
  });
  const failed = (told: readonly object[]) =>
    expect(told).toMatchObject([{ status: 'failed', error: PULL_TOLD }]);
  const PULL_TOLD = { name: PULL.name, message: expect.stringContaining(PULL.message) };
  beforeEach(async () => {
    await world.ask('build', asks('old'));
    await world.work(PULL);
    await world.pass(15);
  });

  test('does not stand in the way of a manifest that was mended', async () => {
    failed(await world.resources('build', asks('old')));
    expect(await world.told('build', asks('new'))).toEqual(['training create running']);
    expect(await world.driven('build', asks('new'))).toEqual(['training none done']);
    expect(world.images.find('pytorch', 1)?.properties.ReleaseNotes).toBe('new');
    expect(world.operations()).toEqual(['create pytorch - FAILED', 'create pytorch 1 SUCCEEDED']);
  });

  test('does not have two who fail try by turns: each is told of its own', async () => {
    await world.ask('build', asks('new', 'another'));
    expect(await world.told('build', asks('old'))).toEqual(['training create running']);
    await world.work({ name: 'Other', message: 'of the new one' });
    for (const _nth of [1, 2, 3]) {
      await world.pass(5);
      failed(await world.resources('build', asks('old')));
      expect(await world.resources('build', asks('new', 'another'))).toMatchObject([
        { status: 'failed', error: { name: 'Other' } },
      ]);
    }
    expect(world.operations()).toHaveLength(2);
    await world.pass(60);
    expect(await world.driven('build', asks('old'))).toEqual(['training none done']);
    expect(world.operations()).toHaveLength(3);
  });
});

test('a failure is told for as long as another resource is on its way', async () => {
  const body = {
    manifest: manifestOf({
      one: { image_name: 'pytorch', base_image: 'a' },
      two: { image_name: 'other', base_image: 'a' },
    }),
  };
  await world.ask('build', body);
  await world.work(PULL);
  await world.pass(60);
  // Both are tried again; the first fails soon, the second takes long.
  await world.ask('build', body);
  const [, , first] = world.queue.records.all();
  await world.workOn(first?.operationId ?? '', PULL);
  for (const _minute of [1, 2, 3]) {
    await world.pass(60);
    expect(await world.told('build', body)).toEqual(['one create failed', 'two create running']);
  }
  await world.work();
  await world.pass(5);
  expect(await world.told('build', body)).toEqual(['one create failed', 'two none done']);
  await world.pass(60);
  expect(await world.told('build', body)).toEqual(['one create running', 'two none done']);
});

test('an update that succeeds and changes nothing is not sent for ever', async () => {
  world.images.create('pytorch', { BaseImage: 'a', ReleaseNotes: 'old' });
  await world.ask('build', BODY);
  world.ignored.add('ReleaseNotes');
  await world.work();
  await world.pass(5);
  const { status, body } = await world.ask('build', BODY);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    resources: [
      {
        status: 'failed',
        error: { name: 'NotAsWanted', message: expect.stringContaining('left ReleaseNotes') },
      },
    ],
  });
  expect(world.operations()).toHaveLength(1);
});

test('an order that was cut off before it had its place in the queue takes it when asked again', async () => {
  const enter = world.queue.queues.enter.bind(world.queue.queues);
  world.queue.queues.enter = async () => {
    throw new Error('died');
  };
  expect((await world.ask('build', BODY)).status).toBe(500);
  world.queue.queues.enter = enter;
  // Where the index shows it, the sweeper is left to it.
  for (const { operationId } of world.queue.records.all()) world.unindexed.add(operationId);
  expect(world.queue.started()).toEqual([]);
  expect(await world.told('build', BODY)).toEqual(['training create running']);
  expect(world.queue.started()).toHaveLength(1);
  expect(await world.driven('build', BODY)).toEqual(['training none done']);
});

test('a version of an image that was made anew is another one, although it has the same number', async () => {
  await world.driven('build', BODY);
  world.images.removeImage('pytorch');
  world.images.forget('pytorch');
  world.images.image('pytorch').create('pytorch', { BaseImage: 'another' });
  expect(await world.driven('build', BODY)).toEqual(['training none done']);
  expect(world.images.numbers('pytorch')).toEqual([1, 2]);
});
