import { PacedReads } from '../../../../lambda/core/inventory/paced-reads.ts';
import type { InventoryReads } from '../../../../lambda/core/inventory/ports.ts';
import { AdaptiveRate } from '../../../../lambda/core/inventory/rate.ts';
import { CallError } from '../../../../lambda/core/ports.ts';
import { RegionImages } from '../../../fixtures/region-images.ts';

const THROTTLED = new CallError('ThrottlingException', 'Rate exceeded', true, true);
const BROKEN = new CallError('ECONNRESET', 'broken off', true);
const DENIED = new CallError('AccessDeniedException', 'no', false);

/** Reads whose calls fail as told, in order; then they are answered. */
function failing(failures: readonly CallError[]) {
  let now = 0;
  const left = [...failures];
  const images = new RegionImages(() => now);
  for (let made = 0; made < 7; made += 1) images.create('pytorch');
  const world = images.reads();
  const reads: InventoryReads = {
    ...world,
    images: {
      ...world.images,
      versions: async (...given) => {
        const failure = left.shift();
        if (failure) throw failure;
        return world.images.versions(...given);
      },
    },
  };
  const sleeps: number[] = [];
  const sleep = async (milliseconds: number) => {
    sleeps.push(milliseconds);
    now += milliseconds;
  };
  const rate = new AdaptiveRate(1_000, { now: () => now, sleep });
  const paced = new PacedReads('us-east-1', {
    reads,
    rate,
    circumstances: { now: () => now, random: () => 0.999 },
    sleep,
    before: { calls: 100, throttled: 3 },
  });
  return { paced, rate, waited: () => sleeps.filter((one) => one >= 1_000) };
}

test('every page is read, and every call counted on top of those that were made before', async () => {
  const { paced } = failing([]);
  const versions = await paced.versions('pytorch');

  expect(versions?.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(paced.counts).toEqual({ calls: 103, throttled: 3 });
});

test('what is throttled is asked for again, slower; it counts as a call and as throttled', async () => {
  const { paced, rate } = failing([THROTTLED, THROTTLED]);
  expect(await paced.versions('pytorch')).toHaveLength(7);

  expect(paced.counts).toEqual({ calls: 105, throttled: 5 });
  expect(rate.perSecond).toBeLessThan(600);
});

test('what is broken off is asked for again at the same rate', async () => {
  const { paced, rate } = failing([BROKEN]);
  expect(await paced.versions('pytorch')).toHaveLength(7);

  expect(paced.counts).toEqual({ calls: 104, throttled: 3 });
  expect(rate.perSecond).toBe(1_000);
});

test('after eight failures in a row, with 91 s between them at most, it is given up', async () => {
  const { paced, waited } = failing(Array.from({ length: 20 }, () => THROTTLED));

  await expect(paced.versions('pytorch')).rejects.toBe(THROTTLED);

  expect(paced.counts.calls).toBe(108);
  expect(waited()).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
});

test('what cannot get better is not asked for again', async () => {
  const { paced } = failing([DENIED]);

  await expect(paced.versions('pytorch')).rejects.toBe(DENIED);
  expect(paced.counts.calls).toBe(101);
});

test('an image that is not there has no versions and no aliases', async () => {
  const { paced } = failing([]);
  expect(await paced.versions('nothing')).toBeUndefined();
  expect(await paced.aliases('nothing')).toBeUndefined();
  expect(await paced.identifiers('nothing')).toEqual([]);
});
