import { generateSync } from 'json-schema-faker';
import { Dice } from '../../fixtures/dice.ts';
import type { Operation, Parameter, Schema } from './document.ts';
import type { FuzzRequest, Pair } from './request.ts';
import { manifest, statement } from './texts.ts';
import type { FuzzWorld } from './world.ts';

/** Requests that the document calls valid: made of its schemas, and mostly about what is there. */
export class ValidRequests {
  readonly #world: FuzzWorld;
  readonly #components: Readonly<Record<string, Schema>>;

  /** @param components the document's schemas by name */
  constructor(world: FuzzWorld, components: Readonly<Record<string, Schema>>) {
    this.#world = world;
    this.#components = components;
  }

  make(operation: Operation, seed: number): FuzzRequest {
    const dice = new Dice(seed);
    const { method } = operation;
    const given = (place: Parameter['in'], share: number): Pair[] =>
      operation.parameters
        .filter((one) => one.in === place && one.name !== 'cursor' && dice.chance(share))
        .map((one) => [one.name, this.#valueOf(one, dice)]);
    const inPath = new Map(given('path', 1));
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(inPath.get(name) ?? ''),
    );
    const next = dice.chance(0.2) ? this.#world.page(path, dice) : undefined;
    if (next) return next;
    const query = given('query', 0.25).map(([name, value]): Pair => [name, encodeURIComponent(value)]);
    const headers = given('header', 0.25);
    const accept = this.#accept(operation, dice);
    const types = Object.keys(operation.body);
    const type = dice.of(types, '');
    const content = operation.body[type];
    return {
      method,
      path,
      query,
      headers: [...headers, ...accept, ...(content ? [['Content-Type', type] as const] : [])],
      body: content && {
        text: JSON.stringify(this.#body(operation, content.schema, inPath.get('imageName'), dice)),
        encoding: 'utf8',
      },
    };
  }

  #valueOf({ name, schema, example }: Parameter, dice: Dice): string {
    const known = dice.chance(0.85) ? this.#world.value(name, dice) : undefined;
    if (known !== undefined) return known;
    if (dice.chance(0.3)) return String(example);
    return headerSafe(String(this.#made(schema, dice)));
  }

  #accept({ responses }: Operation, dice: Dice): Pair[] {
    if (!dice.chance(0.3)) return [];
    const types = Object.entries(responses)
      .filter(([status]) => status.startsWith('2'))
      .flatMap(([, { content }]) => Object.keys(content));
    return [['Accept', dice.of(types, '*/*')]];
  }

  #body({ id }: Operation, schema: Schema, imageName: string | undefined, dice: Dice): unknown {
    const name = String(schema.$ref).split('/').at(-1) ?? '';
    const image = this.#world.imageName(dice);
    if (name === 'StatementBody' && dice.chance(0.85)) return statement(dice, id === 'readStatement', image);
    if (name === 'ManifestBody' && dice.chance(0.85)) return manifest(dice, image);
    const examples = this.#components[name]?.examples;
    if (Array.isArray(examples) && dice.chance(0.4)) return examples[0];
    const made = this.#made(schema, dice);
    if (typeof made !== 'object' || made === null || Array.isArray(made)) return made;
    // What must be as the path, or the configuration, says.
    const about = Object.entries(made).map(([key, value]) =>
      key === 'ImageName' ? [key, imageName] : key === 'region' ? [key, 'us-east-1'] : [key, value],
    );
    return Object.fromEntries(about);
  }

  #made(schema: Schema, dice: Dice): unknown {
    const options = { seed: dice.below(2 ** 31), optionalsProbability: 0.4, maxItems: 3, maxLength: 60 };
    return generateSync({ ...schema, components: { schemas: this.#components } }, options);
  }
}

function headerSafe(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '_');
}
