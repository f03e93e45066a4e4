import type { Page } from '../catalogue.ts';
import type { InventoryDesk, RowBatch, RowFilter, RowPlace, RowQuery } from './desk.ts';
import type { InventoryRow } from './snapshot.ts';

/**
 * Pages of rows. Rows that have ended stay where they are, so a page may have to look at many to find a few: it is
 * answered with what there is after some reads, and its place says where to go on.
 */

/** Each of 1 MB at most, which takes DynamoDB some 50 ms. */
export const READS_PER_PAGE = 10;
/**
 * As JSON. An answer tells each row with at most twice as many bytes, and a Lambda's result, in which it is a text
 * once more, must stay below 6 MB.
 */
const BYTES_PER_PAGE = 1_500_000;

/** The rows that hold in a snapshot, in order of their places. */
export async function rowsAt(
  desk: InventoryDesk,
  {
    region,
    filter,
    number,
  }: { readonly region: string; readonly filter: RowFilter; readonly number: number },
  limit: number,
  after: RowPlace | undefined,
): Promise<Page<InventoryRow, RowPlace>> {
  const query: RowQuery = { region, filter, span: { kind: 'at', number } };
  const room = new Room<InventoryRow>(limit);
  let next = after;
  let reads = 0;
  for await (const batch of batches(desk, query, after, () => room.left)) {
    for (const [index, row] of batch.rows.entries()) {
      room.add(row);
      if (!room.full) continue;
      const more = index + 1 < batch.rows.length || batch.next !== undefined;
      return { items: room.items, ...(more ? { next: placeOf(row) } : {}) };
    }
    next = batch.next;
    reads += 1;
    if (reads >= READS_PER_PAGE) break;
  }
  return { items: room.items, ...(next ? { next } : {}) };
}

/** More rows than one read has room for. */
export const AS_MANY_AS_FIT = 10_000;

/** Read after read, each over as many rows as it takes by what was found so far. Ends with the rows. */
export async function* batches(
  desk: InventoryDesk,
  query: RowQuery,
  after: RowPlace | undefined,
  wanted: () => number,
): AsyncGenerator<RowBatch> {
  let place = after;
  let looked = 0;
  let found = 0;
  do {
    const most = Math.min(Math.ceil(((looked + 1) / (found + 1)) * wanted()), AS_MANY_AS_FIT);
    const batch = await desk.rows(query, most, place);
    looked += batch.looked;
    found += batch.rows.length;
    yield batch;
    place = batch.next;
  } while (place);
}

/** What fits on a page: so many items, and so many bytes. */
export class Room<Item> {
  readonly items: Item[] = [];
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(item: Item): void {
    this.items.push(item);
    this.#bytes += Buffer.byteLength(JSON.stringify(item));
  }

  get left(): number {
    return this.#limit - this.items.length;
  }

  get full(): boolean {
    return this.left <= 0 || this.#bytes >= BYTES_PER_PAGE;
  }
}

export function placeOf({ state, from }: InventoryRow): RowPlace {
  return { imageName: state.imageName, version: state.version, from };
}

export function isSameVersion(
  left: Pick<RowPlace, 'imageName' | 'version'>,
  right: Pick<RowPlace, 'imageName' | 'version'>,
): boolean {
  return left.imageName === right.imageName && left.version === right.version;
}
