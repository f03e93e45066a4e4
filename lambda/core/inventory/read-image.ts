import { ERRORS } from '../../contract/errors.ts';
import { bounded } from '../bounded.ts';
import { type ImageVersionRef, parseImageVersionArn } from '../image-version/identifier.ts';
import { CallError, type Circumstances } from '../ports.ts';
import type { ChangeWriter } from './change-writer.ts';
import { compare } from './compare-image.ts';
import { digestOf, UNSETTLED } from './digest.ts';
import { ImageProgress, type Unfinished } from './image-progress.ts';
import type { PacedReads } from './paced-reads.ts';
import type { InventoryPorts, ListedVersion, SnapshotStore } from './ports.ts';
import type { Snapshot } from './snapshot.ts';
import { OutOfTime, type TimeLimit } from './time-limit.ts';

/**
 * Reads one image. Its lists tell whether anything has changed; only if so, or if everything is to be read again, its
 * rows are read, and of its versions those that are new or changed. That something is gone is believed when two
 * answers say so: a version that a list lacks is asked for by its number; an image has to be missing in the region's
 * list as well as by its name.
 *
 * The time may be over before any call. Then the answer says how far the image was read, and another run goes on from
 * there: with the aliases that are still to be looked up, and the versions that are still to be compared.
 */

/** What reading images asks for. */
export interface ImageReader {
  readonly scope: Pick<ImageVersionRef, 'region' | 'account' | 'partition'>;
  readonly reads: PacedReads;
  readonly store: Pick<SnapshotStore, 'rows'>;
  readonly operations: InventoryPorts['operations'];
  readonly circumstances: Circumstances;
  readonly writer: ChangeWriter;
  /** undefined in a region's first snapshot: then nothing is known of any image. */
  readonly base: Pick<Snapshot, 'startedAt'> | undefined;
  readonly full: boolean;
  readonly limit: TimeLimit;
  /** Calls a second, as it stands: it falls where AWS throttles. */
  readonly perSecond: () => number;
  /** Versions of an image that are compared, and written away, together: some seconds' worth of calls. */
  readonly batch: () => number;
  /** Tells others that somebody is at it, now and then. */
  readonly stillAtIt: () => Promise<void>;
}

/** What is to be read. */
export interface ImageToRead {
  readonly imageName: string;
  /** Whether the region's list has it. */
  readonly listed: boolean;
  /** Its digest in the snapshot before. */
  readonly known: string | undefined;
  /** Where an earlier run left off. */
  readonly unfinished: Unfinished | undefined;
  /** It comes first in this run: the run is to get on with it, whatever the time is. */
  readonly isFirst: boolean;
}

export type ImageReading =
  | {
      readonly outcome: 'read';
      readonly imageName: string;
      readonly versions: number;
      readonly digest: string;
    }
  /** Its versions are gone with it. Where an earlier run had begun it, the next snapshot looks again. */
  | { readonly outcome: 'gone'; readonly imageName: string; readonly settled: boolean }
  | { readonly outcome: 'unfinished'; readonly unfinished: Unfinished };

const AT_ONCE = 10;

export async function readImage(image: ImageToRead, reader: ImageReader): Promise<ImageReading> {
  const progress = new ImageProgress(
    image.imageName,
    image.unfinished,
    () => image.isFirst && reader.limit.progress(),
  );
  try {
    const reading = await readOn(image, progress, reader);
    reader.limit.progress();
    return reading;
  } catch (error) {
    if (error instanceof OutOfTime) return { outcome: 'unfinished', unfinished: progress.place };
    throw error;
  }
}

/** @throws OutOfTime */
async function readOn(
  image: ImageToRead,
  progress: ImageProgress,
  reader: ImageReader,
): Promise<ImageReading> {
  const { imageName, known, unfinished } = image;
  const { reads } = reader;
  await reader.stillAtIt();
  const listedAt = reader.circumstances.now();
  const listed = await reads.versions(imageName);
  const aliases = listed && (await reads.aliases(imageName));
  if (!listed && !image.listed) {
    await compare({ imageName, listed: [], holders: new Map(), gone: true }, progress, reader);
    return { outcome: 'gone', imageName, settled: !unfinished };
  }
  // One answer says that it is there, another that it is not: nothing is said of it this time.
  if (!listed || !aliases) return leftAsKnown(imageName, reader);

  progress.listed(digestOf(listed, aliases, listedAt));
  const { digest } = progress;
  const same = !reader.full && !unfinished && known !== undefined && known !== UNSETTLED && digest === known;
  if (same) return { outcome: 'read', imageName, versions: listed.length, digest };

  const all = reader.full ? await withUnlisted(imageName, listed, reads) : listed;
  // The digest is that of the lists: if more was seen than they tell, it is not to be relied on.
  if (all.length > listed.length) progress.unsettle();
  const holders = await holdersOf(imageName, aliases, progress, reader);
  await compare({ imageName, listed: all, holders, gone: false }, progress, reader);
  return { outcome: 'read', imageName, versions: all.length, digest: progress.digest };
}

async function leftAsKnown(imageName: string, { base, store, scope }: ImageReader): Promise<ImageReading> {
  let versions = 0;
  if (base) for await (const _row of store.rows(scope.region, imageName)) versions += 1;
  return { outcome: 'read', imageName, versions, digest: UNSETTLED };
}

/**
 * Both sides are read by the same service, but for time: what Cloud Control lists and SageMaker did not is asked for. They
 * are compared by number: the two may spell the ARN of one version differently (docs/unverified.md).
 */
async function withUnlisted(
  imageName: string,
  listed: readonly ListedVersion[],
  reads: PacedReads,
): Promise<ListedVersion[]> {
  const known = new Set(listed.map(({ version }) => version));
  const identified = (await reads.identifiers(imageName)).flatMap(
    (identifier) => parseImageVersionArn(identifier)?.version ?? [],
  );
  const unlisted = [...new Set(identified)].filter((version) => !known.has(version));
  const found = await bounded(unlisted, AT_ONCE, (version) => reads.describe(imageName, version));
  const more = found.filter((one) => one !== undefined);
  return [...listed, ...more].toSorted((a, b) => a.version - b.version);
}

/**
 * Aliases by version. Those that an earlier run has looked up are taken from it: so an alias is on one version of a
 * snapshot, though it may move while the image is read.
 *
 * @throws CallError for an alias that is listed and points to nothing: so it looks where the role may not describe
 *   versions, and that is not to pass for an alias that is gone
 */
async function holdersOf(
  imageName: string,
  aliases: readonly string[],
  progress: ImageProgress,
  { reads, stillAtIt }: ImageReader,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const open = aliases.filter((alias) => progress.holderOf(alias) === undefined);
  await bounded(open, AT_ONCE, async (alias) => {
    await stillAtIt();
    const version = await reads.holder(imageName, alias);
    if (version !== undefined) progress.found(alias, version);
  });
  const lost = open.filter((alias) => progress.holderOf(alias) === undefined);
  if (lost.length > 0) {
    // They were on their way from one version to another.
    progress.unsettle();
    const still = await reads.aliases(imageName);
    const [unreadable] = lost.filter((alias) => still?.includes(alias));
    const holder = unreadable === undefined ? undefined : await reads.holder(imageName, unreadable);
    if (unreadable !== undefined && holder === undefined) {
      const message = `The alias ${unreadable} of image ${imageName} is listed, and DescribeImageVersion knows no version of it. Does the role allow sagemaker:DescribeImageVersion?`;
      throw new CallError(ERRORS.unexpectedAnswer, message, false);
    }
  }
  const holders = new Map<number, string[]>();
  for (const alias of aliases) {
    const version = progress.holderOf(alias);
    if (version !== undefined) holders.set(version, [...(holders.get(version) ?? []), alias]);
  }
  return holders;
}
