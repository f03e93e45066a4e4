import { snapshotIdOf } from '../../../../lambda/core/inventory/snapshot.ts';
import type { SnapshotOutcome } from '../../../../lambda/core/inventory/take-snapshot.ts';
import { InventoryWorld } from '../../../fixtures/inventory-world.ts';

/** What one run after another makes of a region that changes between them. */

const REGION = 'us-east-1';
const NEITHER_READ_NOR_WRITTEN = ['newest', 'digests', 'run'];

let world: InventoryWorld;
beforeEach(() => {
  world = new InventoryWorld();
  world.images.create('pytorch', { Processor: 'CPU' }, ['stable']);
  world.images.create('pytorch', { Processor: 'GPU' });
  world.images.create('tensorflow');
  world.images.image('empty');
});

/** What a reader of the newest snapshot sees. */
function seen() {
  const number = world.store.snapshots(REGION).findLast(({ status }) => status === 'committed')?.number ?? 0;
  return world.store.rowsAt(REGION, number).map(({ state }) => state);
}

async function taken(outcome: Promise<SnapshotOutcome>) {
  const { outcome: what, ...about } = await outcome;
  if (what !== 'taken' || !('snapshot' in about)) throw new Error(`No snapshot was taken: ${what}`);
  world.calls = [];
  world.store.writes.length = 0;
  return about.snapshot;
}

const idsOfEvents = () => world.events.map(({ detail }) => Reflect.get(detail, 'eventId'));

test('the first one has everything, and tells of nothing: what was before it is not known', async () => {
  const snapshot = await taken(world.scheduled());

  expect(seen()).toEqual(world.images.states());
  expect(snapshot).toMatchObject({
    number: 1,
    status: 'committed',
    published: true,
    full: true,
    counts: { images: 3, versions: 3, added: 3, changed: 0, removed: 0 },
  });
  expect(snapshotIdOf(snapshot)).toBe('us-east-1-1');
  expect(world.events).toEqual([]);
  const [row] = world.store.rowsAt(REGION, 1);
  expect(row).toMatchObject({ from: 1, fromAt: snapshot.takenAt, firstSeenAt: snapshot.takenAt });
  expect(row?.cause).toBeUndefined();
});

/** Claimed, dated, committed. */
const ITSELF = ['put', 'set', 'set'];

test('where nothing has changed, two calls an image are made, and only the snapshot itself is written', async () => {
  await taken(world.scheduled());

  await world.scheduled();

  expect(world.store.writes).toEqual(ITSELF);
  const aws = world.calls.filter((call) => /^[A-Z]/.test(call));
  expect(aws.toSorted()).toEqual([
    ...['ListAliases', 'ListAliases', 'ListAliases'],
    ...['ListImageVersions', 'ListImageVersions', 'ListImageVersions'],
    'ListResources',
  ]);
  expect(world.calls.filter((call) => !/^[A-Z]/.test(call))).toEqual(
    expect.arrayContaining(NEITHER_READ_NOR_WRITTEN),
  );
  const [, snapshot] = world.store.snapshots(REGION);
  expect(snapshot).toMatchObject({
    full: false,
    sinceFull: 1,
    counts: { images: 3, versions: 3, changed: 0 },
  });
  expect(snapshot?.calls).toBe(aws.length);
});

test('of what has changed the rows are closed and opened, and it is told, once each', async () => {
  const first = await taken(world.scheduled());
  world.images.update('pytorch', 2, { VendorGuidance: 'STABLE' });
  world.images.create('tensorflow', { Processor: 'GPU' });
  world.images.remove('tensorflow', 1);

  const second = await taken(world.scheduled());

  expect(seen()).toEqual(world.images.states());
  expect(second.counts).toEqual({ images: 3, versions: 3, added: 1, changed: 1, removed: 1 });
  expect(idsOfEvents().toSorted()).toEqual([
    'us-east-1-2/pytorch/2',
    'us-east-1-2/tensorflow/1',
    'us-east-1-2/tensorflow/2',
  ]);
  const changed = world.events.find(({ detailType }) => detailType === 'ImageVersionChanged');
  expect(changed?.detail).toMatchObject({
    drift: true,
    changes: [{ property: 'VendorGuidance', after: 'STABLE' }, { property: 'modifiedAt' }],
  });
  // The past stays as it was.
  const before = world.store.rowsAt(REGION, 1);
  expect(before.map(({ state }) => `${state.imageName} ${state.version}`)).toEqual([
    'pytorch 1',
    'pytorch 2',
    'tensorflow 1',
  ]);
  expect(before[1]).toMatchObject({
    to: 2,
    toAt: second.takenAt,
    state: { properties: { Processor: 'GPU' } },
  });
  expect(before[2]).toMatchObject({ to: 2, removal: { drift: true } });
  expect(world.store.rowsAt(REGION, 2)[1]).toMatchObject({ firstSeenAt: first.takenAt, from: 2 });
});

test('of an image that has changed only the versions that have are read', async () => {
  for (let made = 0; made < 5; made += 1) world.images.create('tensorflow');
  await taken(world.scheduled());
  world.images.update('tensorflow', 4, { Horovod: true });

  await world.scheduled();

  expect(world.calls.filter((call) => call === 'GetResource')).toHaveLength(1);
  expect(world.store.writes).toEqual(['writeChunk', 'put', 'set', 'closeRow', 'openRow', 'set', 'set']);
});

test('an alias that moves is told as one move, and as a change of both versions', async () => {
  await taken(world.scheduled());
  world.images.alias('pytorch', 2, ['stable']);

  await taken(world.scheduled());

  expect(seen()).toEqual(world.images.states());
  const moves = world.events.filter(({ detailType }) => detailType === 'AliasMoved');
  expect(moves.map(({ detail }) => detail)).toEqual([
    expect.objectContaining({
      eventId: 'us-east-1-2/pytorch/aliases/stable',
      alias: 'stable',
      from: expect.objectContaining({ version: 1 }),
      to: expect.objectContaining({ version: 2 }),
      drift: true,
    }),
  ]);
  expect(idsOfEvents()).toEqual(expect.arrayContaining(['us-east-1-2/pytorch/1', 'us-east-1-2/pytorch/2']));
});

test('an alias of an image that was made again is told as a move, though name and number are the same', async () => {
  await taken(world.scheduled());
  world.images.removeImage('pytorch');
  world.images.forget('pytorch');
  world.now += 60_000;
  world.images.create('pytorch', { Processor: 'CPU' }, ['stable']);
  const [before] = world.store.rowsAt(REGION, 1);

  await taken(world.scheduled());

  const moves = world.events.filter(({ detailType }) => detailType === 'AliasMoved');
  const createdAt = world.images.find('pytorch', 1)?.createdAt;
  expect(createdAt).not.toBe(before?.state.createdAt);
  expect(moves.map(({ detail }) => detail)).toEqual([
    expect.objectContaining({
      eventId: 'us-east-1-2/pytorch/aliases/stable',
      from: expect.objectContaining({ version: 1, createdAt: before?.state.createdAt }),
      to: expect.objectContaining({ version: 1, createdAt }),
      drift: true,
    }),
  ]);
});

test('an alias that is new or gone is told with the one end that it has', async () => {
  await taken(world.scheduled());
  world.images.alias('tensorflow', 1, ['latest']);
  world.images.alias('pytorch', 1, []);

  await taken(world.scheduled());

  const moves = world.events.filter(({ detailType }) => detailType === 'AliasMoved');
  expect(moves.map(({ detail }) => detail)).toEqual([
    expect.objectContaining({ alias: 'stable', from: expect.objectContaining({ version: 1 }), to: null }),
    expect.objectContaining({ alias: 'latest', from: null, to: expect.objectContaining({ version: 1 }) }),
  ]);
});

describe('what the lists do not tell of', () => {
  test('is found by the next full snapshot', async () => {
    world = new InventoryWorld({ fullEvery: 3 });
    world.images.create('pytorch', {}, ['stable']);
    await taken(world.scheduled());
    world.images.updateUnseen('pytorch', 1, { ReleaseNotes: 'hidden' });

    expect(await taken(world.scheduled())).toMatchObject({ full: false, sinceFull: 1 });
    expect(await taken(world.scheduled())).toMatchObject({ full: false, sinceFull: 2 });
    expect(seen()[0]?.properties).not.toHaveProperty('ReleaseNotes');
    expect(await taken(world.scheduled())).toMatchObject({
      full: true,
      sinceFull: 0,
      counts: { changed: 1 },
    });
    expect(seen()).toEqual(world.images.states());
    expect(await taken(world.scheduled())).toMatchObject({ full: false, sinceFull: 1 });
  });

  test('an alias that moved without its versions being modified counts among it', async () => {
    world.images.aliasesModify = false;
    world = new InventoryWorld({ fullEvery: 2 });
    world.images.aliasesModify = false;
    world.images.create('pytorch', {}, ['stable']);
    world.images.create('pytorch');
    await taken(world.scheduled());
    world.images.alias('pytorch', 2, ['stable']);

    await taken(world.scheduled());
    expect(seen()).not.toEqual(world.images.states());
    await taken(world.scheduled());
    expect(seen()).toEqual(world.images.states());
  });

  test('a change so soon after another that both bear one time is found by the next one', async () => {
    await taken(world.scheduled());
    world.now += 3_600_000;
    world.images.update('pytorch', 2, { ReleaseNotes: 'first' });
    await taken(world.run({ region: REGION, trigger: 'schedule' }));
    expect(seen()).toEqual(world.images.states());
    world.images.updateUnseen('pytorch', 2, { ReleaseNotes: 'second' });

    const { full, counts } = await taken(world.scheduled());

    expect({ full, changed: counts.changed }).toEqual({ full: false, changed: 1 });
    expect(seen()).toEqual(world.images.states());
  });
});

describe('absence', () => {
  test('of a version is not believed of a list', async () => {
    await taken(world.scheduled());
    world.images.hidden.add(world.images.find('pytorch', 1)?.identifier ?? '');

    const second = await taken(world.scheduled());
    expect(second.counts).toMatchObject({ changed: 0, removed: 0 });
    expect(seen()).toEqual(world.images.states());

    world.images.hidden.clear();
    await taken(world.scheduled());
    expect(seen()).toEqual(world.images.states());
  });

  test('of an image means that its versions are gone, once SageMaker says so', async () => {
    await taken(world.scheduled());
    world.images.removeImage('pytorch');

    const second = await taken(world.scheduled());

    expect(second.counts).toMatchObject({ images: 2, versions: 1, removed: 2 });
    expect(seen()).toEqual(world.images.states());
    expect(world.events.map(({ detailType }) => detailType)).toEqual([
      'ImageVersionRemoved',
      'ImageVersionRemoved',
      'AliasMoved',
    ]);
    world.store.writes.length = 0;
    await world.scheduled();
    expect(world.store.writes).toEqual(ITSELF);
  });

  test('is never recorded of an image whose list fails: then there is no snapshot at all', async () => {
    await taken(world.scheduled());
    world.images.remove('tensorflow', 1);
    let lists = 0;
    const fate = (call: string) => {
      if (call !== 'ListImageVersions') return 'done' as const;
      lists += 1;
      return lists === 2 ? ('fails-before' as const) : ('done' as const);
    };

    await expect(world.scheduled({ fate })).rejects.toMatchObject({ name: 'AccessDeniedException' });

    expect(world.store.snapshots(REGION)).toHaveLength(1);
    expect(seen()).toHaveLength(3);
    await taken(world.scheduled());
    expect(seen()).toEqual(world.images.states());
  });
});

test('a version that is listed and cannot be read keeps what is known of it, and is looked at again', async () => {
  await taken(world.scheduled());
  world.images.status('tensorflow', 1, 'DELETING');
  const reads = world.images.reads();
  world.images.reads = () => ({ ...reads, requests: { read: async () => undefined } });

  await taken(world.scheduled());
  expect(seen().at(-1)).toMatchObject({ status: 'DELETING', properties: { BaseImage: 'base' } });

  await world.scheduled();
  expect(world.calls).toContain('rows');
});

test('a creation that failed stands with its status and reason', async () => {
  await taken(world.scheduled());
  world.images.create('pytorch');
  world.images.status('pytorch', 3, 'CREATE_FAILED', 'no manifest');

  await taken(world.scheduled());

  expect(seen()[2]).toMatchObject({ version: 3, status: 'CREATE_FAILED', failureReason: 'no manifest' });
});

test('the times of snapshots follow their numbers, whatever the clocks say', async () => {
  const first = await taken(world.scheduled());
  world.now -= 10 * 3_600_000;

  const second = await taken(world.scheduled());

  expect(second.takenAt > first.takenAt).toBe(true);
});
