import type { OperationKind } from '../../contract/workflow.ts';
import type { Fault } from '../fault.ts';
import type { OperationRecord, OperationStatus } from './record.ts';

/** Where operations are handed in and asked after: what the API does, without its HTTP. */

/** One thing asked for. */
export type Order = Wanted & Identity;

export interface Wanted {
  readonly kind: OperationKind;
  /** In the form that the workflow takes; not yet checked. */
  readonly input: unknown;
  /** Who asks: an ARN. Keys of different callers are different keys. */
  readonly caller: string;
}

/** What makes two orders of one caller the same. */
type Identity =
  /** Under one key a caller asks for one thing, however often. */
  | { readonly idempotencyKey: string; readonly requestId?: undefined }
  /** Each request of the API asks for one of its own, though a function may be run twice for it. */
  | { readonly requestId: string; readonly idempotencyKey?: undefined };

export type Acceptance =
  /** It is written down and will be done, once. */
  | { readonly outcome: 'accepted'; readonly record: OperationRecord }
  /** It was accepted before, under the same key. */
  | { readonly outcome: 'repeated'; readonly record: OperationRecord }
  /** Nothing was written. Paths are JSON pointers into the input. */
  | { readonly outcome: 'invalid'; readonly faults: readonly Fault[] }
  /** The key was used for something else. */
  | { readonly outcome: 'key-reused'; readonly operationId: string };

export type Cancellation =
  /** It had not begun and will not. */
  | { readonly outcome: 'cancelled'; readonly record: OperationRecord }
  /** Its Cloud Control request is told to stop; the record will say what really happened. */
  | { readonly outcome: 'cancelling'; readonly record: OperationRecord }
  /** It has ended already. */
  | { readonly outcome: 'final'; readonly record: OperationRecord }
  | { readonly outcome: 'unknown' };

export interface OperationFilter {
  readonly region: string;
  /** @default - of every image */
  readonly imageName?: string;
  readonly status?: OperationStatus;
  /** ISO 8601: accepted then or later. */
  readonly since?: string;
}

interface OperationPage {
  /** Newest first. */
  readonly records: readonly OperationRecord[];
  /** Opaque; undefined on the last page. */
  readonly cursor?: string;
}

export interface WriteDesk {
  /** @throws CallError where AWS did not answer; an order may be repeated under its key at any time */
  accept(order: Order): Promise<Acceptance>;
  cancel(operationId: string): Promise<Cancellation>;
}

export interface ReadDesk {
  find(operationId: string): Promise<OperationRecord | undefined>;
  /** How many operations of the image come before this one; undefined where it is not queued. */
  position(record: OperationRecord): Promise<number | undefined>;
  /** @throws InvalidCursor for a cursor that this list did not hand out */
  list(filter: OperationFilter, limit: number, cursor?: string): Promise<OperationPage>;
}

export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}
