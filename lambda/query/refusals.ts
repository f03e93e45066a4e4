import { nearest, suggestion } from '../core/names.ts';
import { QueryError } from './errors.ts';
import { FUNCTIONS } from './functions.ts';
import type { ProgramAnswer } from './sqlite-program.ts';
import type { SelectStatement } from './statement.ts';
import { columnsOf, TABLE_NAMES } from './tables.ts';
import { is, nameOf, placeAt, type Token, tokenize } from './tokens.ts';

/** What SQLite says of a statement that it refuses, in words that tell what to do. */

type Refused = Extract<ProgramAnswer, { kind: 'refused' }>;

export function refusal(refused: Refused, statement: SelectStatement): QueryError {
  const { source } = statement.origin;
  if (refused.at !== undefined) return grammar(refused, refused.at, statement);
  for (const { shape, name, words } of KNOWN) {
    const match = shape.exec(refused.message);
    if (!match) continue;
    const given = match[1] ?? '';
    const token = name ? tokenNamed(source, given, name) : undefined;
    return new QueryError(words(given, statement), { place: token && placeAt(source, token.start) });
  }
  return new QueryError(`SQLite refuses the statement: ${refused.message}`);
}

/** Without those that are signs. */
const WORDS_OF_FUNCTIONS = FUNCTIONS.filter((name) => /^\w/.test(name));

interface Known {
  readonly shape: RegExp;
  /** What the name in the message is, if there is one: it is looked for in the statement. */
  readonly name?: 'column' | 'function';
  readonly words: (given: string, statement: SelectStatement) => string;
}

const KNOWN: readonly Known[] = [
  {
    shape: /^no such column: "?([^"]*)"?/,
    name: 'column',
    words: (given, statement) => unknownColumn(given, statement),
  },
  {
    shape: /^ambiguous (?:column name:|reference to) (.*?)(?: in USING\(\))?$/,
    name: 'column',
    words: (given) =>
      `several tables have the column ${given}: write which is meant, as in a.${lastPart(given)}`,
  },
  {
    shape: /^no such function: (.*)$/,
    name: 'function',
    words: (given) =>
      `given the function ${given}, which SQLite does not have${suggestion(given, WORDS_OF_FUNCTIONS)}`,
  },
  {
    shape: /^no such table: (.*)$/,
    name: 'column',
    words: (given) => `given the table ${given}, which is not known${suggestion(given, TABLE_NAMES)}`,
  },
  {
    shape: /^wrong number of arguments to function (.*?)\(\)$/,
    name: 'function',
    words: (given) => `the function ${given} is given too few or too many arguments`,
  },
  {
    shape: /^not authorized to use function: (.*)$/,
    name: 'function',
    words: (given) =>
      `given the function ${given}, which a statement may not call: it may call SQLite's functions for texts, numbers, dates, JSON, aggregates and windows`,
  },
  {
    shape: /^(?:not authorized|access to .* is prohibited)/,
    words: () =>
      'the statement would do more than read, or read something else than the tables that there are',
  },
  {
    shape: /too large to be represented as a JavaScript number: (.*)$/,
    words: (given) =>
      `the answer has the number ${given}, which JSON cannot hold exactly: write CAST(… AS TEXT)`,
  },
  {
    shape: /^string or blob too big/,
    words: () => 'the statement makes a value that is too large: 10,000,000 characters is the most',
  },
];

function unknownColumn(given: string, { reads }: SelectStatement): string {
  const known = reads.flatMap(({ table }) => columnsOf(table).map(({ name }) => name));
  const asText = given.includes('.') ? '' : ` (a text stands in 'single quotes')`;
  const near = suggestion(lastPart(given), known);
  return `given the column ${given}, which is not known${near || asText}`;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** The first token that is this name: the last part of it, where it has dots. */
function tokenNamed(source: string, given: string, what: 'column' | 'function'): Token | undefined {
  const { tokens } = tokenize(source);
  const name = lastPart(given).toLowerCase();
  return tokens.find(
    (token, index) =>
      nameOf(token)?.toLowerCase() === name && is(tokens[index + 1], '(') === (what === 'function'),
  );
}

function grammar(refused: Refused, at: number, { sql, origin }: SelectStatement): QueryError {
  const piece = origin.pieces.findLast(({ sqlAt }) => sqlAt <= at);
  const place = placeAt(origin.source, piece ? piece.sourceAt + (at - piece.sqlAt) : 0);
  const given = /^near "([\s\S]*)": syntax error$/.exec(refused.message)?.[1];
  if (given?.startsWith(':')) {
    return new QueryError('a placeholder stands for a value, and what is wanted here is none', { place });
  }
  const shown = given === undefined || at >= sql.length ? 'the end of the statement' : given.slice(0, 60);
  return new QueryError(`given ${shown}${wantedAt(at, shown, sql, refused.possible ?? [])}`, { place });
}

/** What could stand there: the word that was probably meant, or some that could. */
function wantedAt(at: number, shown: string, sql: string, possible: readonly string[]): string {
  const keywords = possible.filter((word) => /^[A-Z]+$/.test(word));
  const meant = nearest(shown, keywords);
  if (meant) return `, wanted ${meant}`;
  // A misspelt word is taken for a name, and it is the next one that cannot stand where it does.
  const before = wordBefore(sql, at);
  const slip = before && nearest(before, keywords);
  if (slip && slip !== before.toUpperCase()) return ` after ${before}: did you mean ${slip}?`;
  const words = possible.includes(NAME) ? possible.filter((word) => !NAMES_TOO.includes(word)) : possible;
  const some = words.slice(0, 5).map((word) => WORDS[word] ?? word);
  return some.length === 0 ? ', which SQL does not have here' : `, wanted ${some.join(' or ')}`;
}

/** The word that ends before a place. Read backwards: a pattern that looks for the end starts at each character. */
function wordBefore(sql: string, at: number): string {
  const end = sql.slice(0, at).trimEnd().length;
  let start = end;
  while (start > 0 && /[A-Za-z_]/.test(sql.charAt(start - 1))) start -= 1;
  return sql.slice(start, end);
}

const NAME = 'x';
const VALUE = '1';
/** What the candidates that stand for many are told as. */
const WORDS: Readonly<Record<string, string>> = { [NAME]: 'a name', [VALUE]: 'a value' };
/** Words that SQLite also takes for names. */
const NAMES_TOO = ['BY', 'LIKE', 'END'];

/** What is tried where the grammar refuses a word: what a slip of the keys is most likely to have been. */
export const CANDIDATES = [
  NAME,
  VALUE,
  ...['SELECT', 'FROM', 'WHERE', 'GROUP', 'BY', 'HAVING', 'ORDER', 'LIMIT', 'UNION', 'JOIN', 'ON', 'AS'],
  ...['AND', 'OR', 'IN', 'LIKE', 'THEN', 'END', ',', '(', ')'],
];
