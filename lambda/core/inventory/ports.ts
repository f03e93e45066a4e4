import type { ResourceLists } from '../catalogue.ts';
import type { OperationRecord } from '../operation/record.ts';
import { CallError, type Circumstances, type ImageVersionRequests } from '../ports.ts';
import type {
  Change,
  CompletionProgress,
  DigestPlace,
  InventoryRow,
  Snapshot,
  VersionState,
} from './snapshot.ts';

/** The outside world as the inventory sees it. Every method may throw CallError. */

/** What SageMaker lists of a version: all but its properties and aliases. Times are ISO 8601. */
export type ListedVersion = Pick<
  VersionState,
  'identifier' | 'version' | 'status' | 'failureReason' | 'createdAt' | 'modifiedAt'
>;

/** SageMaker's own lists, one page for each call; undefined where there is no such image. */
export interface ImageLists {
  versions(region: string, imageName: string, nextToken?: string): Promise<VersionsPage | undefined>;
  aliases(region: string, imageName: string, nextToken?: string): Promise<AliasesPage | undefined>;
  /** undefined where there is no such version */
  describe(region: string, imageName: string, version: number): Promise<ListedVersion | undefined>;
  /** Number of the version that an alias points to; undefined where it points to none. */
  holder(region: string, imageName: string, alias: string): Promise<number | undefined>;
}

interface VersionsPage {
  readonly versions: readonly ListedVersion[];
  readonly nextToken?: string;
}

interface AliasesPage {
  readonly aliases: readonly string[];
  readonly nextToken?: string;
}

/** Where the versions are read from. */
export interface InventoryReads {
  readonly lists: ResourceLists;
  readonly requests: Pick<ImageVersionRequests, 'read'>;
  readonly images: ImageLists;
}

/** Whoever is at a snapshot that takes longer, or was asked for: so that not everybody reads at once. */
export interface Run {
  readonly runId: string;
  /** Number of the snapshot that it goes on from: once there is a later one, it is over. */
  readonly base: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Epoch milliseconds: if it has not said anything by then, it is taken for dead. */
  readonly until: number;
}

/** A chunk is not there that a run goes on from: another run, which got the number, has cleared it away. */
export class ChunkGone extends CallError {}

/** The inventory's table. Every write may be repeated. */
export interface SnapshotStore {
  /** The snapshot with the highest number, whatever its status: what was written last. */
  newest(region: string): Promise<Snapshot | undefined>;
  /** Digest by image. @throws ChunkGone */
  digests(region: string, places: readonly DigestPlace[]): Promise<ReadonlyMap<string, string>>;
  /** The rows of an image that hold, by version. */
  rows(region: string, imageName: string): AsyncIterable<InventoryRow>;

  writeChunk(
    at: ChunkAt,
    changes: readonly Change[],
    digests: ReadonlyMap<string, string> | undefined,
  ): Promise<void>;
  /** @throws ChunkGone */
  changes(at: ChunkAt): Promise<readonly Change[]>;

  /** Removes chunks under the snapshot's number that it does not name. */
  dropUnnamed(snapshot: Snapshot): Promise<void>;

  /** Takes the snapshot's number. @returns false where it is taken */
  put(snapshot: Snapshot): Promise<boolean>;
  /** Settles when a claimed snapshot was taken. @returns it as it is then, whoever has settled it */
  date(snapshot: Snapshot, takenAt: string): Promise<Snapshot>;
  /** Notes how far the snapshot is completed, for whoever takes it up. A lower number than before does no harm. */
  noteProgress(snapshot: Snapshot, progress: CompletionProgress): Promise<void>;
  /** Does nothing where it stands already. */
  openRow(row: InventoryRow): Promise<void>;
  /** Does nothing where it is closed already. */
  closeRow(
    state: VersionState,
    from: number,
    end: Pick<InventoryRow, 'to' | 'toAt' | 'removal'>,
  ): Promise<void>;
  /** Makes the region known to readers, whatever is configured later. */
  addRegion(region: string): Promise<void>;
  commit(snapshot: Snapshot): Promise<void>;
  markPublished(snapshot: Snapshot): Promise<void>;

  run(region: string): Promise<Run | undefined>;
  /** @param previous what {@link run} answered. @returns false where it is somebody else's by now */
  claimRun(region: string, run: Run, previous: Run | undefined): Promise<boolean>;
  /** Nothing happens where it is somebody else's. */
  extendRun(region: string, run: Run, until: number): Promise<void>;
}

/** Place of a chunk: chunks of a writer are counted from 1. */
export interface ChunkAt {
  readonly region: string;
  readonly number: number;
  readonly writer: string;
  readonly chunk: number;
}

/** One event on the bus. */
export interface BusEvent {
  readonly detailType: string;
  readonly detail: object;
  readonly resources?: readonly string[];
}

export interface InventoryPorts {
  readonly reads: InventoryReads;
  readonly store: SnapshotStore;
  readonly bus: { put(events: readonly BusEvent[]): Promise<void> };
  readonly operations: {
    /** An image's operations that had not ended by then, in the order in which they were accepted. */
    since(region: string, imageName: string, time: string): Promise<readonly OperationRecord[]>;
  };
  readonly circumstances: Circumstances;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly newId: () => string;
}

/** The time that a run has. */
export interface Allotment {
  /** Nothing that takes long may be begun any more. */
  readonly outOfTime: () => boolean;
  /** Epoch milliseconds at which it is cut off. */
  readonly until: number;
}
