import type { OperationRecord } from '../operation/record.ts';

/**
 * What an operation was asked to see to. Only that: what it read back besides, or found as it was wanted, was others'
 * doing.
 */
export interface Intent {
  readonly record: OperationRecord;
  /** Properties that were asked for, without aliases, with the values that they were to have. A property that was to go has none. */
  readonly wanted: ReadonlyMap<string, unknown>;
  readonly aliases: {
    /** Those that were to be on the version. */
    readonly gained: readonly string[];
    /** Whether this one was to be taken from it. */
    readonly lost: (alias: string) => boolean;
  };
}

const NOTHING = { gained: [], lost: () => false };

export function intentOf(record: OperationRecord): Intent {
  const { request, result } = record;
  // It found everything as it was wanted.
  if (result?.effect === 'unchanged' || record.kind === 'delete') {
    return { record, wanted: new Map(), aliases: NOTHING };
  }
  const properties = objectIn(request, 'properties');
  const patched = stepsOf(request).flatMap(({ path }) => path.split('/')[1] ?? []);
  const named = [...Object.keys(properties), ...patched].filter((name) => !ALIASES.includes(name));
  // A value that was read back at the end is the surest, and the only one that a patch has.
  const values = result?.properties ?? properties;
  const known = result?.properties ? named : named.filter((name) => name in properties);
  return {
    record,
    wanted: new Map(known.map((name) => [name, values[name] ?? undefined])),
    aliases: aliasesOf(record, properties),
  };
}

const ALIASES = ['Alias', 'Aliases'];

function aliasesOf(
  { request, result }: OperationRecord,
  properties: Readonly<Record<string, unknown>>,
): Intent['aliases'] {
  const steps = stepsOf(request).filter(({ path }) => path.split('/')[1] === 'Aliases');
  const whole = 'Aliases' in properties ? textsIn(properties, 'Aliases') : undefined;
  const single = typeof properties.Alias === 'string' ? [properties.Alias] : [];
  const deleted = textsIn(request, 'aliasesToDelete');
  const gained = [
    ...(whole ?? []),
    ...single,
    ...textsIn(request, 'aliasesToAdd'),
    ...steps.flatMap(({ value }) => (Array.isArray(value) ? value : [value])).filter(isText),
  ];
  // A patch names what it takes away by its place: of what it did, the end tells.
  const left = steps.length > 0 ? result?.properties?.Aliases : undefined;
  const lost = (alias: string) =>
    deleted.includes(alias) ||
    (whole !== undefined && !gained.includes(alias)) ||
    (left !== undefined && !left.includes(alias));
  return { gained, lost };
}

interface PatchStep {
  readonly path: string;
  readonly value: unknown;
}

/** The steps of a JSON Patch that change something. */
function stepsOf(request: unknown): PatchStep[] {
  const patch = memberIn(request, 'patch');
  if (!Array.isArray(patch)) return [];
  return patch
    .filter((step) => memberIn(step, 'op') !== 'test')
    .map((step) => ({ path: String(memberIn(step, 'path') ?? ''), value: memberIn(step, 'value') }));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function objectIn(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const member = memberIn(value, name);
  return typeof member === 'object' && member !== null ? { ...member } : {};
}

function textsIn(value: unknown, name: string): readonly string[] {
  const member = memberIn(value, name);
  return Array.isArray(member) ? member.filter(isText) : [];
}

function memberIn(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
