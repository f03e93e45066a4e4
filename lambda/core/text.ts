import { type Fault, fault } from './fault.ts';

/**
 * Texts that no service stores as they were given: SQLite and C libraries end a text at NUL, and half a surrogate pair has no
 * UTF-8. JSON can carry both as escapes.
 *
 * @returns a fault for each place in the input, names of members included
 */
export function textFaults(input: unknown): Fault[] {
  const faults: Fault[] = [];
  // Level by level and not by recursion: some thousand levels would overflow the stack.
  let level: readonly Place[] = [{ path: [], value: input }];
  // YAML may mean one object in many places; one look at it is enough.
  const seen = new Set<unknown>();
  while (level.length > 0) {
    for (const { path, value } of level) {
      const text = [value, path.at(-1)].find((one) => typeof one === 'string' && !isText(one));
      if (text !== undefined) faults.push(fault(path, text, WANTED));
    }
    level = level.flatMap((place) => {
      if (typeof place.value !== 'object' || seen.has(place.value)) return [];
      seen.add(place.value);
      return membersOf(place);
    });
  }
  return faults;
}

interface Place {
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
}

const WANTED = 'text without NUL and without half a surrogate pair';

function isText(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

function membersOf({ path, value }: Place): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const members: [PropertyKey, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return members.map(([key, member]) => ({ path: [...path, key], value: member }));
}
