import type { InventoryRow, Snapshot } from './snapshot.ts';

/** Where the inventory is asked, and snapshots are asked for: what the API does, without its HTTP. */

export interface SnapshotRequests {
  /**
   * Asks for a snapshot of a region. It is taken some time later.
   *
   * @param requestedAt ISO 8601: one that was begun before will not do
   * @throws CallError where nobody heard of it
   */
  ask(region: string, requestedAt: string): Promise<void>;
}

/** Where a row stands among those of its region: by image, then version, then the snapshot from which it holds. */
export interface RowPlace {
  readonly imageName: string;
  readonly version: number;
  /** 0 is before every row of the version. */
  readonly from: number;
}

/** Which versions are asked for, by what is known of them. What is absent does not matter. */
export interface RowFilter {
  readonly imageName?: string | undefined;
  /** Of an image that is named alone. */
  readonly version?: number;
  /** Has it among its aliases. */
  readonly alias?: string | undefined;
  readonly vendorGuidance?: string | undefined;
  readonly processor?: string | undefined;
  readonly mlFramework?: string | undefined;
}

/** Which rows of those versions, by the snapshots for which they hold. */
export type RowSpan =
  /** Those that hold in one snapshot. */
  | { readonly kind: 'at'; readonly number: number }
  /** Those that begin or end in a snapshot after the one and not after the other. */
  | { readonly kind: 'between'; readonly after: number; readonly upTo: number }
  /** Those that begin in a snapshot not after this one. */
  | { readonly kind: 'up-to'; readonly number: number };

export interface RowQuery {
  readonly region: string;
  readonly filter: RowFilter;
  readonly span: RowSpan;
}

/** What one read found. */
export interface RowBatch {
  /** In order of their places. */
  readonly rows: readonly InventoryRow[];
  /** How many rows were looked at for that. */
  readonly looked: number;
  /** The last one looked at, where there may be more. */
  readonly next?: RowPlace;
}

/** What one read of a region's snapshots found. */
export interface SnapshotBatch {
  /** Newest first. */
  readonly snapshots: readonly Snapshot[];
  /** The last number read, if there may be more below it. */
  readonly next?: number;
}

/**
 * The inventory as it is stored, by single reads; each sees what was written last, but for `lastTakenBy`. All may
 * throw CallError. Who asks here sees also what is not committed: as-of.ts and the files that go by it leave that out.
 */
export interface InventoryDesk {
  /** Regions that snapshots were taken of, in order of their names. Those that are not configured any more are among them. */
  regions(): Promise<readonly string[]>;
  /**
   * Snapshots of a region, newest first.
   *
   * @param most snapshots to read; a read also ends after 1 MB of them
   * @param before a number: those below it @default - from the newest on
   */
  snapshots(region: string, most: number, before?: number): Promise<SnapshotBatch>;
  find(region: string, number: number): Promise<Snapshot | undefined>;
  /** The last committed snapshot that was taken at that time or before. A moment behind what was written. */
  lastTakenBy(region: string, at: string): Promise<Snapshot | undefined>;
  /** @param most rows to look at; a read also ends after 1 MB of them */
  rows(query: RowQuery, most: number, after?: RowPlace): Promise<RowBatch>;
}
