import { type Fault, told } from '../core/fault.ts';
import { nearest } from '../core/names.ts';
import type { Manifest, Resource } from './manifest.ts';
import { fill, type Lookup, type Meaning } from './placeholders.ts';

/** What the names in a manifest stand for: the caller's values, globals, and what earlier resources export. */

/** What a caller gives beside a manifest. */
export interface Given {
  readonly vars: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What is known of a resource's exports. */
export type Exports =
  | { readonly kind: 'known'; readonly values: ReadonlyMap<string, unknown> }
  /** Not made yet, or not as it is to be. */
  | { readonly kind: 'waits' }
  /** It is left out of the manifest by its `if`. */
  | { readonly kind: 'skipped' };

/** Placeholders for which the name that may be meant is looked for, and the names among which it is. */
const MOST_HINTS = 20;
const MOST_NAMES = 500;

export class ManifestScope {
  readonly #given: Given;
  readonly #globals = new Map<string, unknown>();
  /** The resources so far, in order. */
  readonly #earlier: { readonly resource: Resource; readonly exports: Exports }[] = [];
  readonly #later: readonly string[];
  readonly faults: readonly Fault[];
  #hints = 0;

  constructor(manifest: Manifest, given: Given) {
    this.#given = given;
    this.#later = manifest.resources.map(({ name }) => name);
    const faults: Fault[] = [];
    for (const { name, value, path } of manifest.globals) {
      const filled = fill(value, path, this.lookup);
      if (filled.kind === 'value') this.#globals.set(name, filled.value);
      else if (filled.kind === 'missing') faults.push(filled.fault);
      else if (filled.kind === 'faulty') faults.push(...filled.faults);
    }
    this.faults = told(faults);
  }

  /** From here on, what a resource exports is known thus. */
  add(resource: Resource, exports: Exports): void {
    this.#earlier.push({ resource, exports });
  }

  /** Whatever else stands for a name, the caller's own value comes first. */
  readonly lookup: Lookup = (reference) => {
    const [first = '', second] = reference.split('.');
    if (second === undefined) return this.#own(first) ?? this.#exported(first) ?? this.#unknown(first);
    if (first === 'vars') {
      if (Object.hasOwn(this.#given.vars, second)) return known(this.#given.vars[second]);
      return { kind: 'missing', wanted: `one in vars, under ${second}` };
    }
    return this.#exportOf(first, second);
  };

  /** The same without exports: for what has to be settled before anything is made. */
  readonly lookupGiven: Lookup = (reference) => {
    if (reference.startsWith('vars.')) return this.lookup(reference);
    const own = this.#own(reference);
    return own ?? { kind: 'missing', wanted: 'one in params or globals; exports do not count here' };
  };

  #own(name: string): Meaning | undefined {
    if (Object.hasOwn(this.#given.params, name)) return known(this.#given.params[name]);
    return this.#globals.has(name) ? known(this.#globals.get(name)) : undefined;
  }

  #exported(name: string): Meaning | undefined {
    const from = this.#earlier.filter(({ resource, exports }) => {
      return resource.exports.has(name) && exports.kind !== 'skipped';
    });
    const [one, other] = from;
    if (!one) return undefined;
    if (!other) return this.#exportOf(one.resource.name, name);
    const wanted = from.map(({ resource }) => `{{ ${resource.name}.${name} }}`).join(' or ');
    return { kind: 'missing', wanted: `${wanted}, since each of them exports it` };
  }

  #exportOf(resourceName: string, name: string): Meaning {
    const found = this.#earlier.find(({ resource }) => resource.name === resourceName);
    if (!found) {
      const later = this.#later.includes(resourceName);
      const wanted = later
        ? `one that is exported earlier: ${resourceName} comes later`
        : this.#hint(resourceName);
      return { kind: 'missing', wanted };
    }
    const { resource, exports } = found;
    if (!resource.exports.has(name)) {
      const names = [...resource.exports.keys()].join(', ') || 'nothing';
      return { kind: 'missing', wanted: `one that ${resourceName} exports, which is ${names}` };
    }
    switch (exports.kind) {
      case 'known':
        return known(exports.values.get(name));
      case 'waits':
        return { kind: 'waits', on: resourceName };
      case 'skipped':
        return { kind: 'missing', wanted: `no export of ${resourceName}, which its if leaves out` };
    }
  }

  #unknown(name: string): Meaning {
    return { kind: 'missing', wanted: this.#hint(name) };
  }

  #hint(name: string): string {
    const names = [
      ...Object.keys(this.#given.params),
      ...this.#globals.keys(),
      ...this.#earlier.flatMap(({ resource }) => [...resource.exports.keys()]),
    ];
    this.#hints += 1;
    const near = this.#hints > MOST_HINTS ? undefined : nearest(name, names.slice(0, MOST_NAMES));
    const wanted = 'one in params or globals, or exported by an earlier resource';
    return near === undefined ? wanted : `${wanted}; is ${near} meant?`;
  }
}

function known(value: unknown): Meaning {
  return { kind: 'known', value };
}
