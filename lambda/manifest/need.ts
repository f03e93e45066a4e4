import { CREATE_ONLY_PROPERTIES, MUTABLE_PROPERTIES } from '../core/image-version/properties.ts';
import type { OperationRecord } from '../core/operation/record.ts';
import { stableJson } from '../core/stable-json.ts';
import type { Resolved } from './resolve.ts';
import { isBeingMade, type Sight, type Standing } from './sight.ts';

/** What is to be done so that a version is as a resource says, by what is there. Pure. */

/** One property that differs. What a side does not have is absent. */
export interface PropertyChange {
  readonly property: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface NamedError {
  readonly name: string;
  readonly message: string;
}

export type Need =
  | { readonly kind: 'none'; readonly standing: Standing }
  | { readonly kind: 'create'; readonly changes: readonly PropertyChange[] }
  | { readonly kind: 'update'; readonly changes: readonly PropertyChange[]; readonly standing: Standing }
  /** It comes about, or changes, already: what is to be done can be told once that has ended. */
  | {
      readonly kind: 'underway';
      readonly action: 'create' | 'update';
      readonly changes: readonly PropertyChange[];
      readonly operation?: OperationRecord;
    }
  /** The version is about to go: another is to be made once that is so. */
  | { readonly kind: 'leaving'; readonly changes: readonly PropertyChange[] }
  | { readonly kind: 'impossible'; readonly error: NamedError };

/**
 * @param sight undefined where it is not known yet which version is meant
 */
export function needOf(resolved: Resolved, sight: Sight | undefined): Need {
  const { identity } = resolved;
  if (!identity || !sight) return { kind: 'create', changes: changesFor(resolved, undefined) };
  const { look, standing, creating, updating, deleting } = sight;
  if (!look.versions) {
    const message = `There is no image ${identity.imageName} in ${identity.region}: versions can be made of an image that is there`;
    return { kind: 'impossible', error: { name: 'ImageNotFound', message } };
  }
  const changes = changesFor(resolved, standing);
  if (creating) {
    return {
      kind: 'underway',
      action: 'create',
      changes: changesFor(resolved, undefined),
      operation: creating,
    };
  }
  if (!standing) return { kind: 'create', changes };
  if (deleting) return { kind: 'leaving', changes: changesFor(resolved, undefined) };
  if (isBeingMade(standing)) {
    return { kind: 'underway', action: 'create', changes: changesFor(resolved, undefined) };
  }
  if (updating) return { kind: 'underway', action: 'update', changes, operation: updating };
  return changes.length === 0 ? { kind: 'none', standing } : { kind: 'update', changes, standing };
}

/**
 * Property by property, what differs from what is said; what is not said does not matter.
 *
 * @param standing undefined where there is no such version: then all that is said is new
 */
function changesFor({ resource, said, waits }: Resolved, standing: Standing | undefined): PropertyChange[] {
  const names = standing ? MUTABLE_PROPERTIES : [...CREATE_ONLY_PROPERTIES, ...MUTABLE_PROPERTIES];
  const waiting = (property: string) => resource.props.get(property)?.value;
  const changes: PropertyChange[] = names.flatMap((property) => {
    const before = standing?.properties[property];
    // What is to come of a placeholder is told as the placeholder.
    if (waits.has(property)) return [{ property, ...side('before', before), after: waiting(property) }];
    const after = said[property];
    if (after === undefined || (standing && isSameValue(property, before, after))) return [];
    return [{ property, ...side('before', before), after }];
  });
  const before = standing?.properties.Aliases;
  const pending = ['Aliases', 'Alias'].find((property) => waits.has(property));
  const after = pending === undefined ? aliasesWith(said, before ?? []) : waiting(pending);
  const same = pending === undefined && isSameSet(aliasesWith(said, before ?? []), before ?? []);
  return same ? changes : [...changes, { property: 'Aliases', ...side('before', before), after }];
}

/** What a version is where AWS tells nothing of it. */
const UNTOLD: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['Horovod', false],
  ['VendorGuidance', 'NOT_PROVIDED'],
]);

/** Whether a property has the value that is wanted, told or not. */
export function isSameValue(property: string, there: unknown, wanted: unknown): boolean {
  return stableJson(there ?? UNTOLD.get(property)) === stableJson(wanted);
}

/**
 * The aliases that a version is to have: the set that is said, or what it has where none is, and the single one with
 * them.
 */
export function aliasesWith(
  said: Readonly<Record<string, unknown>>,
  current: readonly string[],
): readonly string[] {
  const { Alias, Aliases } = said;
  const stated = Array.isArray(Aliases) ? Aliases.filter((one) => typeof one === 'string') : current;
  return [...new Set([...stated, ...(typeof Alias === 'string' ? [Alias] : [])])];
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((one) => right.includes(one));
}

function side(name: 'before', value: unknown): { readonly before?: unknown } {
  return value === undefined ? {} : { [name]: value };
}
