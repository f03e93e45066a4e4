import { bounded } from '../bounded.ts';
import type { ReadableModel } from '../image-version/properties.ts';
import type { OperationRecord } from '../operation/record.ts';
import { causeOf } from './cause.ts';
import { differences } from './differences.ts';
import type { ImageProgress } from './image-progress.ts';
import type { ListedVersion } from './ports.ts';
import type { ImageReader } from './read-image.ts';
import { type Change, type InventoryRow, isAnother, type VersionState } from './snapshot.ts';
import { isUnchanged } from './unchanged-version.ts';

/** Holds what is listed of an image against what is known of it, version by version. */

export interface ListedImage {
  readonly imageName: string;
  /** In order of their numbers. */
  readonly listed: readonly ListedVersion[];
  /** Aliases by version. */
  readonly holders: ReadonlyMap<number, readonly string[]>;
  /** There is no such image any more. */
  readonly gone: boolean;
}

/** Versions that are read at once; the rate lets far fewer through. */
const AT_ONCE = 10;

/**
 * In order of the versions, from where the image was left; what differs is written away.
 *
 * @throws OutOfTime
 */
export async function compare(
  image: ListedImage,
  progress: ImageProgress,
  reader: ImageReader,
): Promise<void> {
  const operations = once(async () => {
    const { base, scope } = reader;
    return base ? reader.operations.since(scope.region, image.imageName, base.startedAt) : [];
  });
  let batch: Pair[] = [];
  const finish = async () => {
    const compared = await bounded(batch, AT_ONCE, (pair) => look(pair, image, reader));
    // Lists and reads contradicted each other.
    if (compared.some(({ settled }) => !settled)) progress.unsettle();
    const found = compared.flatMap(({ before, after: now }) => changeOf(before, now) ?? []);
    await reader.writer.add(reader.base ? await attributed(found, operations) : found);
    const last = batch.at(-1);
    if (last) progress.compared(last.version);
    batch = [];
  };
  for await (const pair of pairs(image, progress.after, reader)) {
    // Also where no call is needed: a long image whose versions are all known.
    if (batch.length === 0) reader.limit.check();
    batch.push(pair);
    if (batch.length < reader.batch()) continue;
    await finish();
    await reader.stillAtIt();
  }
  await finish();
}

/** What is known of one version, and what is listed of it. One of them is there. */
interface Pair {
  readonly version: number;
  readonly row: InventoryRow | undefined;
  readonly listed: ListedVersion | undefined;
}

/** Both are in order of the versions, so the rows, which are the larger side, are never held whole. */
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
    ...(model ? { properties: model } : unread(row?.state, now, imageName)),
    aliases: image.holders.get(version) ?? [],
  };
  return { before: row, after, settled: listed !== undefined && model !== undefined };
}

/**
 * Listed and not readable: reads may lag behind creates, and a version may be on its way out. What was known of it
 * stands, with the time that it was known for, so that the next snapshot does not take it for what is there.
 */
function unread(
  state: VersionState | undefined,
  now: ListedVersion,
  imageName: string,
): Pick<VersionState, 'properties' | 'modifiedAt'> {
  const another = state && isAnother(state, now);
  if (!state || another) return { properties: bare(now, imageName), modifiedAt: now.modifiedAt };
  return { properties: state.properties, modifiedAt: state.modifiedAt };
}

/** What the list alone says of a version. */
function bare({ identifier, version }: ListedVersion, imageName: string): ReadableModel {
  return { ImageName: imageName, ImageVersionArn: identifier, Version: version };
}

/** Whether the properties that are known of a version need not be read again. */
function isKnown(state: VersionState, now: ListedVersion, { base, full }: ImageReader): boolean {
  return base !== undefined && !full && isUnchanged(state, now, Date.parse(base.startedAt));
}

function changeOf(before: InventoryRow | undefined, after: VersionState | undefined): Change | undefined {
  if (!before) return after && { kind: 'added', after };
  const { state, from: supersedes, firstSeenAt } = before;
  if (!after) return { kind: 'removed', before: state, supersedes };
  if (differences(state, after).length === 0) return undefined;
  // An image that was deleted and made again numbers its versions anew: this one is seen for the first time.
  const again = isAnother(state, after) ? {} : { firstSeenAt };
  return { kind: 'changed', before: state, after, supersedes, ...again };
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
    const made = before && after && isAnother(before, after);
    return { ...change, cause: causeOf(made ? undefined : before, after, known) };
  });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
