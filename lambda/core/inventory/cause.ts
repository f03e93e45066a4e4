import type { OperationRecord } from '../operation/record.ts';
import { stableJson } from '../stable-json.ts';
import { type Difference, differences } from './differences.ts';
import type { Cause, VersionState } from './snapshot.ts';

/**
 * Tells whether operations of this system made a change. They did if what is there now is what they meant to be
 * there, property by property: a change by hand to a version that was updated here an hour ago is drift all the same.
 * In doubt it is drift, since a drift that is not one can be looked into, and one that is hidden cannot.
 */

/** Follow from any change of a version and are meant by nobody. */
const CONSEQUENCES: readonly string[] = ['status', 'failureReason', 'modifiedAt', 'ContainerImage'];

/**
 * @param before undefined where the version was not there
 * @param after undefined where it is gone
 * @param operations of its image, those that had not ended when the snapshot before was begun, oldest first
 */
export function causeOf(
  before: VersionState | undefined,
  after: VersionState | undefined,
  operations: readonly OperationRecord[],
): Cause {
  const found = operation(before, after, operations);
  return found ? { drift: false, operationId: found.operationId } : { drift: true };
}

function operation(
  before: VersionState | undefined,
  after: VersionState | undefined,
  operations: readonly OperationRecord[],
): OperationRecord | undefined {
  const state = after ?? before;
  const own = operations.filter((one) => state && isAbout(one, state));
  if (!after) return own.findLast(removes);
  if (!before) return own.findLast((one) => one.kind === 'create' && agrees(one, after));
  const changed = differences(before, after);
  const meant = changed.filter(({ property }) => !CONSEQUENCES.includes(property));
  const makers = meant.map((difference) => makerOf(difference, own, operations));
  if (makers.some((maker) => maker === undefined)) return undefined;
  // Where nothing but consequences changed, somebody has to have touched the version.
  return makers.length > 0 ? newest(makers) : own.at(-1);
}

/** A create names its version late: until then it is about whatever was made of what it asked for. */
function isAbout(one: OperationRecord, state: VersionState): boolean {
  if (one.version !== undefined) return one.version === state.version;
  return one.kind === 'create' && intended(one).get('BaseImage') === state.properties.BaseImage;
}

/** A creation that failed removes what it left behind. */
function removes(one: OperationRecord): boolean {
  return one.kind === 'delete' || (one.kind === 'create' && one.status !== 'SUCCEEDED');
}

function agrees(one: OperationRecord, state: VersionState): boolean {
  const there = new Map<string, unknown>([...Object.entries(state.properties), ['Aliases', state.aliases]]);
  // Aliases are added once the version is made, so those of an operation that runs may be missing yet.
  return [...intended(one)].every(
    ([property, value]) =>
      same(property, value, there.get(property)) ||
      (property === 'Aliases' && one.status === 'RUNNING' && state.aliases.length === 0),
  );
}

function makerOf(
  difference: Difference,
  own: readonly OperationRecord[],
  ofImage: readonly OperationRecord[],
): OperationRecord | undefined {
  const { property } = difference;
  const maker = own.findLast((one) => {
    const wanted = intended(one);
    if (wanted.has(property)) return same(property, wanted.get(property), difference.after);
    // What an operation reads back at its end is all there is: a property that is not in it was removed.
    return one.result?.properties != null && difference.after === undefined;
  });
  return maker ?? (property === 'Aliases' ? movedAwayBy(difference, ofImage) : undefined);
}

/** An alias that is wanted on one version is taken from the one that had it. */
function movedAwayBy(
  { before, after }: Difference,
  ofImage: readonly OperationRecord[],
): OperationRecord | undefined {
  const [had, has] = [aliasesIn(before), aliasesIn(after)];
  if (has.some((alias) => !had.includes(alias))) return undefined;
  const lost = had.filter((alias) => !has.includes(alias));
  const takers = lost.map((alias) =>
    ofImage.findLast((one) => aliasesIn(intended(one).get('Aliases')).includes(alias)),
  );
  return takers.includes(undefined) ? undefined : newest(takers);
}

/**
 * What an operation meant to be there: what it read back at its end, or else what it was asked for. A `null` that was
 * asked for is a property that is to go.
 */
function intended({ result, request }: OperationRecord): ReadonlyMap<string, unknown> {
  if (result?.properties) return new Map(Object.entries(result.properties));
  const properties = member(request, 'properties');
  if (typeof properties !== 'object' || properties === null) return new Map();
  return new Map(Object.entries(properties).map(([name, value]) => [name, value ?? undefined]));
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function same(property: string, left: unknown, right: unknown): boolean {
  if (property === 'Aliases') {
    return stableJson(aliasesIn(left).toSorted()) === stableJson(aliasesIn(right).toSorted());
  }
  return stableJson(left) === stableJson(right);
}

function aliasesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function newest(operations: readonly (OperationRecord | undefined)[]): OperationRecord | undefined {
  return operations.reduce((latest, one) =>
    one && (!latest || one.createdAt > latest.createdAt) ? one : latest,
  );
}
