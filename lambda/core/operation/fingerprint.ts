import { createHash } from 'node:crypto';
import type { OperationKind } from '../../contract/workflow.ts';
import { stableJson } from '../stable-json.ts';

/**
 * Tells whether two requests are the same: kind and input, whatever order their fields stand in.
 *
 * @returns 64 of [0-9a-f]
 */
export function fingerprint(kind: OperationKind, input: unknown): string {
  return createHash('sha256')
    .update(stableJson([kind, input]) ?? '')
    .digest('hex');
}

/**
 * The id of the operation that a caller asks for under a key: the same for every repeat.
 *
 * @returns 40 characters, which is a name that an execution may have
 */
export function operationIdOf(caller: string, idempotencyKey: string): string {
  return `key-${hashOf([caller, idempotencyKey])}`;
}

/** The id of the operation that one request of the API asks for, of the same form. */
export function operationIdOfRequest(caller: string, requestId: string): string {
  return `req-${hashOf([caller, requestId])}`;
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 36);
}
