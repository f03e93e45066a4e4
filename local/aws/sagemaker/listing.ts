import type { Checked } from '../input-shape.ts';
import { type Page, paginate } from '../paging.ts';
import type { SHAPES } from './shapes.ts';

type ListInput = Omit<Checked<(typeof SHAPES)['ListImages']>, 'NameContains' | 'SortBy'>;

interface Dated {
  readonly arn: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** @default 10, as SageMaker's lists have it (unverified for images) */
const DEFAULT_PAGE = 10;

/**
 * Filters by time, sorts and pages as ListImages and ListImageVersions do: the newest first unless told
 * otherwise, both bounds of a time exclusive (unverified).
 */
export function listPage<T extends Dated>(
  items: readonly T[],
  input: ListInput,
  sortKey: (item: T) => string | number,
): Page<T> {
  const within = items.filter(
    (item) =>
      isBetween(item.createdAt, input.CreationTimeAfter, input.CreationTimeBefore) &&
      isBetween(item.modifiedAt, input.LastModifiedTimeAfter, input.LastModifiedTimeBefore),
  );
  const direction = input.SortOrder === 'ASCENDING' ? 1 : -1;
  // Items come in order of name or number, which decides between equal keys.
  const ordered = direction === 1 ? within : within.toReversed();
  const sorted = ordered.toSorted((a, b) => {
    const [left, right] = [sortKey(a), sortKey(b)];
    return left === right ? 0 : left < right ? -direction : direction;
  });
  return paginate(sorted, (item) => item.arn, input.MaxResults ?? DEFAULT_PAGE, input.NextToken);
}

/** Bounds are epoch seconds, as on the wire. */
function isBetween(time: number, after: number | undefined, before: number | undefined): boolean {
  return (after === undefined || time > after * 1000) && (before === undefined || time < before * 1000);
}
