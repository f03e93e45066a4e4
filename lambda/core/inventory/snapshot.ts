import type { ReadableModel } from '../image-version/properties.ts';

/**
 * The inventory's words. A **snapshot** is what one run saw of a region; the snapshots of a region are numbered
 * without gaps. A **row** is what was known of one version for as long as it stayed so: from the snapshot that first
 * saw it so until the one that saw it otherwise, or not at all. An unchanged version costs no write.
 *
 * A snapshot comes about in this order, and whoever finds one on its way takes it to its end:
 *
 *     read ─▶ changes written (nobody sees them) ─▶ claimed: the number is taken, the content fixed
 *          ─▶ dated ─▶ applied: rows opened and closed ─▶ committed: readers see it ─▶ published: its changes are told
 */

/** What is known of a version, as far as it can change. */
export interface VersionState {
  readonly identifier: string;
  readonly region: string;
  readonly account: string;
  readonly imageName: string;
  readonly version: number;
  /** SageMaker's: CREATING, CREATED, CREATE_FAILED, DELETING, DELETE_FAILED. */
  readonly status: string;
  readonly failureReason?: string;
  /** ISO 8601, as all times in here. */
  readonly createdAt: string;
  readonly modifiedAt: string;
  /** Under CloudFormation's names, as Cloud Control reads them: without aliases. */
  readonly properties: ReadableModel;
  /** In order. */
  readonly aliases: readonly string[];
}

/** Whether two states under one name and number are of two versions: an image that is made again counts anew. */
export function isAnother(
  before: Pick<VersionState, 'createdAt'>,
  after: Pick<VersionState, 'createdAt'>,
): boolean {
  return before.createdAt !== after.createdAt;
}

/** Whether an operation of this system made a change, or something else did. */
export type Cause =
  | { readonly drift: false; readonly operationId: string }
  /** A change made past this system; or one of which its operations know nothing. */
  | { readonly drift: true };

/** A version's state, and the snapshots for which it holds: `from` ≤ number < `to`. */
export interface InventoryRow {
  readonly state: VersionState;
  /** When the version was first seen. */
  readonly firstSeenAt: string;
  /** Number of the snapshot, and when that was taken. */
  readonly from: number;
  readonly fromAt: string;
  /** Absent while it holds. */
  readonly to?: number;
  readonly toAt?: string;
  /** What brought it about; absent in a region's first snapshot, before which nothing is known. */
  readonly cause?: Cause;
  /** What ended it, where the version is gone; absent where another row follows. */
  readonly removal?: Cause;
}

/** What a snapshot saw differently from the one before. */
export type Change =
  | {
      readonly kind: 'added';
      readonly after: VersionState;
      readonly cause?: Cause;
    }
  | {
      readonly kind: 'changed';
      readonly before: VersionState;
      readonly after: VersionState;
      /** The row that it ends: the number of the snapshot from which that holds. */
      readonly supersedes: number;
      /** Absent where it is another version under the same number. */
      readonly firstSeenAt?: string;
      readonly cause?: Cause;
    }
  | {
      readonly kind: 'removed';
      readonly before: VersionState;
      readonly supersedes: number;
      readonly cause?: Cause;
    };

export interface SnapshotCounts {
  readonly images: number;
  readonly versions: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** A snapshot's own record. */
export interface Snapshot {
  readonly region: string;
  /** Counts the snapshots of the region from 1. */
  readonly number: number;
  /** The run that put it. */
  readonly writer: string;
  /**
   * `claimed`: its number and content are settled, `takenAt` is the earliest that it may come to be. `dated`: that is
   * settled too. Nobody sees it before it is `committed`.
   */
  readonly status: 'claimed' | 'dated' | 'committed';
  /** Its changes are told, or there is nothing to tell. */
  readonly published: boolean;
  readonly startedAt: string;
  /**
   * Everything in it was seen by then. Later than that of the snapshot before, and than any moment at which a reader
   * did not find it claimed: what was answered of that moment stays true.
   */
  readonly takenAt: string;
  readonly trigger: 'schedule' | 'request';
  /** Whether everything was read, or only what seemed changed. */
  readonly full: boolean;
  /** Snapshots since the last full one. */
  readonly sinceFull: number;
  readonly counts: SnapshotCounts;
  /** Calls of Cloud Control and SageMaker, and how many of them were throttled. */
  readonly calls: number;
  readonly throttled: number;
  readonly durationSeconds: number;
  /** Where its changes stand: each writer's chunks, numbered from 1. */
  readonly changeSets: readonly ChangeSet[];
  /** Where the images' digests stand, by which the next snapshot tells what has changed. */
  readonly digests: readonly DigestPlace[];
  /** While it is being completed: the first chunks, so many, whose rows are written. @default 0 */
  readonly appliedChunks?: number;
  /** While it is being completed: the first chunks, so many, whose changes are published. @default 0 */
  readonly publishedChunks?: number;
}

/** How far a snapshot is completed. */
export type CompletionProgress = Pick<Snapshot, 'appliedChunks' | 'publishedChunks'>;

/** What one run of the function wrote: so many chunks of changes. */
export interface ChangeSet {
  readonly writer: string;
  readonly chunks: number;
}

/** The last chunk of a change set, which carries digests. */
export interface DigestPlace {
  readonly number: number;
  readonly writer: string;
  readonly chunk: number;
}

/** What a snapshot is called outside: `us-east-1-42`. */
export function snapshotIdOf({ region, number }: Pick<Snapshot, 'region' | 'number'>): string {
  return `${region}-${number}`;
}

/** undefined for what is no snapshot's id */
export function parseSnapshotId(id: string): Pick<Snapshot, 'region' | 'number'> | undefined {
  const [, region, digits] = /^([a-z]{2}(?:-[a-z]+)+-\d)-([1-9]\d{0,8})$/.exec(id) ?? [];
  return region && digits ? { region, number: Number(digits) } : undefined;
}
