import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Run } from '../core/inventory/ports.ts';
import type { Change, InventoryRow, Snapshot } from '../core/inventory/snapshot.ts';
import type { Item } from './operation-item.ts';

/**
 * The inventory's table: what each of its items is, by `part` and `place`.
 *
 * | part                  | place                              | item                                             |
 * |-----------------------|------------------------------------|--------------------------------------------------|
 * | `snapshots#<region>`  | `<number>`                         | a snapshot; `timeline` and `takenAt` index it     |
 * | `versions#<region>`   | `<image>#<version>#<from>`         | a row                                            |
 * | `changes#<region>`    | `<number>#<writer>#<chunk>`        | changes of a snapshot, and digests of its images |
 * | `run#<region>`        | `run`                              | who is at it, if that takes longer               |
 * | `regions`             | `<region>`                         | nothing more: snapshots of it were taken         |
 *
 * Numbers are written with leading zeros, so that their order is that of the text. `#` comes before all that a name
 * of an image may have, so the rows of one image lie side by side, and those of a version in the order of time.
 */
const DIGITS = 10;

export function digits(number: number): string {
  return String(number).padStart(DIGITS, '0');
}

export function snapshotsOf(region: string): string {
  return `snapshots#${region}`;
}

export function snapshotKey({ region, number }: Pick<Snapshot, 'region' | 'number'>) {
  return { part: snapshotsOf(region), place: digits(number) };
}

export function rowsOf(region: string): string {
  return `versions#${region}`;
}

export function rowKey({ region, imageName, version }: Version, from: number) {
  return { part: rowsOf(region), place: `${imageName}#${digits(version)}#${digits(from)}` };
}

interface Version {
  readonly region: string;
  readonly imageName: string;
  readonly version: number;
}

export function chunkKey(region: string, number: number, writer: string, chunk: number) {
  return { part: `changes#${region}`, place: `${digits(number)}#${writer}#${digits(chunk)}` };
}

/** Every chunk under a snapshot's number, whoever wrote it. */
export function chunksUnder(region: string, number: number) {
  return { part: `changes#${region}`, prefix: `${digits(number)}#` };
}

export function runKey(region: string) {
  return { part: `run#${region}`, place: 'run' };
}

/** `timeline` is what the index by time is made of, so a snapshot that nobody may see is not in it. */
export function snapshotItem(snapshot: Snapshot): Item {
  const timeline = snapshot.status === 'committed' ? { timeline: snapshot.region } : {};
  return marshall({ ...snapshotKey(snapshot), ...snapshot, ...timeline }, OPTIONS);
}

/** Items are written here alone, so they are trusted. */
export function snapshotOf(item: Item): Snapshot {
  const { part: _part, place: _place, timeline: _timeline, ...snapshot } = unmarshall(item);
  return snapshot as Snapshot;
}

/** A row's state lies flat in its item, so that a query can filter by it. */
export function rowItem({ state, ...row }: InventoryRow): Item {
  return marshall({ ...rowKey(state, row.from), ...state, ...row }, OPTIONS);
}

export function rowOf(item: Item): InventoryRow {
  const { part: _part, place: _place, ...flat } = unmarshall(item);
  const { firstSeenAt, from, fromAt, to, toAt, cause, removal, ...state } = flat;
  const row = { state, firstSeenAt, from, fromAt, to, toAt, cause, removal };
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== undefined),
  ) as unknown as InventoryRow;
}

/** Changes travel as JSON: it takes half the room that DynamoDB's own maps take, and no query looks into it. */
export function chunkItem(
  key: ReturnType<typeof chunkKey>,
  changes: readonly Change[],
  digests: ReadonlyMap<string, string> | undefined,
): Item {
  const also = digests ? { digests: JSON.stringify([...digests]) } : {};
  return marshall({ ...key, changes: JSON.stringify(changes), ...also }, OPTIONS);
}

export function chunkOf(item: Item): { changes: readonly Change[]; digests: ReadonlyMap<string, string> } {
  const { changes, digests } = unmarshall(item);
  return {
    changes: JSON.parse(changes ?? '[]') as readonly Change[],
    digests: new Map(JSON.parse(digests ?? '[]') as readonly (readonly [string, string])[]),
  };
}

export const REGIONS = 'regions';

export function regionItem(region: string): Item {
  return marshall({ part: REGIONS, place: region });
}

export function runItem(region: string, run: Run): Item {
  return marshall({ ...runKey(region), ...run });
}

export function runOf(item: Item): Run {
  const { part: _part, place: _place, ...run } = unmarshall(item);
  return run as Run;
}

const OPTIONS = { removeUndefinedValues: true };
