/** Keys of context that the app reads. */
const CONTEXT_KEYS = [
  'stage',
  'regions',
  'recordRetentionDays',
  'logRetentionDays',
  'operationDeadlineMinutes',
  'snapshotEveryMinutes',
  'fullSnapshotEvery',
  'snapshotCallsPerSecond',
  'apiRequestsPerSecond',
  'maxWaitSeconds',
  'reservedConcurrency',
  'alarmEmail',
] as const;
export type ContextKey = (typeof CONTEXT_KEYS)[number];

/** A key that is so many letters off one of ours is taken for a mistake: shorter keys of others are not this near. */
const MOST_EDITS = 2;

/** Keys of the CDK and of its CLI, which have no say in this app: `@aws-cdk/…`, `aws:cdk:…`, `vpc-provider:…`, `cli-…`. */
const FOREIGN = /[:/@]|^cli-/;

/** The key of ours that a key of the context was meant to be; undefined for ours and for those of others. */
export function meantBy(key: string): ContextKey | undefined {
  if (FOREIGN.test(key) || CONTEXT_KEYS.some((own) => own === key)) return undefined;
  return CONTEXT_KEYS.find((own) => editsBetween(own.toLowerCase(), key.toLowerCase()) <= MOST_EDITS);
}

/** How many letters have to be put in, taken out or changed to make the one of the other (Levenshtein's distance). */
function editsBetween(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_none, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const changed = (above[column - 1] ?? 0) + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min(changed, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[other.length] ?? 0;
}
