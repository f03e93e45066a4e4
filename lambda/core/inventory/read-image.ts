import { bounded } from '../bounded.ts';
import { type ImageVersionRef, imageVersionArn, parseImageVersionArn } from '../image-version/identifier.ts';
import type { ReadableModel } from '../image-version/properties.ts';
import type { OperationRecord } from '../operation/record.ts';
import type { Circumstances } from '../ports.ts';
import { causeOf } from './cause.ts';
import type { ChangeWriter } from './change-writer.ts';
import { differences } from './differences.ts';
import { digestOf, UNSETTLED, unsettled } from './digest.ts';
import type { PacedReads } from './paced-reads.ts';
import type { InventoryPorts, ListedVersion, SnapshotStore } from './ports.ts';
import type { Change, InventoryRow, Snapshot, VersionState } from './snapshot.ts';

/**
 * Reads one image. Its lists tell whether anything has changed; only if so, or if everything is to be read again, its
 * rows are read, and of its versions those that are new or changed. That a version is gone is believed of SageMaker
 * when it is asked for by its number, not of a list that lacks it.
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
  /** There is no such image any more, and its versions are gone with it. */
  | { readonly outcome: 'gone'; readonly imageName: string }
  | { readonly outcome: 'unfinished'; readonly unfinished: Unfinished };

/** Versions between two looks at the time. */
const BATCH = 50;
/** Versions that are read at once; the rate lets far fewer through. */
const AT_ONCE = 10;

/** @param known the image's digest in the snapshot before. @param resumed where an earlier run left off */
export async function readImage(
  imageName: string,
  known: string | undefined,
  resumed: Unfinished | undefined,
  reader: ImageReader,
): Promise<ImageReading> {
  const { reads } = reader;
  const listedAt = reader.circumstances.now();
  const listed = await reads.versions(imageName);
  const aliases = listed && (await reads.aliases(imageName));
  if (!listed || !aliases) {
    await compare({ imageName, listed: [], holders: new Map(), gone: true }, 0, reader);
    return { outcome: 'gone', imageName };
  }
  const digest = resumed ? UNSETTLED : digestOf(listed, aliases, listedAt);
  const same = !reader.full && known !== undefined && known !== UNSETTLED && digest === known;
  const versions = listed.length;
  if (same) return { outcome: 'read', imageName, versions, digest };

  const all = reader.full ? await withUnlisted(imageName, listed, reads) : listed;
  const holders = await holdersOf(imageName, aliases, reads);
  const image = { imageName, listed: all, holders, gone: false };
  const compared = await compare(image, resumed?.after ?? 0, reader);
  if (compared.outcome === 'out-of-time') {
    return { outcome: 'unfinished', unfinished: { imageName, after: compared.after } };
  }
  // The digest is that of the list: where more was seen than that tells, it is not to be relied on.
  const settled = compared.settled && all.length === versions;
  return { outcome: 'read', imageName, versions: all.length, digest: settled ? digest : UNSETTLED };
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

/** Aliases by version. One that points to nothing by now is left out. */
async function holdersOf(
  imageName: string,
  aliases: readonly string[],
  reads: PacedReads,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const versions = await bounded(aliases, AT_ONCE, (alias) => reads.holder(imageName, alias));
  const holders = new Map<number, string[]>();
  for (const [index, alias] of aliases.entries()) {
    const version = versions[index];
    if (version !== undefined) holders.set(version, [...(holders.get(version) ?? []), alias]);
  }
  return holders;
}

interface ListedImage {
  readonly imageName: string;
  readonly listed: readonly ListedVersion[];
  readonly holders: ReadonlyMap<number, readonly string[]>;
  readonly gone: boolean;
}

type Comparison =
  /** Where lists and reads contradicted each other, it is not settled. */
  | { readonly outcome: 'done'; readonly settled: boolean }
  | { readonly outcome: 'out-of-time'; readonly after: number };

/** Holds what is listed against the rows, in order of the versions, from one version on. */
async function compare(image: ListedImage, after: number, reader: ImageReader): Promise<Comparison> {
  const operations = once(async () => {
    const { base, scope } = reader;
    return base ? reader.operations.since(scope.region, image.imageName, base.startedAt) : [];
  });
  let settled = true;
  let batch: Pair[] = [];
  const finish = async () => {
    const compared = await bounded(batch, AT_ONCE, (pair) => look(pair, image, reader));
    settled &&= compared.every((one) => one.settled);
    const found = compared.flatMap(({ before, after: now }) => changeOf(before, now) ?? []);
    await reader.writer.add(reader.base ? await attributed(found, operations) : found);
    batch = [];
  };
  for await (const pair of pairs(image, after, reader)) {
    batch.push(pair);
    if (batch.length < BATCH) continue;
    await finish();
    if (reader.outOfTime()) return { outcome: 'out-of-time', after: pair.version };
  }
  await finish();
  return { outcome: 'done', settled };
}

/** What is known of one version, and what is listed of it. One of them is there. */
interface Pair {
  readonly version: number;
  readonly row: InventoryRow | undefined;
  readonly listed: ListedVersion | undefined;
}

/** Both are in order of the versions, so neither is ever held whole. */
async function* pairs(image: ListedImage, after: number, reader: ImageReader): AsyncGenerator<Pair> {
  const listed = image.listed.filter(({ version }) => version > after).values();
  let next = listed.next();
  if (reader.base) {
    for await (const row of reader.store.rows(reader.scope.region, image.imageName)) {
      const { version } = row.state;
      if (version <= after) continue;
      while (!next.done && next.value.version < version) {
        yield { version: next.value.version, row: undefined, listed: next.value };
        next = listed.next();
      }
      const own = !next.done && next.value.version === version ? next.value : undefined;
      if (own) next = listed.next();
      yield { version, row, listed: own };
    }
  }
  for (; !next.done; next = listed.next()) {
    yield { version: next.value.version, row: undefined, listed: next.value };
  }
}

interface Look {
  readonly before: InventoryRow | undefined;
  readonly after: VersionState | undefined;
  readonly settled: boolean;
}

async function look({ version, row, listed }: Pair, image: ListedImage, reader: ImageReader): Promise<Look> {
  const { reads } = reader;
  const { imageName } = image;
  // A version that has a row and is not listed: the list may have lagged, or skipped it between two pages.
  const now = listed ?? (image.gone ? undefined : await reads.describe(imageName, version));
  if (!now) return { before: row, after: undefined, settled: true };
  const known = row && isKnown(row.state, now, reader) ? row.state.properties : undefined;
  const model = known ?? (await reads.model(now.identifier));
  const { region, account } = reader.scope;
  const after: VersionState = {
    ...now,
    region,
    account,
    imageName,
    // Listed and not readable: reads may lag behind creates, and a version may be on its way out.
    properties: model ?? row?.state.properties ?? bare({ ...reader.scope, imageName, version }),
    aliases: image.holders.get(version) ?? [],
  };
  return { before: row, after, settled: listed !== undefined && model !== undefined };
}

/** What a version's identifier alone tells of it. */
function bare(ref: ImageVersionRef): ReadableModel {
  return { ImageName: ref.imageName, ImageVersionArn: imageVersionArn(ref), Version: ref.version };
}

/** Whether what is known of a version is what is there. */
function isKnown(state: VersionState, now: ListedVersion, { base, full }: ImageReader): boolean {
  return (
    base !== undefined &&
    !full &&
    state.status === now.status &&
    state.failureReason === now.failureReason &&
    state.createdAt === now.createdAt &&
    state.modifiedAt === now.modifiedAt &&
    !unsettled(now.modifiedAt, Date.parse(base.startedAt))
  );
}

function changeOf(before: InventoryRow | undefined, after: VersionState | undefined): Change | undefined {
  if (!before) return after && { kind: 'added', after };
  const { state, from: supersedes, firstSeenAt } = before;
  if (!after) return { kind: 'removed', before: state, supersedes };
  if (differences(state, after).length === 0) return undefined;
  return { kind: 'changed', before: state, after, supersedes, firstSeenAt };
}

async function attributed(
  changes: readonly Change[],
  operations: () => Promise<readonly OperationRecord[]>,
): Promise<Change[]> {
  if (changes.length === 0) return [];
  const known = await operations();
  return changes.map((change) => {
    const before = change.kind === 'added' ? undefined : change.before;
    const after = change.kind === 'removed' ? undefined : change.after;
    return { ...change, cause: causeOf(before, after, known) };
  });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
