import type { SnapshotEventDetail } from '../../../../lambda/contract/inventory.ts';
import { ContinuationSchema } from '../../../../lambda/core/inventory/continuation.ts';
import { snapshotIdOf } from '../../../../lambda/core/inventory/snapshot.ts';
import { InventoryWorld, type RunOptions } from '../../../fixtures/inventory-world.ts';

/** Runs that hand on, runs that are asked for, runs that come upon others. */

const REGION = 'us-east-1';
const SCHEDULE: SnapshotEventDetail = { region: REGION, trigger: 'schedule' };

function large(): InventoryWorld {
  const world = new InventoryWorld();
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    for (let made = 0; made < 4; made += 1) world.images.create(name, {}, made === 3 ? ['stable'] : []);
  }
  // More than is read between two looks at the time.
  for (let made = 0; made < 180; made += 1) world.images.create('huge', {}, made === 60 ? ['mine'] : []);
  return world;
}

const states = (world: InventoryWorld) => {
  const newest = world.store.snapshots(REGION).at(-1);
  return world.store.rowsAt(REGION, newest?.number ?? 0).map(({ state }) => state);
};

/** The unfinished images of a continuation with what the event said of them at first. */
function unfinishedIn(continuation: unknown): { readonly imageName: string; readonly after: number }[] {
  const { unfinished } = ContinuationSchema.parse(JSON.parse(JSON.stringify(continuation)));
  return unfinished.map(({ imageName, after }) => ({ imageName, after }));
}

const request = (world: InventoryWorld): SnapshotEventDetail => ({
  region: REGION,
  trigger: 'request',
  requestedAt: new Date(world.now).toISOString(),
});

describe('a run that has not the time for all', () => {
  test.each([[10], [60], [250]])(
    'with %s calls each, as many as it takes make one snapshot',
    async (calls) => {
      const world = large();
      let runs = 0;
      let outcome = await world.run(SCHEDULE, { calls });
      for (let order = world.orders.shift(); order; order = world.orders.shift()) {
        runs += 1;
        outcome = await world.run(order, { calls });
      }

      expect(runs).toBeGreaterThan(0);
      expect(states(world)).toEqual(world.images.states());
      const [snapshot, ...others] = world.store.snapshots(REGION);
      expect(others).toEqual([]);
      expect(snapshot).toMatchObject({
        status: 'committed',
        counts: { images: 6, versions: 200, added: 200 },
        calls: world.calls.filter((call) => /^(List|Get|Describe)/.test(call)).length,
      });
      expect(outcome.outcome).not.toBe('handed-on');
      // Places of digests do not grow with the runs.
      expect(snapshot?.digests).toHaveLength(1);
      // What they left behind under the snapshot's number is what it names.
      expect(new Set(world.store.chunks.map((chunk) => chunk.split(' ')[2]))).toEqual(
        new Set(snapshot?.changeSets.map(({ writer }) => writer)),
      );
    },
  );

  test('goes on where a run of the earlier code left off, whose event says less of an unfinished image', async () => {
    const world = large();
    await world.run(SCHEDULE, { calls: 60 });
    const [order] = world.orders.splice(0);
    const { continuation } = order ?? {};
    const names = unfinishedIn(continuation);
    expect(names.length).toBeGreaterThan(0);
    const earlier = { ...Object(continuation), unfinished: names };

    const outcome = await world.run({ ...SCHEDULE, continuation: earlier });
    expect(outcome).toMatchObject({ outcome: 'taken', snapshot: { number: 1, counts: { versions: 200 } } });
    expect(states(world)).toEqual(world.images.states());

    // The lists of the unfinished image may have changed in between: the next snapshot reads it again.
    world.calls = [];
    expect(await world.scheduled()).toMatchObject({ outcome: 'taken' });
    expect(world.calls).toContain('rows');
  });

  test('is not joined by the schedule, but by it if no more is heard of it', async () => {
    const world = large();
    await world.run(SCHEDULE, { calls: 60 });
    world.now += 60_000;
    expect(await world.run(SCHEDULE)).toEqual({ outcome: 'left', why: 'under-way' });

    world.now += 3_600_000;
    expect(await world.run(SCHEDULE)).toMatchObject({ outcome: 'taken', snapshot: { number: 1 } });
    // Its event comes late: what it goes on from is no longer the newest.
    expect(await world.delivered({ outcome: 'handed-on' })).toEqual({ outcome: 'left', why: 'superseded' });
    expect(states(world)).toEqual(world.images.states());
  });

  test('may be delivered twice: both go on, and one of them gets the number', async () => {
    const world = large();
    await world.run(SCHEDULE, { calls: 60 });
    const [order] = world.orders.splice(0);
    if (!order) throw new Error('Nothing was handed on');
    const outcomes = await Promise.all([world.run(order), world.run(order)]);

    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['left', 'taken']);
    expect(world.store.snapshots(REGION)).toHaveLength(1);
    expect(states(world)).toEqual(world.images.states());
  });

  test('that is out of time when all is read leaves the rest to the next, which takes no other snapshot', async () => {
    const world = large();
    world.images.removeImage('huge');
    // Time is over just before the rows would be written.
    let late = false;
    const outcome = await world.run(SCHEDULE, {
      calls: Number.POSITIVE_INFINITY,
      fate: (call) => {
        late ||= call === 'put';
        return 'done';
      },
      over: () => late,
    });
    expect(outcome.outcome).toBe('handed-on');
    expect(world.store.snapshots(REGION)).toMatchObject([{ status: 'claimed' }]);

    expect(await world.delivered(outcome)).toEqual({ outcome: 'left', why: 'satisfied' });
    expect(world.store.snapshots(REGION)).toMatchObject([{ status: 'committed' }]);
  });
});

describe('a snapshot that is asked for', () => {
  test('is taken, and what was begun before it was asked for will not do', async () => {
    const world = large();
    await world.run(SCHEDULE);
    world.now += 1_000;

    expect(await world.run(request(world))).toMatchObject({
      outcome: 'taken',
      snapshot: { number: 2, trigger: 'request' },
    });
  });

  test('is there already where one was begun after it was asked for', async () => {
    const world = large();
    const asked = request(world);
    world.now += 1_000;
    await world.run(SCHEDULE);

    expect(await world.run(asked)).toEqual({ outcome: 'left', why: 'satisfied' });
  });

  test('by many at once, is read once or twice and not by each', async () => {
    const world = large();
    const asked = Array.from({ length: 8 }, (_none, index) => ({
      ...request(world),
      requestedAt: new Date(world.now - index).toISOString(),
    }));
    world.now += 1_000;
    const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
    const outcomes = await Promise.all(asked.map((one) => world.run(one, { turn })));

    expect(outcomes.filter(({ outcome }) => outcome === 'taken')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'left')).toHaveLength(7);
  });

  test('waits for a run that began too early, and is then taken', async () => {
    const world = large();
    await world.run(SCHEDULE, { calls: 60 });
    world.now += 1_000;
    // The run that was handed on is heard of no more: after five minutes nobody waits for it.
    const before = world.now;
    expect(await world.run(request(world))).toMatchObject({ outcome: 'taken' });
    expect(world.now - before).toBeGreaterThan(4 * 60_000);
  });

  test('is taken at once by the repeat of a run that died', async () => {
    const world = large();
    const asked = request(world);
    let calls = 0;
    const fate: RunOptions['fate'] = () => {
      calls += 1;
      return calls === 40 ? 'dies-before' : 'done';
    };
    await expect(world.run(asked, { fate })).rejects.toThrow();

    const before = world.now;
    const outcome = await world.run(asked);
    if (outcome.outcome !== 'taken') throw new Error(outcome.outcome);
    expect(snapshotIdOf(outcome.snapshot)).toBe('us-east-1-1');
    expect(world.now - before).toBeLessThan(60_000);
  });

  test('gives way at once when it fails: the next need not wait', async () => {
    const world = large();
    let lists = 0;
    const fate: RunOptions['fate'] = (call) => {
      if (call !== 'ListImageVersions') return 'done';
      lists += 1;
      return lists === 3 ? 'fails-before' : 'done';
    };
    await expect(world.run(request(world), { fate })).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });

    world.now += 1_000;
    const before = world.now;
    expect(await world.run(request(world))).toMatchObject({ outcome: 'taken' });
    expect(world.now - before).toBeLessThan(60_000);
  });
});

describe('cut off after each of its calls', () => {
  /** The calls of one whole run with changes, aliases moved, and versions gone. */
  const plan = async () => {
    const world = large();
    world.images.removeImage('huge');
    await world.run(SCHEDULE);
    world.now += 3_600_000;
    world.images.update('a', 1, { Horovod: true });
    world.images.alias('b', 1, ['stable']);
    world.images.remove('c', 2);
    world.images.create('d');
    world.images.removeImage('e');
    world.calls = [];
    return world;
  };

  test.each(['dies-before', 'dies-after', 'fails-before', 'fails-after'] as const)(
    'where it %s: nobody sees a half, and the next run has it all and tells it all',
    async (comes) => {
      const whole = await plan();
      await whole.run(SCHEDULE);
      const made = whole.calls.length;
      expect(made).toBeGreaterThan(40);
      for (let at = 1; at <= made; at += 1) {
        const world = await plan();
        const before = states(world);
        let calls = 0;
        const fate: RunOptions['fate'] = () => {
          calls += 1;
          return calls === at ? comes : 'done';
        };
        const died = await world.run(SCHEDULE, { fate }).then(
          () => false,
          () => true,
        );
        const [, second] = world.store.snapshots(REGION);
        if (died && second?.status !== 'committed') {
          expect(world.store.rowsAt(REGION, 1).map(({ state }) => state)).toEqual(before);
        }
        await world.run(SCHEDULE);
        expect({ at, states: states(world) }).toEqual({ at, states: world.images.states() });
        const told = world.events.map(({ detail }) => String(Reflect.get(detail, 'eventId')));
        expect({ at, told: [...new Set(told.map(ownPart))].toSorted() }).toEqual({
          at,
          told: [
            'a/1',
            'b/1',
            'b/4',
            'b/aliases/stable',
            'c/2',
            'd/5',
            'e/1',
            'e/2',
            'e/3',
            'e/4',
            'e/aliases/stable',
          ],
        });
      }
    },
  );
});

/** An event's id without the snapshot that it is of. */
function ownPart(eventId: string): string {
  return eventId.slice(eventId.indexOf('/') + 1);
}
