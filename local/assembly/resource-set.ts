/** The resources of an assembly with their properties resolved, by type. */
import type { Json, JsonObject } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { Resolver } from './intrinsics.ts';
import type { RawResource, RawStack } from './raw-assembly.ts';

export interface Resource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** What `Ref` gives: for most types the physical name. */
  readonly ref: Json;
  /** @throws Error when the type has no such attribute. */
  attribute(name: string): Json;
  /** @throws Error when there is no such text and no fallback. */
  text(property: string, fallback?: string): string;
  /** Templates hold numbers as numbers or as text. */
  number(property: string, fallback?: number): number;
  readonly raw: RawResource;
  readonly stack: RawStack;
}

export class ResourceSet {
  readonly #stacks: readonly RawStack[];
  readonly #resolver: Resolver;
  readonly #byType = new Map<string, Resource[]>();

  constructor(stacks: readonly RawStack[], resolver: Resolver) {
    this.#stacks = stacks;
    this.#resolver = resolver;
  }

  /** All resources of one type whose condition holds, in the order of the stacks and their templates. */
  of(type: string): readonly Resource[] {
    const known = this.#byType.get(type);
    if (known) return known;
    const found = this.#stacks.flatMap((stack) =>
      [...stack.resources]
        .filter(([logicalId, raw]) => raw.type === type && this.#resolver.exists(stack, logicalId))
        .map(([logicalId, raw]) => this.#read(stack, logicalId, raw)),
    );
    this.#byType.set(type, found);
    return found;
  }

  #read(stack: RawStack, logicalId: string, raw: RawResource): Resource {
    const resolved = this.#resolver.resolve(stack, logicalId, raw.properties);
    const properties = isJsonObject(resolved) ? resolved : {};
    const wrong = (property: string, wanted: string) =>
      new Error(
        `${stack.name}/${logicalId}.${property} should be ${wanted}; it is ${JSON.stringify(properties[property])}`,
      );
    return {
      stackName: stack.name,
      logicalId,
      type: raw.type,
      properties,
      raw,
      stack,
      ref: this.#resolver.ref(stack, logicalId),
      attribute: (name) => this.#resolver.attribute(stack, logicalId, name),
      text: (property, fallback) => {
        const value = properties[property] ?? fallback;
        if (typeof value !== 'string') throw wrong(property, 'a text');
        return value;
      },
      number: (property, fallback) => {
        const value = properties[property] ?? fallback;
        const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
        if (typeof number !== 'number' || !Number.isFinite(number)) throw wrong(property, 'a number');
        return number;
      },
    };
  }
}
