import { QueryError } from './errors.ts';
import { type PatchDocumentForm, readPatchDocument } from './patch-document-form.ts';
import type { Binding, Params } from './statement.ts';
import { placeAt, type Token } from './tokens.ts';

/**
 * String literals and the placeholders in them. A placeholder stands for a value and is never replaced in the text:
 * nothing that a value holds can end a literal, begin a comment or be read as a placeholder.
 */

interface Placeholder {
  readonly name: string;
  readonly start: number;
}

export type Literal =
  | { readonly kind: 'plain'; readonly value: string }
  /** Nothing but one placeholder: whatever its value is. */
  | { readonly kind: 'value'; readonly placeholder: Placeholder }
  /** A text with placeholders in it. */
  | { readonly kind: 'mixed'; readonly parts: readonly (string | Placeholder)[] }
  /** What becomes a patch document. */
  | { readonly kind: 'document'; readonly form: PatchDocumentForm };

const OPENING = /\{[{%#]/g;
const SIMPLE = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/y;
const DOCUMENT = /\{\{\s*(?=\{)/y;

/** Reads a string literal of a statement. @throws QueryError where a template says more than is understood */
export function readLiteral(source: string, token: Token): Literal {
  const parts: (string | Placeholder)[] = [];
  // The literal alone: what is looked for in each literal must not be looked for in all that follows.
  const raw = source.slice(token.start + 1, token.end - 1);
  const offset = token.start + 1;
  let at = 0;
  const text = (end: number) => {
    if (end > at) parts.push(raw.slice(at, end).replaceAll("''", "'"));
  };
  OPENING.lastIndex = at;
  for (let found = OPENING.exec(raw); found; found = OPENING.exec(raw)) {
    const start = found.index;
    SIMPLE.lastIndex = start;
    const simple = SIMPLE.exec(raw);
    if (!simple) return { kind: 'document', form: documentAlone(source, token, offset + start) };
    text(start);
    parts.push({ name: simple[1] ?? '', start: offset + start });
    at = SIMPLE.lastIndex;
    OPENING.lastIndex = at;
  }
  text(raw.length);
  const [first = '', ...more] = parts;
  if (more.length > 0) return { kind: 'mixed', parts };
  return typeof first === 'string' ? { kind: 'plain', value: first } : { kind: 'value', placeholder: first };
}

/** The form of a patch document, which fills its literal; anything else of a template language is refused. */
function documentAlone(source: string, token: Token, start: number): PatchDocumentForm {
  const raw = source.slice(0, token.end - 1);
  DOCUMENT.lastIndex = start;
  const opening = DOCUMENT.exec(raw);
  if (!opening || !raw.startsWith('{{', start)) {
    const given = JSON.stringify(raw.slice(start, start + 20));
    throw new QueryError(
      `given the template ${given}, wanted {{ name }}, or {{ {"Property": name} | generate_patch_document }}: ` +
        'no other filters, expressions or statements are understood, and a text with braces is best given in params',
      { place: placeAt(raw, start) },
    );
  }
  const { form, end } = readPatchDocument(raw, DOCUMENT.lastIndex);
  const around = raw.slice(token.start + 1, start) + raw.slice(end);
  if (around.trim() !== '') {
    throw new QueryError('a patch document stands alone in its literal, and here is more', {
      place: placeAt(raw, start),
    });
  }
  return form;
}

/** What a literal stands for, as JSON; undefined where it is a placeholder whose value is not given. */
export function literalValue(source: string, token: Token, params: Params): unknown {
  const literal = readLiteral(source, token);
  switch (literal.kind) {
    case 'plain':
      return literal.value;
    case 'value':
      return paramOf(params, literal.placeholder.name);
    case 'mixed':
      return literal.parts
        .map((part) => (typeof part === 'string' ? part : textOf(given(source, part, params))))
        .join('');
    case 'document':
      throw new QueryError(
        'generate_patch_document makes what an UPDATE sets PatchDocument to, and is understood nowhere else',
        { place: placeAt(source, token.start) },
      );
    default:
      return literal satisfies never;
  }
}

/**
 * The JSON that a literal holds. Its placeholders stand within texts of that JSON and are filled once it is read, so
 * that no value can be more than a part of a text, or the whole of one and then whatever JSON it is.
 *
 * @returns undefined where it is no JSON
 */
export function jsonIn(source: string, token: Token, params: Params): unknown {
  const literal = readLiteral(source, token);
  if (literal.kind !== 'mixed') {
    const value = literalValue(source, token, params);
    return typeof value === 'string' ? parsedJson(value) : value;
  }
  const { parts } = literal;
  // A character for private use, that nothing in the literal has, stands around the number of each placeholder.
  const all = parts.filter((part) => typeof part === 'string').join('');
  const escaped = [...all.matchAll(/\\u([0-9a-f]{4})/gi)].map(([, code = '']) => Number.parseInt(code, 16));
  const taken = new Set([...Array.from(all, (character) => character.charCodeAt(0)), ...escaped]);
  let mark = FIRST_PRIVATE;
  while (taken.has(mark)) mark += 1;
  const edge = String.fromCharCode(mark);
  const values = parts.map((part) => (typeof part === 'string' ? part : given(source, part, params)));
  const text = parts
    .map((part, index) => (typeof part === 'string' ? part : `${edge}${index}${edge}`))
    .join('');
  const fill = (value: string): unknown => {
    const pieces = value.split(edge).map((piece, index) => (index % 2 === 0 ? piece : values[Number(piece)]));
    const [before, whole, after] = pieces;
    return pieces.length === 3 && before === '' && after === '' ? whole : pieces.map(textOf).join('');
  };
  return parsedJson(text, (_, value) => (typeof value === 'string' ? fill(value) : value));
}

const FIRST_PRIVATE = 0xe000;

function parsedJson(text: string, revive?: (key: string, value: unknown) => unknown): unknown {
  try {
    return JSON.parse(text, revive);
  } catch {
    return undefined;
  }
}

/** What a literal stands for in SQL. @throws QueryError where a value is not given */
export function bindingOf(source: string, token: Token, params: Params): Binding {
  const literal = readLiteral(source, token);
  if (literal.kind !== 'value') return bound(literalValue(source, token, params));
  return bound(given(source, literal.placeholder, params));
}

/** Whether a literal has to be given to SQL as a value of its own. */
export function isFilled(source: string, token: Token): boolean {
  return readLiteral(source, token).kind !== 'plain';
}

/** A value of params by its name, or undefined: what every object inherits is no parameter. */
export function paramOf(params: Params, name: string): unknown {
  if (!Object.hasOwn(params, name)) return undefined;
  const value = params[name];
  // SQLite keeps texts as UTF-8, which has no half characters, and would give another text back.
  if (hasHalfCharacter(value)) {
    throw new QueryError(
      `the value of ${name} has half a character in it (a lone surrogate), wanted a text`,
      {
        parameter: name,
      },
    );
  }
  return value;
}

function hasHalfCharacter(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed();
  if (typeof value !== 'object' || value === null) return false;
  return [...Object.keys(value), ...Object.values(value)].some(hasHalfCharacter);
}

function given(source: string, { name, start }: Placeholder, params: Params): unknown {
  const value = paramOf(params, name);
  if (value !== undefined) return value;
  throw new QueryError(`nothing is given for the placeholder {{ ${name} }}: give its value in params`, {
    place: placeAt(source, start),
    parameter: name,
  });
}

function bound(value: unknown): Binding {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' || typeof value === 'number' || value === null ? value : textOf(value);
}

/** A value as a part of a text: a text as it is, anything else as its JSON. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
