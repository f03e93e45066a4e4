import type { OperationRecord } from '../operation/record.ts';
import { stableJson } from '../stable-json.ts';
import { differences } from './differences.ts';
import { type Intent, intentOf } from './intent.ts';
import type { Cause, VersionState } from './snapshot.ts';

/**
 * Tells whether operations of this system made a change. They did if what is there now is what they were asked to see
 * to, property by property and alias by alias: a change by hand to a version that was updated here an hour ago is
 * drift all the same. In doubt it is drift: one that is none can be looked into.
 */

/** Follow from any change of a version and are meant by nobody. */
const CONSEQUENCES: readonly string[] = ['status', 'failureReason', 'modifiedAt', 'ContainerImage'];

/** SageMaker's clock and ours agree to within this. */
const SKEW = 60_000;

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
  const active = operations.filter(hasActed);
  const found = operation(before, after, active.map(intentOf));
  return found ? { drift: false, operationId: found.operationId } : { drift: true };
}

/**
 * What has sent nothing has changed nothing. A creation that has a version made it, though the request may not be in its
 * history: it was found by what it made.
 */
function hasActed({ kind, version, history }: OperationRecord): boolean {
  return history.some(({ event }) => event === 'request') || (kind === 'create' && version !== undefined);
}

function operation(
  before: VersionState | undefined,
  after: VersionState | undefined,
  ofImage: readonly Intent[],
): OperationRecord | undefined {
  const state = after ?? before;
  const own = ofImage.filter((intent) => state && isAbout(intent, state));
  if (!after) return own.findLast(({ record }) => removed(record))?.record;
  if (!before) return makerOf(after, own, ofImage);
  return changerOf(before, after, own, ofImage);
}

/** Of a version that is new: it was made, and perhaps changed since. */
function makerOf(
  after: VersionState,
  own: readonly Intent[],
  ofImage: readonly Intent[],
): OperationRecord | undefined {
  const create = own.findLast(({ record }) => record.kind === 'create');
  const left = create?.record.result?.properties;
  if (!create) return undefined;
  if (!left) return agrees(create, after) ? create.record : undefined;
  const { Aliases, ...properties } = left;
  const made: VersionState = { ...after, properties, aliases: Aliases };
  const unchanged = differences(made, after).every(({ property }) => CONSEQUENCES.includes(property));
  return unchanged ? create.record : changerOf(made, after, own, ofImage);
}

function changerOf(
  before: VersionState,
  after: VersionState,
  own: readonly Intent[],
  ofImage: readonly Intent[],
): OperationRecord | undefined {
  const changed = differences(before, after).filter(({ property }) => !CONSEQUENCES.includes(property));
  const makers = changed.flatMap((difference) =>
    difference.property === 'Aliases'
      ? aliasMakers(before.aliases, after.aliases, own, ofImage)
      : own.findLast(({ wanted }) => {
          const value = wanted.get(difference.property);
          return wanted.has(difference.property) && stableJson(value) === stableJson(difference.after);
        }),
  );
  if (makers.includes(undefined)) return undefined;
  // Where nothing but consequences changed, somebody has to have touched the version.
  return makers.length > 0 ? newest(makers) : own.at(-1)?.record;
}

/** A create names its version late: until then it is about what was made since of what it asked for. */
function isAbout({ record, wanted }: Intent, state: VersionState): boolean {
  if (record.version !== undefined) return record.version === state.version;
  return (
    record.kind === 'create' &&
    Date.parse(state.createdAt) >= Date.parse(record.createdAt) - SKEW &&
    wanted.get('BaseImage') === state.properties.BaseImage
  );
}

/** By a delete, however that ended; or by a create that failed, of what it left behind. */
function removed({ history }: OperationRecord): boolean {
  return history.some(
    (entry) => entry.event === 'request' && (entry.step === 'delete' || entry.step === 'remove-orphan'),
  );
}

/** Whether a version is as it was asked for, as far as that was said. Its aliases come once it is made. */
function agrees({ wanted, aliases }: Intent, { properties, aliases: there }: VersionState): boolean {
  const asWanted = [...wanted].every(([property, value]) =>
    isAsWanted(property, value, properties[property]),
  );
  return asWanted && there.every((alias) => aliases.gained.includes(alias));
}

/** The operations are those of the image: the request may spell its name with other capitals (docs/unverified.md). */
function isAsWanted(property: string, wanted: unknown, there: unknown): boolean {
  if (property === 'ImageName' && typeof wanted === 'string' && typeof there === 'string') {
    return wanted.toLowerCase() === there.toLowerCase();
  }
  return stableJson(wanted) === stableJson(there);
}

/** Who gave each alias that is new, and who took each that is gone: it is taken too where it is wanted elsewhere. */
function aliasMakers(
  before: readonly string[],
  after: readonly string[],
  own: readonly Intent[],
  ofImage: readonly Intent[],
): (Intent | undefined)[] {
  const gained = after.filter((alias) => !before.includes(alias));
  const lost = before.filter((alias) => !after.includes(alias));
  return [
    ...gained.map((alias) => own.findLast(({ aliases }) => aliases.gained.includes(alias))),
    ...lost.map(
      (alias) =>
        own.findLast(({ aliases }) => aliases.lost(alias)) ??
        ofImage.findLast((intent) => !own.includes(intent) && intent.aliases.gained.includes(alias)),
    ),
  ];
}

function newest(makers: readonly (Intent | undefined)[]): OperationRecord | undefined {
  const records = makers.flatMap((intent) => intent?.record ?? []);
  return records.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1)).at(-1);
}
