/** Runs the branches of a Parallel and the iterations of a Map next to each other. */
import { setMaxListeners } from 'node:events';
import type { Json } from '../../json.ts';
import type { InnerScope, Scope } from './scope.ts';

/** Why a branch is stopped whose sibling failed. Not the sibling's error, which is not for this one to catch. */
export const siblingFailed = Symbol('sibling failed');

/**
 * Runs all, at most `limit` at once; the first failure stops the others.
 * @throws the first failure, or the reason for which the execution as a whole is stopped
 */
export async function sideBySide(
  scope: Scope,
  limit: number,
  works: readonly ((inner: InnerScope) => Promise<Json>)[],
): Promise<Json[]> {
  const siblings = new AbortController();
  const signal = AbortSignal.any([scope.signal, siblings.signal]);
  setMaxListeners(0, signal);
  const { context, caller, retried } = scope;
  const results: Json[] = new Array(works.length).fill(null);
  const queue = works.entries();
  const lane = async () => {
    for (const [index, work] of queue) {
      signal.throwIfAborted();
      results[index] = await work({ context, caller, retried, signal, journal: scope.journal.branch() });
    }
  };
  const failures: unknown[] = [];
  const lanes = Array.from({ length: Math.min(limit, works.length) }, () =>
    lane().catch((error: unknown) => {
      failures.push(error);
      siblings.abort(siblingFailed);
    }),
  );
  await Promise.all(lanes);
  // What stopped the execution as a whole counts for more than what it did to the branches.
  scope.signal.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  return results;
}
