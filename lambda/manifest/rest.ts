import type { OperationRecord } from '../core/operation/record.ts';
import { moves } from './sight.ts';
import type { Finding } from './survey.ts';

/**
 * Milliseconds of rest after which a failed operation may be tried again. Whoever asks on and on until all has come to
 * an end hears of the failure, since they ask sooner than that; whoever comes back later asks for another try. The
 * answers' Retry-After is 5 s.
 */
const REST = 60_000;

/**
 * Whether an operation that failed may be followed by another try: once nothing of the manifest has moved for a while.
 * Until then its failure is what is told, also while others of the manifest are on their way.
 */
export function mayFollow(
  findings: readonly Finding[],
  now: number,
): (failed: Pick<OperationRecord, 'finishedAt'>) => boolean {
  const sights = findings.flatMap((one) => (one.kind === 'found' && one.sight ? [one.sight] : []));
  const lastEnd = Math.max(0, ...sights.map((sight) => sight.lastEnd));
  const moving = sights.some(moves);
  return ({ finishedAt }) => {
    const ended = Math.max(lastEnd, Date.parse(finishedAt ?? ''));
    return !moving && now - ended >= REST;
  };
}
