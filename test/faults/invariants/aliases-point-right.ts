import { type Observed, type ObservedOperation, standing } from '../observed.ts';

/** A version's number; 0 where no version has it. */
type Holders = Set<number>;

/**
 * An alias is where the last successful operation put it. An operation that failed, or that overlapped another one
 * that somebody had started by hand, may have moved what it was to move, or not.
 */
export function aliasesPointRight({ operations, store }: Observed): string[] {
  const found: string[] = [];
  for (const [imageName, ofImage] of Map.groupBy(operations, (one) => one.imageName)) {
    const possible = new Map<string, Holders>();
    const ended = ofImage
      .filter(({ startedAt }) => startedAt !== undefined)
      .toSorted((a, b) => (a.finishedAt ?? '').localeCompare(b.finishedAt ?? ''));
    for (const operation of ended) {
      const certain = operation.status === 'SUCCEEDED' && !ended.some((other) => overlap(operation, other));
      apply(operation, possible, certain);
    }
    const versions = standing(store).filter((one) => one.imageName === imageName);
    for (const alias of ['stable', 'gpu']) {
      const holder = versions.find(({ aliases }) => aliases.includes(alias))?.version ?? 0;
      const may = possible.get(alias) ?? new Set([0]);
      if (!may.has(holder)) {
        found.push(`"${alias}" of ${imageName} is at ${holder}, and should be at ${[...may].join(' or ')}`);
      }
    }
  }
  return found;
}

function apply(operation: ObservedOperation, possible: Map<string, Holders>, certain: boolean): void {
  const { kind, version, request } = operation;
  // A creation that was cut off may have gone as far as its aliases, on a version that its error alone names.
  const maybeOwn = version === undefined ? namedVersions(operation) : [version];
  const own = version ?? 0;
  const wanted = request.properties?.Aliases;
  const aliases = Array.isArray(wanted) ? wanted.map(String) : undefined;
  if (kind !== 'delete') {
    for (const alias of aliases ?? []) {
      const before = possible.get(alias) ?? new Set([0]);
      // A version that is not known by its number may have been made all the same, and holds none at the end.
      possible.set(alias, certain ? new Set([own]) : new Set([...before, ...maybeOwn, 0]));
    }
    if (kind === 'create' || aliases === undefined) return;
  }
  for (const [alias, holders] of possible) {
    if (!holders.has(own) || aliases?.includes(alias)) continue;
    const left = certain ? [...holders].filter((holder) => holder !== own) : [...holders];
    possible.set(alias, new Set([...left, 0]));
  }
}

function namedVersions({ error }: ObservedOperation): number[] {
  const names = error?.message.matchAll(/image-version\/[^/\s]+\/(\d+)/g) ?? [];
  return [...names].map(([, number]) => Number(number));
}

function overlap(one: ObservedOperation, other: ObservedOperation): boolean {
  if (one.operationId === other.operationId || (one.queued && other.queued)) return false;
  return (
    (one.startedAt ?? '') <= (other.finishedAt ?? '') && (other.startedAt ?? '') <= (one.finishedAt ?? '')
  );
}
