import fc from 'fast-check';
import {
  anotherRun,
  type Continuation,
  MOST_RUNS,
  nextPlace,
} from '../../../../lambda/core/inventory/continuation.ts';
import { LARGEST_ENTRY, TimedInventory, type TimedOptions } from '../../../fixtures/timed-inventory.ts';

/** Whatever the size of a region and the rate, its snapshot is committed after a bounded number of runs. */

const REGION = 'us-east-1';

interface Size {
  readonly images: number;
  readonly versions: number;
  readonly aliases: number;
  /** Characters of an alias. */
  readonly aliasLength?: number;
}

function inventory(size: Size, options: TimedOptions): TimedInventory {
  const made = new TimedInventory(options);
  for (let image = 0; image < size.images; image += 1) {
    const name = `image-${String(image).padStart(4, '0')}`;
    for (let version = 1; version <= size.versions; version += 1) {
      const aliases = Array.from({ length: size.aliases }, (_none, index) => index)
        .filter((index) => (index % size.versions) + 1 === version)
        .map((index) => `alias-${index}`.padEnd(size.aliasLength ?? 0, '-'));
      made.images.create(name, {}, aliases);
    }
  }
  return made;
}

async function expectCommitted(made: TimedInventory): Promise<void> {
  await made.snapshot();
  const [snapshot] = made.store.snapshots(REGION);
  expect(snapshot).toMatchObject({ status: 'committed' });
  expect(made.store.rowsAt(REGION, 1).map(({ state }) => state)).toEqual(made.images.states());
  for (const { eventBytes } of made.runs) expect(eventBytes).toBeLessThan(LARGEST_ENTRY);
}

/** Calls of one snapshot that reads everything once. */
function callsOf({ images, versions, aliases }: Size): number {
  return 1 + images * (2 + Math.ceil(versions / 100) * 2 + Math.ceil(aliases / 100) + aliases + versions);
}

test('48 images of 10 versions and 10 aliases at one call a second', async () => {
  const made = inventory({ images: 48, versions: 10, aliases: 10 }, { callsPerSecond: 1 });
  await expectCommitted(made);
  expect(made.runs.length).toBeLessThanOrEqual(3);
});

test('100 images of 100 versions and 200 aliases at twenty calls a second', async () => {
  const made = inventory({ images: 100, versions: 100, aliases: 200 }, { callsPerSecond: 20 });
  await expectCommitted(made);
  expect(made.runs.length).toBeLessThanOrEqual(4);

  // Nothing has changed since, so the next one makes three calls for each image: two pages list its aliases.
  made.calls = 0;
  await made.snapshot();
  expect(made.calls).toBe(1 + 100 * 3);
});

test('one image whose aliases alone take longer than a run', async () => {
  const made = inventory({ images: 1, versions: 20, aliases: 2_000 }, { callsPerSecond: 1 });
  await expectCommitted(made);
  expect(made.runs.length).toBeLessThanOrEqual(5);
});

test('throttling that brings the rate down', async () => {
  const made = inventory(
    { images: 60, versions: 10, aliases: 20 },
    { callsPerSecond: 20, throttledAbove: 2 },
  );
  await expectCommitted(made);
});

test('more changes than one run has time to write', async () => {
  // 6,000 rows, 25 at a time, are 1,200 s of writing.
  const made = inventory(
    { images: 20, versions: 300, aliases: 1 },
    { callsPerSecond: 1_000, rowLatency: 5_000 },
  );
  await expectCommitted(made);
  expect(made.runs.length).toBeLessThanOrEqual(4);
});

test('any size at any rate', async () => {
  const sizes = fc.record({
    images: fc.integer({ min: 1, max: 40 }),
    versions: fc.integer({ min: 1, max: 120 }),
    aliases: fc.integer({ min: 0, max: 150 }),
    aliasLength: fc.constantFrom(0, 128),
  });
  const options = fc.record({
    callsPerSecond: fc.constantFrom(1, 2, 5, 20, 100, 1_000),
    latency: fc.constantFrom(20, 150, 2_000),
    throttledAbove: fc.constantFrom(undefined, undefined, 3, 10),
  });
  await fc.assert(
    fc.asyncProperty(sizes, options, async (size, { throttledAbove, ...chosen }) => {
      fc.pre(callsOf(size) < 4_000);
      const made = inventory(size, throttledAbove === undefined ? chosen : { ...chosen, throttledAbove });
      await expectCommitted(made);
      // Of 780 s, a third is lost to what is listed again and to calls that are throttled, at most.
      const perSecond = Math.min(chosen.callsPerSecond, throttledAbove ?? 1_000, 16_000 / chosen.latency);
      expect(made.runs.length).toBeLessThanOrEqual(2 + (1.5 * callsOf(size)) / (perSecond * 780));
    }),
    {
      numRuns: 40,
      endOnFailure: true,
      // Calls that were throttled eight times in a row.
      examples: [
        [
          { images: 7, versions: 64, aliases: 0, aliasLength: 128 },
          { callsPerSecond: 1_000, latency: 2_000, throttledAbove: 3 },
        ],
      ],
    },
  );
});

describe('what no number of runs would finish fails, and says what to do', () => {
  const TOO_LARGE = { name: 'SnapshotTooLarge', message: expect.stringContaining('snapshotCallsPerSecond') };

  test('an image whose lists alone take longer than a run', async () => {
    const made = inventory({ images: 1, versions: 900, aliases: 0 }, { callsPerSecond: 1 });
    made.images.pageSize = 1;
    await expect(made.snapshot()).rejects.toMatchObject(TOO_LARGE);
  });

  test('a region whose every call AWS throttles, in the words of AWS', async () => {
    const made = inventory({ images: 1, versions: 1, aliases: 0 }, { callsPerSecond: 20, throttledAbove: 0 });
    await expect(made.snapshot()).rejects.toMatchObject({
      ...TOO_LARGE,
      message: expect.stringContaining('ThrottlingException: Rate exceeded'),
    });
  });

  test('an image with more aliases than a run looks up and an event has room for', async () => {
    const size = { images: 2, versions: 5, aliases: 3_000, aliasLength: 128 };
    const made = inventory(size, { callsPerSecond: 1 });
    await expect(made.snapshot()).rejects.toMatchObject(TOO_LARGE);

    // What one run looks up at a higher rate needs no room.
    await expectCommitted(inventory(size, { callsPerSecond: 20 }));
  });

  test('a snapshot of more runs than its record has room for', () => {
    const sets = Array.from({ length: MOST_RUNS }, () => ({ writer: UUID, chunks: 1 }));
    expect(anotherRun(sets.slice(1), { writer: UUID, chunks: 1 })).toHaveLength(MOST_RUNS);
    expect(() => anotherRun(sets, { writer: UUID, chunks: 1 })).toThrow(expect.objectContaining(TOO_LARGE));
  });
});

const UUID = '00000000-0000-4000-8000-000000000000';

test('what is handed on fits into an event, whatever was read', () => {
  const alias = fc.string({ minLength: 1, maxLength: 128, unit: 'grapheme-ascii' });
  const holder = fc.tuple(alias, fc.integer({ min: 1, max: 999_999 }));
  const unfinished = fc.record({
    imageName: fc.constant('i'.repeat(63)),
    after: fc.nat(999_999),
    digest: fc.constant('d'.repeat(16)),
    holders: fc
      .tuple(fc.array(holder, { maxLength: 20 }), fc.nat(200))
      .map(([some, times]) => Array.from({ length: times }, () => some).flat()),
  });
  fc.assert(
    fc.property(fc.array(unfinished, { minLength: 1, maxLength: 16 }), (images) => {
      const begun = 'i'.repeat(63);
      const place = nextPlace(
        { begun: '', unfinished: [] },
        { finished: 1, images: 1, versions: 1, digests: new Map(), next: { begun, unfinished: images } },
      );
      const continuation: Continuation = {
        runId: UUID,
        base: 999_999,
        full: false,
        startedAt: new Date(0).toISOString(),
        ...place,
        changeSets: Array.from({ length: MOST_RUNS }, () => ({ writer: UUID, chunks: 99_999 })),
        digests: Array.from({ length: MOST_RUNS }, () => ({ number: 999_999, writer: UUID, chunk: 99_999 })),
        counts: { images: 999_999, versions: 999_999, added: 999_999, changed: 999_999, removed: 999_999 },
        calls: 999_999,
        throttled: 999_999,
        perSecond: 12.345678901234567,
      };
      // With what EventBridge and the event itself put around it.
      expect(Buffer.byteLength(JSON.stringify(continuation))).toBeLessThan(LARGEST_ENTRY - 2_000);
      // What a later image had no room for is looked up again, and its digest is not relied on.
      for (const [index, { holders, digest }] of place.unfinished.entries()) {
        expect([images[index]?.holders.length, 0]).toContain(holders.length);
        if (holders.length !== images[index]?.holders.length) expect(digest).toBe('');
      }
    }),
    { numRuns: 100 },
  );
});
