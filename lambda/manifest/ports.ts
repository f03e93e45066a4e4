import type { Scope } from '../core/image-version/request.ts';
import type { InventoryDesk } from '../core/inventory/desk.ts';
import type { ImageLists } from '../core/inventory/ports.ts';
import type { ReadDesk, WriteDesk } from '../core/operation/desk.ts';
import type { ImageVersionRequests, ImageVersions } from '../core/ports.ts';

/** The outside world as manifests see it. Every method may throw CallError. */
export interface ManifestReads {
  readonly images: Pick<ImageLists, 'versions' | 'describe'>;
  readonly requests: Pick<ImageVersionRequests, 'read'>;
  readonly versions: Pick<ImageVersions, 'aliases'>;
  readonly inventory: InventoryDesk;
  readonly operations: Pick<ReadDesk, 'list'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What planning and testing need. There is nothing here by which they could ask for a change. */
export interface ManifestReadPorts extends ManifestReads {
  readonly scope: Scope;
}

/** What building and tearing down need besides. */
export interface ManifestPorts extends ManifestReadPorts {
  readonly operations: Pick<ReadDesk, 'find' | 'list'>;
  readonly orders: Pick<WriteDesk, 'accept'>;
}

/** Reading what a manifest is about took more time than one request has. */
export class ManifestTooLong extends Error {
  override readonly name = 'ManifestTooLong';
}
