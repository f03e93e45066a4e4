import { ERRORS } from '../../contract/errors.ts';
import { bounded } from '../bounded.ts';
import { type ImageVersionRef, parseImageVersionArn } from '../image-version/identifier.ts';
import { CallError, type Circumstances } from '../ports.ts';
import type { ChangeWriter } from './change-writer.ts';
import { compare } from './compare-image.ts';
import { digestOf, UNSETTLED } from './digest.ts';
import type { PacedReads } from './paced-reads.ts';
import type { InventoryPorts, ListedVersion, SnapshotStore } from './ports.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Reads one image. Its lists tell whether anything has changed; only if so, or if everything is to be read again, its
 * rows are read, and of its versions those that are new or changed. That something is gone is believed when two
 * answers say so: a version that a list lacks is asked for by its number; an image has to be missing in the region's
 * list as well as by its name.
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
  readonly outOfTime: () => boolean;
  /** Versions of an image between two looks at the time: what takes some seconds at the rate that there is. */
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
}

/** An image that was begun, and the last version that was done. */
export interface Unfinished {
  readonly imageName: string;
  readonly after: number;
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
  const { imageName, known, unfinished } = image;
  const { reads } = reader;
  const after = unfinished?.after ?? 0;
  await reader.stillAtIt();
  const listedAt = reader.circumstances.now();
  const listed = await reads.versions(imageName);
  const aliases = listed && (await reads.aliases(imageName));
  if (!listed && !image.listed) {
    const none = { imageName, listed: [], holders: new Map(), gone: true };
    const compared = await compare(none, after, reader);
    if (compared.outcome === 'done') return { outcome: 'gone', imageName, settled: !unfinished };
    return { outcome: 'unfinished', unfinished: { imageName, after: compared.after } };
  }
  // One answer says that it is there, another that it is not: nothing is said of it this time.
  if (!listed || !aliases) return leftAsKnown(imageName, reader);

  const digest = unfinished ? UNSETTLED : digestOf(listed, aliases, listedAt);
  const same = !reader.full && known !== undefined && known !== UNSETTLED && digest === known;
  const versions = listed.length;
  if (same) return { outcome: 'read', imageName, versions, digest };

  const all = reader.full ? await withUnlisted(imageName, listed, reads) : listed;
  const { holders, moving } = await holdersOf(imageName, aliases, reads);
  const compared = await compare({ imageName, listed: all, holders, gone: false }, after, reader);
  if (compared.outcome === 'out-of-time') {
    return { outcome: 'unfinished', unfinished: { imageName, after: compared.after } };
  }
  // The digest is that of the lists: where more was seen than they tell, it is not to be relied on.
  const settled = compared.settled && all.length === versions && !moving;
  return { outcome: 'read', imageName, versions: all.length, digest: settled ? digest : UNSETTLED };
}

async function leftAsKnown(imageName: string, { base, store, scope }: ImageReader): Promise<ImageReading> {
  let versions = 0;
  if (base) for await (const _row of store.rows(scope.region, imageName)) versions += 1;
  return { outcome: 'read', imageName, versions, digest: UNSETTLED };
}

/** Both sides are read by the same service, but for time: what Cloud Control lists and SageMaker did not is asked for. */
async function withUnlisted(
  imageName: string,
  listed: readonly ListedVersion[],
  reads: PacedReads,
): Promise<ListedVersion[]> {
  const known = new Set(listed.map(({ identifier }) => identifier));
  const unlisted = (await reads.identifiers(imageName)).filter((identifier) => !known.has(identifier));
  const found = await bounded(unlisted, AT_ONCE, async (identifier) => {
    const version = parseImageVersionArn(identifier)?.version;
    return version === undefined ? undefined : reads.describe(imageName, version);
  });
  const more = found.filter((one) => one !== undefined);
  return [...listed, ...more].toSorted((a, b) => a.version - b.version);
}

/**
 * Aliases by version, and whether one of them was on its way from one version to another.
 *
 * @throws CallError for an alias that is listed and points to nothing: so it looks where the role may not describe
 *   versions, and that is not to pass for an alias that is gone
 */
async function holdersOf(imageName: string, aliases: readonly string[], reads: PacedReads) {
  const versions = await bounded(aliases, AT_ONCE, (alias) => reads.holder(imageName, alias));
  const holders = new Map<number, string[]>();
  const lost: string[] = [];
  for (const [index, alias] of aliases.entries()) {
    const version = versions[index];
    if (version === undefined) lost.push(alias);
    else holders.set(version, [...(holders.get(version) ?? []), alias]);
  }
  if (lost.length === 0) return { holders, moving: false };
  const still = await reads.aliases(imageName);
  const [unreadable] = lost.filter((alias) => still?.includes(alias));
  const holder = unreadable === undefined ? undefined : await reads.holder(imageName, unreadable);
  if (unreadable !== undefined && holder === undefined) {
    const message = `The alias ${unreadable} of image ${imageName} is listed, and DescribeImageVersion knows no version of it. Does the role allow sagemaker:DescribeImageVersion?`;
    throw new CallError(ERRORS.unexpectedAnswer, message, false);
  }
  return { holders, moving: true };
}
