import type { OperationKind } from '../../contract/workflow.ts';
import type { Work } from './operation.ts';
import type { OperationError, OperationResult } from './result.ts';

/**
 * An operation's record: the truth about it. It is written when the operation is accepted, by the workflow as it
 * goes, and once at its end; what is read here is what callers are told.
 */

export const OPERATION_STATUSES = [
  /** Accepted; others of the same image come first. */
  'QUEUED',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'CANCELLED',
  'TIMED_OUT',
] as const;
export type OperationStatus = (typeof OPERATION_STATUSES)[number];

export function isFinal(status: OperationStatus): boolean {
  return status !== 'QUEUED' && status !== 'RUNNING';
}

export interface OperationRecord {
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly status: OperationStatus;
  readonly region: string;
  /** Absent only where the input of an execution that was started by hand was refused and names no image. */
  readonly imageName?: string;
  /** From the start for update and delete; for create once Cloud Control has named it. */
  readonly version?: number;
  readonly identifier?: string;
  /** What was asked for, in the form that the workflow takes. Absent where the input was refused. */
  readonly request?: unknown;
  readonly result?: OperationResult;
  readonly error?: OperationError;
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
  /** ISO 8601, as all times in here. */
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly cancelRequestedAt?: string;
  /** Once its workflow runs. */
  readonly executionArn?: string;
  /** Its place in the order of its image; absent for a workflow that was started by hand. */
  readonly ticket?: number;
  /** Tells whether two requests under one idempotency key are the same. */
  readonly fingerprint?: string;
}

/** What happened to an operation on its way. */
export type HistoryEntry =
  | {
      readonly event: 'request';
      readonly at: string;
      readonly step: Work['name'];
      readonly attempt: number;
      readonly requestToken: string;
      /** Cloud Control's last status of it. */
      readonly status: string;
      readonly errorCode?: string;
      /** How often its status was asked for. */
      readonly polls: number;
    }
  /** A wait before a call or a request is made again. */
  | { readonly event: 'wait'; readonly at: string; readonly step: Work['name']; readonly seconds: number }
  | {
      readonly event: 'error';
      readonly at: string;
      readonly step: Work['name'];
      readonly name: string;
      readonly message: string;
    };
