import { suggestion } from '../core/names.ts';
import { shownToken } from './cursor.ts';
import { QueryError } from './errors.ts';
import { isGroup, isOne, isQuery, type Node, tokenOf } from './groups.ts';
import { OperandReader } from './operand-reader.ts';
import { isLikeTable, refuseText, tableCalled, unknownTable } from './table-names.ts';
import { shortName, TABLE_NAMES, type TableName } from './tables.ts';
import { is, nameOf, placeAt, type Token } from './tokens.ts';

/** What a query reads from: the items of its FROM, with what joins them. */

export interface FromItem {
  /** Undefined where it is a subquery, a CTE or a table-valued function. */
  readonly table: TableName | undefined;
  /** What columns are qualified by, in lower case. */
  readonly alias: string | undefined;
  /** The tokens of the table's name. */
  readonly name: readonly Token[];
  /** Whether an alias follows the name in the text. */
  readonly aliased: boolean;
  readonly join: Join;
  /** The conditions of its ON. */
  readonly on: readonly Node[];
  /** The columns of its USING, in lower case. */
  readonly using: readonly string[];
  /** Whether it is joined by all columns that are called alike. */
  readonly natural: boolean;
  /** Whether it stands in brackets with others: what joins it there sees those alone. */
  readonly bracketed: boolean;
  /** Whether it stands in brackets that have an alias: its own may then mean another table, or none. */
  readonly hidden: boolean;
  /** The query that stands here as a table. */
  readonly subquery: readonly Node[] | undefined;
  /** The queries that its rows may come from: the subquery, or all that WITH calls so. */
  readonly queries: readonly (readonly Node[])[];
}

/** The queries that WITH names, by name in lower case. Several of one name are in different queries. */
export type Ctes = ReadonlyMap<string, readonly (readonly Node[])[]>;

/** By what an item is joined to those before it; `other` are the joins that keep rows of either side. */
type Join = 'inner' | 'left' | 'other';

/** Table-valued functions of SQLite that only look at the value that they are given. */
const FUNCTIONS = ['json_each', 'json_tree'];
/** They join only before JOIN. Elsewhere SQLite takes them for names. */
const JOIN_WORDS = ['NATURAL', 'LEFT', 'RIGHT', 'FULL', 'INNER', 'CROSS', 'OUTER'];
const NO_ALIAS = [...JOIN_WORDS, 'JOIN', 'ON', 'USING', 'INDEXED', 'NOT'];
/** SQLite has as many at most between two tables: NATURAL LEFT OUTER JOIN. */
const MOST_JOIN_WORDS = 3;

/** What is the same for all of one FROM. */
interface Clause {
  readonly source: string;
  readonly ctes: Ctes;
  /** Counts an item. @throws QueryError where there are too many */
  readonly count: (node: Node) => void;
}

/**
 * Reads the part between FROM and what follows it.
 *
 * @param most the items that it may have
 * @throws QueryError where a table is unknown, two are called alike, or there are too many
 */
export function readFrom(source: string, nodes: readonly Node[], ctes: Ctes, most: number): FromItem[] {
  let items = 0;
  const count = (node: Node) => {
    items += 1;
    if (items <= most) return;
    const { start } = isGroup(node) ? node.open : node;
    throw new QueryError(`given more than ${MOST_SOURCES} tables and queries to read from`, {
      place: placeAt(source, start),
    });
  };
  const read = readItems(nodes, { source, ctes, count });
  refuseTwins(source, read);
  return read;
}

/** SQLite joins as many at most. */
export const MOST_SOURCES = 64;

function readItems(nodes: readonly Node[], clause: Clause): FromItem[] {
  const items: FromItem[] = [];
  let at = 0;
  while (at < nodes.length) {
    const joined = readJoin(nodes, at);
    const { item, end } = readItem(nodes, joined.end, joined, clause);
    items.push(...item);
    at = Math.max(end, at + 1);
    // SQLite refuses what stands here without joining anything.
    while (at < nodes.length && !isOne(nodes[at], [',', 'JOIN', ...JOIN_WORDS])) at += 1;
  }
  return items;
}

interface Joined extends Pick<FromItem, 'join' | 'natural'> {
  /** Where the table begins. */
  readonly end: number;
}

/** A comma, or JOIN and the words before it. The first item has neither, whatever it is called. */
function readJoin(nodes: readonly Node[], at: number): Joined {
  if (at === 0) return { join: 'inner', natural: false, end: at };
  if (isOne(nodes[at], [','])) return { join: 'inner', natural: false, end: at + 1 };
  let end = at;
  while (end < at + MOST_JOIN_WORDS && nodes[end] && !isOne(nodes[end], ['JOIN'])) end += 1;
  const has = (...words: string[]) => nodes.slice(at, end).some((word) => isOne(word, words));
  const natural = has('NATURAL');
  const other = natural || has('RIGHT', 'FULL');
  return { join: other ? 'other' : has('LEFT') ? 'left' : 'inner', natural, end: end + 1 };
}

function readItem(
  nodes: readonly Node[],
  at: number,
  { join, natural }: Joined,
  clause: Clause,
): { item: FromItem[]; end: number } {
  const first = nodes[at];
  if (!first) return { item: [], end: at };
  clause.count(first);
  const name = isGroup(first) ? [] : dottedName(nodes, at, clause.source);
  const afterName = at + (isGroup(first) ? 1 : name.length);
  const isFunction = name.length > 0 && isGroup(nodes[afterName]);
  const { alias, end: afterAlias } = readAlias(nodes, afterName + (isFunction ? 1 : 0), clause.source);
  const { on, using, end } = readConditions(nodes, afterAlias, clause.source);
  const item = {
    ...{ table: undefined, alias, name: [], aliased: true, join, on, using, natural },
    ...{ bracketed: false, hidden: false, subquery: undefined, queries: [] },
  };
  if (isGroup(first)) {
    if (isQuery(first)) return { item: [{ ...item, subquery: first.nodes, queries: [first.nodes] }], end };
    // Joins in brackets: what they are called by is visible outside. Not so where the brackets have a name, nor, as
    // SQLite has it, where they hold one table alone and are joined to another.
    const within = readItems(first.nodes, clause).map((one) => ({ ...one, bracketed: true }));
    const hides = alias !== undefined || (within.length === 1 && at > 0);
    return { item: [...within.map((one) => ({ ...one, hidden: one.hidden || hides })), item], end };
  }
  const [start] = name;
  if (!start) return { item: [], end };
  const parts = name.flatMap((token) => nameOf(token) ?? []);
  const called = parts.join('.').toLowerCase();
  if (parts.length === 1 && isFunction) {
    if (!FUNCTIONS.includes(called)) throw unknownFunction(clause.source, start);
    return { item: [{ ...item, alias: alias ?? called }], end };
  }
  const queries = parts.length === 1 ? clause.ctes.get(called) : undefined;
  if (queries) return { item: [{ ...item, alias: alias ?? called, queries }], end };
  const table = tableCalled(parts);
  if (!table) throw unknownTable(parts, placeAt(clause.source, start.start));
  const aliased = alias !== undefined;
  return { item: [{ ...item, table, alias: alias ?? shortName(table), name, aliased }], end };
}

/** The tokens of a name with dots in it. */
function dottedName(nodes: readonly Node[], from: number, source: string): Token[] {
  const tokens: Token[] = [];
  for (let at = from; at < nodes.length; at += 1) {
    const token = tokenOf(nodes[at]);
    const wantsName = tokens.length % 2 === 0;
    if (wantsName) refuseText(source, token);
    if (!token || (wantsName ? nameOf(token) === undefined : !is(token, '.'))) break;
    tokens.push(token);
  }
  return tokens;
}

/** `AS name`, where each word is a name, or a name alone, and then INDEXED BY, which reads nothing less. */
function readAlias(nodes: readonly Node[], at: number, source: string) {
  const hasAs = isOne(nodes[at], ['AS']);
  const written = tokenOf(hasAs ? nodes[at + 1] : nodes[at]);
  const mayBe = hasAs || !isOne(written, NO_ALIAS);
  if (mayBe) refuseText(source, written);
  const alias = mayBe ? nameOf(written)?.toLowerCase() : undefined;
  if (written && alias !== undefined && isLikeTable(alias)) {
    throw new QueryError(
      `given an alias that is called like a table, ${shownToken(written)}: choose another`,
      {
        place: placeAt(source, written.start),
      },
    );
  }
  let end = at + (hasAs ? 2 : alias === undefined ? 0 : 1);
  if (isOne(nodes[end], ['INDEXED'])) end += 3;
  else if (isOne(nodes[end], ['NOT'])) end += 2;
  return { alias, end };
}

function readConditions(nodes: readonly Node[], at: number, source: string) {
  if (isOne(nodes[at], ['USING'])) return { on: [], using: namesIn(nodes[at + 1], source), end: at + 2 };
  if (!isOne(nodes[at], ['ON'])) return { on: [], using: [], end: at };
  const end = endOfCondition(nodes, at + 1);
  return { on: nodes.slice(at + 1, end), using: [], end };
}

/** Where the next join begins: a word that could be one is a name where an operand is expected. */
function endOfCondition(nodes: readonly Node[], from: number): number {
  const reader = new OperandReader();
  for (let at = from; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (!node || isOne(node, [',', 'JOIN'])) return at;
    if (!reader.wantsOperand && isOne(node, JOIN_WORDS)) return at;
    reader.take(node);
  }
  return nodes.length;
}

function namesIn(node: Node | undefined, source: string): string[] {
  if (!isGroup(node)) return [];
  return node.nodes.flatMap((inner) => {
    refuseText(source, tokenOf(inner));
    return nameOf(tokenOf(inner))?.toLowerCase() ?? [];
  });
}

function unknownFunction(source: string, token: Token): QueryError {
  const near = suggestion(token.text, [...FUNCTIONS, ...TABLE_NAMES]);
  return new QueryError(
    `given the function ${shownToken(token)} to read from, wanted ${FUNCTIONS.join(' or ')}${near}`,
    { place: placeAt(source, token.start) },
  );
}

function refuseTwins(source: string, items: readonly FromItem[]): void {
  const seen = new Set<string>();
  for (const { alias, table, name } of items) {
    if (alias === undefined) continue;
    if (seen.has(alias) && table) {
      throw new QueryError(
        `two tables are called ${alias} here: give each a name of its own, as in ${table} AS a`,
        { place: placeAt(source, name[0]?.start ?? 0) },
      );
    }
    seen.add(alias);
  }
}
