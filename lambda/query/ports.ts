import type { Scope } from '../core/image-version/request.ts';
import type { InventoryDesk } from '../core/inventory/desk.ts';
import type { InventoryReads } from '../core/inventory/ports.ts';
import type { Snapshot } from '../core/inventory/snapshot.ts';
import type { ReadDesk } from '../core/operation/desk.ts';
import type { Circumstances, ImageVersions } from '../core/ports.ts';
import type { Engine } from './engine.ts';

/** The outside world as statements see it. What reads may throw CallError. */
export interface QueryPorts {
  readonly engine: Engine;
  /** AWS as it stands now; each call made once, so that all of them are paced and counted. */
  readonly reads: InventoryReads;
  readonly versions: Pick<ImageVersions, 'aliases'>;
  readonly inventory: InventoryDesk;
  /**
   * The snapshot that tells of a region at a time, in UTC to the millisecond. @default - the newest. Fails where there
   * is none, as the routes of the inventory do.
   */
  readonly snapshotOf: (region: string, at?: string) => Promise<Snapshot>;
  readonly operations: Pick<ReadDesk, 'list'>;
  readonly scope: Scope;
  readonly circumstances: Circumstances;
  /** Ends early, without an error, when the signal is raised. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}
