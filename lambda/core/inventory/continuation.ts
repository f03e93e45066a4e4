import * as z from 'zod/mini';
import type { AdaptiveRate } from './rate.ts';
import type { Unfinished } from './read-image.ts';
import type { ChangeSet, DigestPlace, SnapshotCounts } from './snapshot.ts';

/**
 * Where a run left off, handed on in an event. It is all that the next run knows: what was written so far stands in
 * the table under the writers that are named here, and nobody else names them.
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

const count = z.int().check(z.nonnegative());
const text = z.string().check(z.minLength(1), z.maxLength(128));

/** Whoever may publish on the bus may send one, so it is checked like any input. */
export const ContinuationSchema: z.ZodMiniType<Continuation> = z.strictObject({
  runId: text,
  base: count,
  full: z.boolean(),
  startedAt: z.iso.datetime(),
  begun: z.string().check(z.maxLength(128)),
  unfinished: z.array(z.strictObject({ imageName: text, after: count })),
  changeSets: z.array(z.strictObject({ writer: text, chunks: count })),
  digests: z.array(z.strictObject({ number: count, writer: text, chunk: count })),
  counts: z.strictObject({ images: count, versions: count, added: count, changed: count, removed: count }),
  calls: count,
  throttled: count,
  perSecond: z.number().check(z.positive()),
});
