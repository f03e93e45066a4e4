import type { Observed, ObservedOperation } from '../observed.ts';

/**
 * Operations of one image run one at a time; one that was asked for after another was answered runs after it, and
 * what they make is numbered so. Those that somebody started by hand are in no order.
 */
export function inOrder({ operations, accepted }: Observed): string[] {
  const queued = operations.filter((one) => one.queued && one.startedAt !== undefined);
  const found: string[] = [];
  for (const [, ofImage] of Map.groupBy(queued, ({ imageName }) => imageName)) {
    const sorted = ofImage.toSorted((a, b) => at(a.startedAt) - at(b.startedAt));
    for (const [index, operation] of sorted.entries()) {
      const next = sorted[index + 1];
      if (next && at(operation.finishedAt) > at(next.startedAt)) {
        found.push(`${next.operationId} began before ${operation.operationId} had ended`);
      }
    }
  }
  const byId = new Map(queued.map((one) => [one.operationId, one]));
  const firstAsked = new Map<string, number>();
  const firstAnswered = new Map<string, number>();
  for (const { operationId, asked, answered } of accepted) {
    firstAsked.set(operationId, Math.min(asked, firstAsked.get(operationId) ?? asked));
    firstAnswered.set(operationId, Math.min(answered, firstAnswered.get(operationId) ?? answered));
  }
  for (const [earlierId, answered] of firstAnswered) {
    for (const [laterId, asked] of firstAsked) {
      const [earlier, later] = [byId.get(earlierId), byId.get(laterId)];
      if (asked < answered || !earlier || !later || earlier.imageName !== later.imageName) continue;
      if (at(later.startedAt) < at(earlier.startedAt)) {
        found.push(`${laterId} was asked for when ${earlierId} had been accepted, and began before it`);
      }
      if (made(earlier) > made(later)) {
        found.push(`${earlierId} made ${made(earlier)}, and ${laterId}, which came later, ${made(later)}`);
      }
    }
  }
  return found;
}

/** The number that it made, where it made one. */
function made({ kind, status, version }: ObservedOperation): number {
  return kind === 'create' && status === 'SUCCEEDED' ? (version ?? Number.NaN) : Number.NaN;
}

function at(time: string | undefined): number {
  return Date.parse(time ?? '');
}
