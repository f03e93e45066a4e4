import type * as z from 'zod/mini';

/** One thing that is wrong with an input: where, what was given, what is wanted. */
export interface Fault {
  /** JSON pointer into the input; '' is the input itself. */
  readonly path: string;
  readonly message: string;
}

/** JSON pointer (RFC 6901) of a path of keys and indexes. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${cut(String(key)).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Longer than any ARN of a version, so that what is wrong with one can be seen. */
const SHOWN = 160;
/** More faults than a reader would mend at once, and few enough to stay far below a payload's 256 KiB. */
const MOST_FAULTS = 50;

/** The faults as they are told: all of them, but for an input that consists of little else. */
export function told(faults: readonly Fault[]): readonly Fault[] {
  if (faults.length <= MOST_FAULTS) return faults;
  const more = faults.length - MOST_FAULTS;
  return [...faults.slice(0, MOST_FAULTS), { path: '', message: `${more} more faults are not listed` }];
}

/** A value as a fault shows it: its JSON, cut short, so that a fault never carries a whole body. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return cut(JSON.stringify(value));
}

function cut(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}

export function fault(path: readonly PropertyKey[], given: unknown, wanted: string): Fault {
  return { path: pointer(path), message: `given ${shown(given)}, wanted ${wanted}` };
}

/** How a field is told about when no schema knows it. */
export type Unrecognised = (path: readonly PropertyKey[], given: unknown) => Fault;

/**
 * The faults that a schema found, one for each place.
 *
 * @param input what the schema was given, to show what stood there
 * @param wanted what a field should be, in words, by the field's name
 */
export function schemaFaults(
  error: z.core.$ZodError,
  input: unknown,
  wanted: Readonly<Record<string, string>>,
  unrecognised: Unrecognised,
): Fault[] {
  const faults = new Map<string, Fault>();
  for (const issue of error.issues) {
    const found =
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unrecognised([...issue.path, key], at(input, [...issue.path, key])))
        : [fault(issue.path, at(input, issue.path), wantedAt(issue.path, wanted))];
    for (const one of found) if (!faults.has(one.path)) faults.set(one.path, one);
  }
  return [...faults.values()];
}

/** The words for the nearest enclosing field that has some: an alias within Aliases is told as Aliases are. */
function wantedAt(path: readonly PropertyKey[], wanted: Readonly<Record<string, string>>): string {
  for (const key of path.toReversed()) {
    const words = typeof key === 'string' && Object.hasOwn(wanted, key) ? wanted[key] : undefined;
    if (words) return words;
  }
  return wanted[''] ?? 'a JSON object';
}

function at(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? Reflect.get(value, key)
        : undefined,
    input,
  );
}
