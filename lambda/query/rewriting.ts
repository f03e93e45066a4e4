import type { FromItem } from './from-clause.ts';
import { bindingOf, isFilled } from './literals.ts';
import type { Binding, Origin, Params } from './statement.ts';
import { IDENTIFIER, IDENTIFIER_COLUMN } from './table-names.ts';
import { shortName, TABLE_NAMES, type TableName } from './tables.ts';
import { is, nameOf, type Token } from './tokens.ts';

/**
 * A caller's text as SQLite gets it. Only what SQLite could not understand is written otherwise, so that what it says
 * of the rest is about what the caller wrote.
 */

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** @param locals what each table of a FROM is called in SQLite */
export function rewritten(
  source: string,
  tokens: readonly Token[],
  locals: ReadonlyMap<FromItem, string>,
  params: Params,
): { sql: string; bindings: Record<string, Binding>; origin: Origin } {
  const bindings: Record<string, Binding> = {};
  const literals: Record<string, string> = {};
  const edits: Edit[] = [];
  const inFrom = new Set<Token>();
  for (const [item, local] of locals) {
    for (const token of item.name) inFrom.add(token);
    edits.push(tableEdit(item, local));
  }
  for (const token of tokens) {
    if (token.kind !== 'text' || !isFilled(source, token)) continue;
    const name = parameterName(Object.keys(bindings).length);
    bindings[name] = bindingOf(source, token, params);
    literals[name] = token.text;
    edits.push({ start: token.start, end: token.end, text: `:${name}` });
  }
  const tables = new Set([...locals.keys()].map(({ table }) => table));
  edits.push(...columnEdits(tokens, inFrom, tables));
  const { sql, pieces } = applied(source, tokens, edits);
  return { sql, bindings, origin: { source, pieces, literals } };
}

/** A parameter's name in SQL. */
function parameterName(index: number): string {
  return `placeholder_${index + 1}`;
}

function tableEdit({ name, table, aliased }: FromItem, local: string): Edit {
  const alias = aliased || !table ? '' : ` AS "${shortName(table)}"`;
  return { start: name[0]?.start ?? 0, end: name.at(-1)?.end ?? 0, text: `"${local}"${alias}` };
}

/** Columns that are qualified by the whole name of their table, and those that are called Identifier. */
function columnEdits(
  tokens: readonly Token[],
  inFrom: ReadonlySet<Token>,
  tables: ReadonlySet<TableName | undefined>,
): Edit[] {
  const edits: Edit[] = [];
  const ownName = namesIdentifier(tokens);
  for (let at = 0; at < tokens.length; at += 1) {
    const first = tokens[at];
    if (!first || nameOf(first) === undefined || inFrom.has(first)) continue;
    const run = [first];
    while (is(tokens[at + 1], '.') && nameOf(tokens[at + 2]) !== undefined) {
      const name = tokens[at + 2];
      if (name) run.push(name);
      at += 2;
    }
    const star = is(tokens[at + 1], '.') && is(tokens[at + 2], '*');
    const prefix = prefixOf(run, star, tables);
    const last = run.at(-1);
    if (prefix) edits.push(prefix);
    const isColumn = !is(tokens[at + 1], '(') && !is(tokens[at + 1 - run.length * 2], 'AS');
    if (last && isIdentifier(last) && isColumn && (run.length > 1 || !ownName)) {
      edits.push({ start: last.start, end: last.end, text: IDENTIFIER_COLUMN });
    }
  }
  return edits;
}

/** Whether a statement itself calls a column Identifier: the name alone is then that column's. */
export function namesIdentifier(tokens: readonly Token[]): boolean {
  return tokens.some((token, index) => isIdentifier(token) && is(tokens[index - 1], 'AS'));
}

/** In quotes it is SQLite's to find, for no table has such a column. */
export function isIdentifier(token: Token): boolean {
  return is(token, IDENTIFIER.toUpperCase());
}

function prefixOf(
  run: readonly Token[],
  star: boolean,
  tables: ReadonlySet<TableName | undefined>,
): Edit | undefined {
  const names = star ? run : run.slice(0, -1);
  const prefix = names.map((token) => nameOf(token)?.toLowerCase()).join('.');
  const table = TABLE_NAMES.find((name) => name === prefix && tables.has(name));
  const last = names.at(-1);
  return table && last && { start: run[0]?.start ?? 0, end: last.end, text: `"${shortName(table)}"` };
}

function applied(
  source: string,
  tokens: readonly Token[],
  edits: readonly Edit[],
): { sql: string; pieces: Origin['pieces'] } {
  // What stands around the statement itself, such as EXPLAIN, hints and a semicolon, is not for SQLite.
  let at = tokens[0]?.start ?? 0;
  let sql = '';
  const pieces: { sqlAt: number; sourceAt: number }[] = [];
  const append = (text: string, sourceAt: number) => {
    pieces.push({ sqlAt: sql.length, sourceAt });
    sql += text;
  };
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    append(source.slice(at, start), at);
    append(gap(source[start - 1]) + text + gap(source[end]), start);
    at = end;
  }
  append(source.slice(at, tokens.at(-1)?.end), at);
  return { sql, pieces };
}

/** What was kept apart by quotes alone needs a space. */
function gap(neighbour: string | undefined): string {
  return neighbour !== undefined && /[\p{L}\p{N}_$"]/u.test(neighbour) ? ' ' : '';
}
