import { stableJson } from '../stable-json.ts';
import type { VersionState } from './snapshot.ts';

/** One property that differs. What a side does not have is absent. */
export interface Difference {
  /** A property under CloudFormation's name, `Aliases` among them; or `status`, `failureReason`, `createdAt`, `modifiedAt`. */
  readonly property: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * Every property that differs between two states of a version, in order of their names.
 *
 * @param before undefined where it was not there; then every property is new
 * @param after undefined where it is gone
 */
export function differences(before: VersionState | undefined, after: VersionState | undefined): Difference[] {
  const [left, right] = [comparable(before), comparable(after)];
  const names = [...new Set([...left.keys(), ...right.keys()])].toSorted();
  return names
    .filter((name) => stableJson(left.get(name)) !== stableJson(right.get(name)))
    .map((property) => ({
      property,
      ...(left.has(property) ? { before: left.get(property) } : {}),
      ...(right.has(property) ? { after: right.get(property) } : {}),
    }));
}

function comparable(state: VersionState | undefined): ReadonlyMap<string, unknown> {
  if (!state) return new Map();
  const { status, failureReason, createdAt, modifiedAt, properties, aliases } = state;
  return new Map<string, unknown>([
    ...Object.entries(properties),
    ['Aliases', aliases],
    ['status', status],
    ...(failureReason === undefined ? [] : ([['failureReason', failureReason]] as const)),
    ['createdAt', createdAt],
    ['modifiedAt', modifiedAt],
  ]);
}
