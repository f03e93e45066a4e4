import { type Place, QueryError } from './errors.ts';

/**
 * SQL's words, as SQLite takes them apart: the rest of the language reads these and never the text. What SQLite would
 * take as a parameter or as a foreign way of quoting is refused here, for values come from placeholders alone.
 */

export interface Token {
  /** A `name` is one in double quotes; a `text` is a string literal, quotes and all. */
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'mark';
  /** As it stands in the source. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

interface Comment {
  readonly text: string;
  readonly start: number;
}

export interface Tokens {
  readonly source: string;
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
}

const SHAPES = [
  ['space', /[ \t\n\f\r]+/y],
  ['comment', /--[^\n]*|\/\*[\s\S]*?\*\//y],
  ['text', /'[^']*(?:''[^']*)*'(?!')/y],
  ['name', /"[^"]*(?:""[^"]*)*"(?!")/y],
  ['number', /0[xX][0-9a-fA-F]+|(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['word', /[\p{L}_][\p{L}\p{N}\p{M}_$]*/uy],
  ['mark', /->>|->|\|\||==|!=|<>|<=|>=|<<|>>|[(),.;+\-*/%=<>&|~]/y],
] as const;

/** Takes a statement apart. @throws QueryError where a character means nothing, or a quote or comment never ends */
export function tokenize(source: string): Tokens {
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  let at = 0;
  while (at < source.length) {
    const [kind, text] = next(source, at);
    if (kind === 'comment') comments.push({ text, start: at });
    else if (kind !== 'space') tokens.push({ kind, text, start: at, end: at + text.length });
    at += text.length;
  }
  return { source, tokens, comments };
}

function next(source: string, at: number): readonly [(typeof SHAPES)[number][0], string] {
  for (const [kind, shape] of SHAPES) {
    shape.lastIndex = at;
    const text = shape.exec(source)?.[0];
    // A comment or quote that never ends would else be taken for its first character.
    if (text !== undefined && !(kind === 'mark' && source.startsWith('/*', at))) return [kind, text];
  }
  throw new QueryError(meaningless(source, at), { place: placeAt(source, at) });
}

function meaningless(source: string, at: number): string {
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  if (character === "'" || character === '"') return `a quote is opened by ${character} and never closed`;
  if (source.startsWith('/*', at)) return 'a comment is opened by /* and never closed by */';
  if (character === '{' || character === '}') {
    return "a placeholder stands outside of quotes: write '{{ name }}', in single quotes whatever the type of its value";
  }
  if ('?:@$#'.includes(character)) {
    return `given ${character}, which SQL takes for a parameter or a cast: values come as '{{ name }}' from params, and a cast is CAST(x AS TEXT)`;
  }
  if (character === '`' || character === '[' || character === ']') {
    return `given ${character}: names are quoted with "double quotes", texts with 'single quotes'`;
  }
  if (/\s|\p{Cf}/u.test(character)) {
    const code = (source.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `given the character U+${code}, which looks like a space or like nothing: write a plain space`;
  }
  return `given ${JSON.stringify(character)}, which means nothing in SQL`;
}

export function placeAt(source: string, offset: number): Place {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  // A character beyond the basic plane counts once, as editors count it.
  return { line: before.split('\n').length, column: [...before.slice(lineStart)].length + 1 };
}

/** Whether it is this word of SQL, or this mark. Words are compared without case, and never fit a quoted name. */
export function is(token: Token | undefined, word: string): boolean {
  if (token?.kind === 'mark') return token.text === word;
  return token?.kind === 'word' && token.text.toUpperCase() === word;
}

/** What a word or a quoted name calls, or undefined where the token is neither. */
export function nameOf(token: Token | undefined): string | undefined {
  if (token?.kind === 'word') return token.text;
  return token?.kind === 'name' ? token.text.slice(1, -1).replaceAll('""', '"') : undefined;
}
