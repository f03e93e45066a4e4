import type { SnapshotEventDetail } from '../../../../lambda/contract/inventory.ts';
import { CallError } from '../../../../lambda/core/ports.ts';
import { InventoryWorld, type RunOptions } from '../../../fixtures/inventory-world.ts';

/** Answers that contradict each other, images that go while they are read, answers that are lost. */

const REGION = 'us-east-1';
const SCHEDULE: SnapshotEventDetail = { region: REGION, trigger: 'schedule' };

let world: InventoryWorld;
beforeEach(() => {
  world = new InventoryWorld();
  for (let made = 0; made < 5; made += 1) world.images.create('a', {}, made === 0 ? ['stable'] : []);
  world.images.create('b');
});

const seen = () => {
  const newest = world.store.snapshots(REGION).at(-1);
  return world.store.rowsAt(REGION, newest?.number ?? 0).map(({ state }) => state);
};

/** From now on the world answers otherwise. */
function answering(change: (reads: ReturnType<InventoryWorld['images']['reads']>) => object): () => void {
  const { images } = world;
  const before = images.reads.bind(images);
  images.reads = () => ({ ...before(), ...change(before()) });
  return () => {
    images.reads = before;
  };
}

test('an image that is listed and then said not to be there keeps its versions', async () => {
  await world.scheduled();
  const before = seen();
  const restore = answering(({ images }) => ({
    images: { ...images, versions: async () => undefined },
  }));
  const { outcome } = await world.scheduled();
  expect(outcome).toBe('taken');
  expect(seen()).toEqual(before);
  expect(world.store.snapshots(REGION).at(-1)?.counts).toMatchObject({ images: 2, versions: 6, removed: 0 });

  restore();
  await world.scheduled();
  expect(seen()).toEqual(world.images.states());
  expect(world.events).toEqual([]);
});

test('so does one whose versions are listed and whose aliases are said not to be', async () => {
  await world.scheduled();
  const before = seen();
  answering(({ images }) => ({ images: { ...images, aliases: async () => undefined } }));
  await world.scheduled();
  expect(seen()).toEqual(before);
});

test('a version whose ARN Cloud Control and SageMaker spell differently is one version', async () => {
  world = new InventoryWorld({ fullEvery: 1 });
  world.images.create('Demo', {}, ['stable']);
  world.images.create('Demo');
  answering(({ lists }) => ({
    lists: {
      ...lists,
      versions: async (...given: Parameters<typeof lists.versions>) => {
        const page = await lists.versions(...given);
        return page && { ...page, identifiers: page.identifiers.map((arn) => arn.toLowerCase()) };
      },
    },
  }));
  await world.scheduled();
  world.images.update('Demo', 2, { Horovod: true });
  await world.scheduled();

  expect(seen()).toEqual(world.images.states());
  const counts = world.store.snapshots(REGION).map((snapshot) => snapshot.counts);
  expect(counts).toMatchObject([
    { versions: 2, added: 2, changed: 0 },
    { versions: 2, added: 0, changed: 1 },
  ]);
});

describe('an alias that is listed and points to nothing', () => {
  test('fails the snapshot where it stays so: the role may not describe versions', async () => {
    await world.scheduled();
    world.images.update('a', 2, { Horovod: true });
    answering(({ images }) => ({ images: { ...images, holder: async () => undefined } }));

    await expect(world.scheduled()).rejects.toThrow(/alias stable .* sagemaker:DescribeImageVersion/);
    expect(world.store.snapshots(REGION)).toHaveLength(1);
  });

  test('is looked at again in the next snapshot where it was on its way', async () => {
    await world.scheduled();
    world.images.aliasesModify = false;
    world.images.update('a', 2, { Horovod: true });
    let asked = 0;
    const restore = answering(({ images }) => ({
      images: {
        ...images,
        holder: async (...given: Parameters<typeof images.holder>) => {
          asked += 1;
          return asked === 1 ? undefined : images.holder(...given);
        },
      },
    }));
    await world.scheduled();
    restore();

    await world.scheduled();
    expect(seen()).toEqual(world.images.states());
  });
});

test('a list that tells of a version twice makes one row of it', async () => {
  answering(({ images, lists }) => ({
    images: {
      ...images,
      versions: async (...given: Parameters<typeof images.versions>) => {
        const page = await images.versions(...given);
        return page && { ...page, versions: [...page.versions, ...page.versions.slice(0, 1)] };
      },
    },
    lists: {
      ...lists,
      versions: async (...given: Parameters<typeof lists.versions>) => {
        const page = await lists.versions(...given);
        return page && { ...page, identifiers: [...page.identifiers, ...page.identifiers] };
      },
    },
  }));
  await world.scheduled();
  expect(seen()).toEqual(world.images.states());
  expect(world.store.snapshots(REGION).at(-1)?.counts).toMatchObject({ versions: 6, added: 6 });
});

describe('an image that goes', () => {
  beforeEach(() => {
    for (let made = 0; made < 120; made += 1) world.images.create('huge');
  });

  test('has every row closed, however little time there is', async () => {
    await world.scheduled();
    world.images.removeImage('huge');

    await world.delivered(await world.scheduled({ calls: 10 }), { calls: 10 });

    expect(seen()).toEqual(world.images.states());
    await world.scheduled();
    expect(seen()).toEqual(world.images.states());
  });

  test.each([
    ['in the first snapshot', false],
    ['in a later one', true],
  ])('while it is read %s is gone in the one after, and told once', async (_when, later) => {
    if (later) {
      await world.scheduled();
      for (let version = 1; version <= 120; version += 1)
        world.images.update('huge', version, { Horovod: true });
    }
    const begun = await world.scheduled({ calls: 90 });
    expect(begun.outcome).toBe('handed-on');
    world.images.removeImage('huge');
    await world.delivered(begun);
    await world.scheduled();

    expect(seen()).toEqual(world.images.states());
    const told = world.events.map(({ detail }) => String(Reflect.get(detail, 'eventId')));
    expect(told).toEqual([...new Set(told)]);
  });
});

test('a version that is made again under its number is another one, first seen then', async () => {
  await world.scheduled();
  world.images.removeImage('b');
  world.now += 1_000_000;
  world.images.forget('b');
  world.images.create('b', { Processor: 'GPU' });

  await world.scheduled();
  const [, second] = world.store.snapshots(REGION);
  expect(seen()).toEqual(world.images.states());
  expect(world.store.rowsAt(REGION, 2).at(-1)?.firstSeenAt).toBe(second?.takenAt);
});

test('a run that has failed makes no further call and writes nothing more', async () => {
  for (let made = 0; made < 300; made += 1) world.images.create('huge');
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  let lists = 0;
  const fate: RunOptions['fate'] = (call) => {
    lists += call === 'ListAliases' ? 1 : 0;
    return call === 'ListAliases' && lists === 1 ? 'fails-before' : 'done';
  };
  await expect(world.run(SCHEDULE, { turn, fate })).rejects.toThrow(CallError);
  const calls = world.calls.length;
  for (let turns = 0; turns < 200; turns += 1) await turn();

  // What was on its way by then is answered.
  expect(world.calls.length - calls).toBeLessThan(20);
  expect(world.store.chunks).toEqual([]);
});

test('a snapshot whose put was answered to nobody is known again by the run that put it', async () => {
  await world.scheduled();
  world.images.update('a', 1, { Horovod: true });
  const put = world.store.put.bind(world.store);
  // As the SDK has it: the answer is lost, the call is made again, and the number is taken.
  world.store.put = async (snapshot) => {
    await put(snapshot);
    return put(snapshot);
  };
  expect(await world.scheduled()).toMatchObject({ outcome: 'taken', snapshot: { number: 2 } });
  expect(world.store.snapshots(REGION).at(-1)).toMatchObject({ status: 'committed', published: true });
});

test('whoever loses the number to another run leaves it completed', async () => {
  await world.scheduled();
  world.images.update('a', 1, { Horovod: true });
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  // One gets the number and dies there; the other comes second.
  const dies: RunOptions['fate'] = (call) => (call === 'put' ? 'dies-after' : 'done');
  const both = await Promise.allSettled([
    world.run(SCHEDULE, { turn, fate: dies }),
    world.run(SCHEDULE, { turn }),
  ]);

  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(world.store.snapshots(REGION).at(-1)).toMatchObject({
    number: 2,
    status: 'committed',
    published: true,
  });
  expect(seen()).toEqual(world.images.states());
});

test('a run whose earlier part was cleared away by the winner leaves, and does not fail', async () => {
  for (let made = 0; made < 200; made += 1) world.images.create('huge');
  const begun = await world.run(SCHEDULE, { calls: 60 });
  expect(begun.outcome).toBe('handed-on');
  const [order] = world.orders.splice(0);
  if (!order) throw new Error('Nothing was handed on');
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  // Its event comes an hour late. By then another run has begun anew, gets the number and clears away what this one
  // goes on from.
  world.now += 3_600_000;
  const winner = world.run(SCHEDULE, { turn });
  for (let turns = 0; turns < 10; turns += 1) await turn();
  let reading = 0;
  const late = world.run(order, {
    turn: async () => {
      reading += 1;
      await turn();
      if (reading === 30) await winner;
    },
  });
  expect(await late).toEqual({ outcome: 'left', why: 'superseded' });
  expect(seen()).toEqual(world.images.states());
});

test('at one call a second there is still time to hand on', async () => {
  world = new InventoryWorld({ callsPerSecond: 1 });
  for (let image = 0; image < 16; image += 1) {
    for (let made = 0; made < 60; made += 1) world.images.create(`image-${image}`);
  }
  const start = world.now;
  /** Of 15 minutes, two are left for what is under way. */
  const over = () => world.now - start > 13 * 60_000;
  const outcome = await world.run(SCHEDULE, { over });

  expect(outcome.outcome).toBe('handed-on');
  expect(world.now - start).toBeLessThan(15 * 60_000);
});

test('a run that goes on for more than a minute is not joined by the schedule', async () => {
  world = new InventoryWorld({ callsPerSecond: 1 });
  for (let made = 0; made < 90; made += 1) world.images.create('a');
  world.images.create('b');
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  let ended = false;
  const long = world.run(SCHEDULE, { turn }).finally(() => {
    ended = true;
  });
  while (!world.calls.includes('claimRun') && !ended) await turn();

  expect(await world.run(SCHEDULE)).toEqual({ outcome: 'left', why: 'under-way' });
  expect(await long).toMatchObject({ outcome: 'taken' });
});

test('a run that is killed after more than a minute is taken up at once when Lambda runs its event again', async () => {
  world = new InventoryWorld({ callsPerSecond: 1 });
  for (let made = 0; made < 90; made += 1) world.images.create('a');
  let calls = 0;
  const fate: RunOptions['fate'] = () => {
    calls += 1;
    return calls === 80 ? 'dies-before' : 'done';
  };
  await expect(world.run(SCHEDULE, { fate, invocationId: 'event' })).rejects.toThrow();
  expect(world.calls).toContain('claimRun');

  world.now += 60_000;
  expect(await world.run(SCHEDULE, { invocationId: 'another' })).toEqual({
    outcome: 'left',
    why: 'under-way',
  });
  expect(await world.run(SCHEDULE, { invocationId: 'event' })).toMatchObject({ outcome: 'taken' });
});

describe('a version that is listed and cannot be read', () => {
  const unreadable = () =>
    answering(({ requests }) => ({
      requests: {
        ...requests,
        read: async (region: string, identifier: string) =>
          identifier.endsWith('/a/2') ? undefined : requests.read(region, identifier),
      },
    }));
  const inLaterSnapshots = async (restore: () => void) => {
    await world.scheduled();
    await world.scheduled();
    restore();
    await world.scheduled();
  };

  test('when it is seen for the first time is read as soon as it can be', async () => {
    const restore = unreadable();
    await world.scheduled();
    expect(seen().find(({ identifier }) => identifier.endsWith('/a/2'))?.properties).not.toHaveProperty(
      'BaseImage',
    );
    await inLaterSnapshots(restore);
    expect(seen()).toEqual(world.images.states());
  });

  test('since it was changed is read as soon as it can be, and stands as it was known until then', async () => {
    await world.scheduled();
    const before = seen();
    world.images.update('a', 2, { Horovod: true });
    const restore = unreadable();
    await world.scheduled();
    expect(seen()).toEqual(before);
    await inLaterSnapshots(restore);
    expect(seen()).toEqual(world.images.states());
  });
});
