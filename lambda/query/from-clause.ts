import { suggestion } from '../core/names.ts';
import { shownToken } from './cursor.ts';
import { QueryError } from './errors.ts';
import { isGroup, isOne, isQuery, type Node, tokenOf } from './groups.ts';
import { tableNamed } from './table-names.ts';
import { shortName, TABLE_NAMES, type TableName } from './tables.ts';
import { nameOf, placeAt, type Token } from './tokens.ts';

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
  /** What a subquery or a CTE reads from. */
  readonly query: readonly Node[] | undefined;
}

/** The queries that WITH names, by name in lower case. */
export type Ctes = ReadonlyMap<string, readonly Node[]>;

/** By what an item is joined to those before it; `other` are the joins that keep rows of either side. */
type Join = 'inner' | 'left' | 'other';

/** Table-valued functions of SQLite that only look at the value that they are given. */
const FUNCTIONS = ['json_each', 'json_tree'];
const JOIN_WORDS = ['NATURAL', 'LEFT', 'RIGHT', 'FULL', 'INNER', 'CROSS', 'OUTER', 'JOIN'];
const NO_ALIAS = [...JOIN_WORDS, 'ON', 'USING', 'INDEXED', 'NOT', ','];

/**
 * Reads the part between FROM and what follows it.
 *
 * @throws QueryError where a table is unknown, or two are called alike
 */
export function readFrom(source: string, nodes: readonly Node[], ctes: Ctes): FromItem[] {
  const items: FromItem[] = [];
  let at = 0;
  while (at < nodes.length) {
    const words: Node[] = [];
    for (let node = nodes[at]; node && isOne(node, [...JOIN_WORDS, ',']); node = nodes[at]) {
      words.push(node);
      at += 1;
    }
    const joined = { join: joinOf(words), natural: words.some((word) => isOne(word, ['NATURAL'])) };
    const end = endOfItem(nodes, at);
    items.push(...readItem(source, nodes.slice(at, end), joined, ctes));
    at = Math.max(end, at + 1);
  }
  refuseTwins(source, items);
  return items;
}

function joinOf(words: readonly Node[]): Join {
  if (words.some((word) => isOne(word, ['RIGHT', 'FULL', 'NATURAL']))) return 'other';
  return words.some((word) => isOne(word, ['LEFT'])) ? 'left' : 'inner';
}

function endOfItem(nodes: readonly Node[], from: number): number {
  const end = nodes.findIndex((node, index) => index >= from && isOne(node, [...JOIN_WORDS, ',']));
  return end === -1 ? nodes.length : end;
}

function readItem(
  source: string,
  nodes: readonly Node[],
  joined: Pick<FromItem, 'join' | 'natural'>,
  ctes: Ctes,
): FromItem[] {
  const on = nodes.findIndex((node) => isOne(node, ['ON']));
  const using = nodes.findIndex((node) => isOne(node, ['USING']));
  const conditions = {
    ...joined,
    bracketed: false,
    query: undefined,
    on: on === -1 ? [] : nodes.slice(on + 1),
    using: using === -1 ? [] : namesIn(nodes[using + 1]),
  };
  const [first] = nodes;
  if (isGroup(first)) {
    const anonymous = { table: undefined, name: [], aliased: true, ...conditions };
    const alias = aliasAt(nodes, 1);
    if (isQuery(first)) return [{ ...anonymous, alias, query: first.nodes }];
    // Joins in brackets: what they are called by is visible outside.
    const inner = readFrom(source, first.nodes, ctes);
    return [...inner.map((item) => ({ ...item, bracketed: true })), { ...anonymous, alias }];
  }
  const name = dottedName(nodes);
  const [start] = name;
  if (!start) return [];
  const parts = name.flatMap((token) => nameOf(token) ?? []);
  const isFunction = isGroup(nodes[name.length]);
  const alias = aliasAt(nodes, name.length + (isFunction ? 1 : 0));
  const [only = ''] = parts;
  if (parts.length === 1 && (isFunction || ctes.has(only.toLowerCase()))) {
    if (isFunction && !FUNCTIONS.includes(only.toLowerCase())) throw unknownFunction(source, start);
    const called = only.toLowerCase();
    const query = isFunction ? undefined : ctes.get(called);
    return [{ table: undefined, alias: alias ?? called, name: [], aliased: true, ...conditions, query }];
  }
  const table = tableNamed(parts, placeAt(source, start.start));
  return [{ table, alias: alias ?? shortName(table), name, aliased: alias !== undefined, ...conditions }];
}

function unknownFunction(source: string, token: Token): QueryError {
  const near = suggestion(token.text, [...FUNCTIONS, ...TABLE_NAMES]);
  return new QueryError(
    `given the function ${shownToken(token)} to read from, wanted ${FUNCTIONS.join(' or ')}${near}`,
    { place: placeAt(source, token.start) },
  );
}

/** The tokens of a name with dots in it, from the first node on. */
function dottedName(nodes: readonly Node[]): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < nodes.length; at += 1) {
    const token = tokenOf(nodes[at]);
    if (!token || (at % 2 === 0 ? nameOf(token) === undefined : token.text !== '.')) break;
    tokens.push(token);
  }
  return tokens;
}

function aliasAt(nodes: readonly Node[], at: number): string | undefined {
  const written = isOne(nodes[at], ['AS']) ? nodes[at + 1] : nodes[at];
  return isOne(written, NO_ALIAS) ? undefined : nameOf(tokenOf(written))?.toLowerCase();
}

function namesIn(node: Node | undefined): string[] {
  if (!isGroup(node)) return [];
  return node.nodes.flatMap((inner) => nameOf(tokenOf(inner))?.toLowerCase() ?? []);
}

function refuseTwins(source: string, items: readonly FromItem[]): void {
  const seen = new Set<string>();
  for (const { alias, table, name } of items) {
    if (alias === undefined) continue;
    if (seen.has(alias) && table) {
      throw new QueryError(
        `two tables are called ${alias} here: give each a name of its own, as in ${table} AS a`,
        {
          place: placeAt(source, name[0]?.start ?? 0),
        },
      );
    }
    seen.add(alias);
  }
}
