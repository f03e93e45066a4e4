import { QueryError } from './errors.ts';
import { propertyNamed, propertyValue } from './properties.ts';
import type { Params } from './statement.ts';
import { placeAt } from './tokens.ts';

/**
 * The form `{{ {"Property": name, …} | generate_patch_document }}`. It does not become the patch that its name
 * speaks of, one `add` for each property: that would set what is so already, and lose aliases. It becomes the wanted
 * properties, from which the update workflow makes the smallest patch that keeps the aliases.
 */

interface Entry {
  readonly property: string;
  readonly value:
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'constant'; readonly value: unknown };
}

export type PatchDocumentForm = readonly Entry[];

const SPACE = /\s*/y;
const STRING = /"(?:[^"\\\n]|\\.)*"/y;
const NAME = /[A-Za-z_]\w*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const FILTER = /\|\s*generate_patch_document\s*\}\}/y;

/** Python's spellings too, for templates that were written for it. */
const CONSTANTS: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  True: true,
  False: false,
  None: null,
};

/**
 * Reads the form from its inner brace on.
 *
 * @returns the properties, and where the text goes on
 * @throws QueryError with line and column where it is another form, or a property is unknown or given twice
 */
export function readPatchDocument(source: string, from: number): { form: PatchDocumentForm; end: number } {
  const entries = new Map<string, Entry>();
  let at = from;

  const take = (shape: RegExp): string | undefined => {
    SPACE.lastIndex = at;
    SPACE.exec(source);
    shape.lastIndex = SPACE.lastIndex;
    const text = shape.exec(source)?.[0];
    if (text !== undefined) at = shape.lastIndex;
    return text;
  };
  const mark = (text: '{' | '}' | ':' | ',' | '[' | ']') => take(MARKS[text]) !== undefined;
  const refuse = (wanted: string): never => {
    take(SPACE);
    const given = source.slice(at, at + 20);
    throw new QueryError(
      `given ${JSON.stringify(given)}, wanted ${wanted}: the form is {{ {"Property": name} | generate_patch_document }}`,
      { place: placeAt(source, at) },
    );
  };
  const list = (): Entry['value'] => {
    const items: unknown[] = [];
    while (!mark(']')) {
      if (items.length > 0 && !mark(',')) refuse(', or ]');
      const item = value();
      if (item.kind === 'name') refuse('a constant in a list: a list of its own name can be given in params');
      else items.push(item.value);
    }
    return { kind: 'constant', value: items };
  };
  const value = (): Entry['value'] => {
    const text = take(STRING) ?? take(NUMBER);
    if (text !== undefined) return { kind: 'constant', value: parsed(text) };
    const name = take(NAME);
    if (name === undefined)
      return mark('[') ? list() : refuse('a name, a text in "double quotes" or a constant');
    return Object.hasOwn(CONSTANTS, name)
      ? { kind: 'constant', value: CONSTANTS[name] }
      : { kind: 'name', name };
  };
  const parsed = (text: string): unknown => {
    try {
      // The form stands in a literal of SQL, where a quote is written twice.
      return JSON.parse(text.replaceAll("''", "'"));
    } catch {
      at -= text.length;
      return refuse('a text as JSON has it');
    }
  };

  if (!mark('{')) refuse('{');
  while (!mark('}')) {
    if (entries.size > 0 && !mark(',')) refuse(', or }');
    if (entries.size > 0 && mark('}')) break;
    take(SPACE);
    const place = placeAt(source, at);
    const key = take(STRING) ?? refuse('the name of a property in "double quotes"');
    const property = propertyNamed(String(parsed(key)), place);
    if (entries.has(property)) throw new QueryError(`${property} is given twice`, { place });
    if (!mark(':')) refuse(':');
    entries.set(property, { property, value: value() });
  }
  if (take(FILTER) === undefined) refuse('| generate_patch_document }}');
  return { form: [...entries.values()], end: at };
}

const MARKS = {
  '{': /\{/y,
  '}': /\}/y,
  ':': /:/y,
  ',': /,/y,
  '[': /\[/y,
  ']': /\]/y,
};

/**
 * The wanted properties that the form comes to. A name that has no value says nothing of its property; one that is
 * null removes it.
 *
 * @param lookUp the value of a name, undefined where it has none
 */
export function wantedBy(
  form: PatchDocumentForm,
  params: Params,
  lookUp: (params: Params, name: string) => unknown,
): Record<string, unknown> {
  const wanted = form.flatMap(({ property, value }): [string, unknown][] => {
    const given = value.kind === 'name' ? lookUp(params, value.name) : value.value;
    // SageMaker has no single alias that could be taken away: of aliases, only the whole list can be removed.
    const nothing = given === undefined || (property === 'Alias' && given === null);
    return nothing ? [] : [[property, propertyValue(property, given)]];
  });
  return Object.fromEntries(wanted);
}
