import * as z from 'zod/mini';
import { ERRORS } from '../../contract/errors.ts';
import { CallError } from '../ports.ts';
import { UNSETTLED } from './digest.ts';
import type { Unfinished } from './image-progress.ts';
import type { AdaptiveRate } from './rate.ts';
import { MOST_AT_ONCE, type RegionPlace, type RegionReading } from './read-region.ts';
import type { ChangeSet, DigestPlace, SnapshotCounts } from './snapshot.ts';

/**
 * Where a run left off, handed on in an event. It is all that the next run knows: what was written so far stands in
 * the table under the writers that are named here, and nobody else names them.
 *
 * An event has room for 256 KB, and this stays below it: 500 change sets of 60 bytes, as many places of digests of 80,
 * 120,000 bytes of aliases, and 16 names.
 */
export interface Continuation {
  /** Shared by all the runs of one snapshot. */
  readonly runId: string;
  /** Number of the snapshot that it goes on from; 0 where there is none. */
  readonly base: number;
  readonly full: boolean;
  readonly startedAt: string;
  /** Images were begun in order of their names, up to this one. */
  readonly begun: string;
  /** Of those, the ones that were not done. */
  readonly unfinished: readonly Unfinished[];
  readonly changeSets: readonly ChangeSet[];
  readonly digests: readonly DigestPlace[];
  readonly counts: SnapshotCounts;
  readonly calls: number;
  readonly throttled: number;
  /** See {@link AdaptiveRate.perSecond}. */
  readonly perSecond: number;
}

/**
 * Runs that one snapshot is made of, at most: five days of them. Each run adds a change set to the snapshot's record.
 * A snapshot that is not finished by then fails, and what was read for it is lost; the next schedule begins anew.
 */
export const MOST_RUNS = 500;

/** Bytes of JSON. 800 aliases of the longest names, or 5,000 of 18 characters. */
const LARGEST_HOLDERS = 120_000;

/** The change sets with that of one run more. @throws CallError if there are too many */
export function anotherRun(earlier: readonly ChangeSet[], own: ChangeSet): readonly ChangeSet[] {
  if (earlier.length < MOST_RUNS) return [...earlier, own];
  const message = `The snapshot is not finished after ${MOST_RUNS} runs of the function: snapshotCallsPerSecond is too low for a region of this size`;
  throw new CallError(ERRORS.snapshotTooLarge, message, false);
}

/**
 * Where the next run goes on. What is known of aliases is handed on as far as there is room, for the images that come
 * first; of the others the next run looks them up again.
 *
 * @param place where this run began
 * @throws CallError if that is no further than there: no run after it would get any further either
 */
export function nextPlace(place: RegionPlace, { next, finished }: RegionReading): RegionPlace {
  if (!next) throw new Error('Nothing is left for a next run');
  let room = LARGEST_HOLDERS;
  const unfinished = next.unfinished.map((one): Unfinished => {
    const bytes = Buffer.byteLength(JSON.stringify(one.holders));
    if (bytes > room) return { ...one, holders: [], digest: UNSETTLED };
    room -= bytes;
    return one;
  });
  const [first] = unfinished;
  if (finished === 0 && first && !isFurther(first, place)) {
    const message = `Image ${first.imageName} has more aliases than one run of the function looks up and an event has room for: snapshotCallsPerSecond is too low for it`;
    throw new CallError(ERRORS.snapshotTooLarge, message, false);
  }
  return { ...next, unfinished };
}

function isFurther({ imageName, after, holders }: Unfinished, place: RegionPlace): boolean {
  const before = place.unfinished.find((one) => one.imageName === imageName);
  if (after !== (before?.after ?? 0)) return after > (before?.after ?? 0);
  return holders.length > (before?.holders.length ?? 0);
}

const count = z.int().check(z.nonnegative());
const text = z.string().check(z.minLength(1), z.maxLength(128));

/** Whoever may publish on the bus may send one, so it is checked like any input. */
export const ContinuationSchema: z.ZodMiniType<Continuation> = z.strictObject({
  runId: text,
  base: count,
  full: z.boolean(),
  startedAt: z.iso.datetime(),
  begun: z.string().check(z.maxLength(128)),
  unfinished: z
    .array(
      z.strictObject({
        imageName: text,
        after: count,
        // Runs of earlier code hand on neither: the lists are not relied on, and the aliases are looked up again.
        digest: z._default(z.string().check(z.maxLength(128)), UNSETTLED),
        holders: z._default(z.array(z.tuple([text, count])), []),
      }),
    )
    .check(z.maxLength(MOST_AT_ONCE)),
  changeSets: z.array(z.strictObject({ writer: text, chunks: count })).check(z.maxLength(MOST_RUNS)),
  digests: z.array(z.strictObject({ number: count, writer: text, chunk: count })),
  counts: z.strictObject({ images: count, versions: count, added: count, changed: count, removed: count }),
  calls: count,
  throttled: count,
  perSecond: z.number().check(z.positive()),
});
