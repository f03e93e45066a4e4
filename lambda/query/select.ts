import { parseImageVersionArn } from '../core/image-version/identifier.ts';
import type { Scope, Source, Values } from './column-reference.ts';
import { shownToken } from './cursor.ts';
import { QueryError } from './errors.ts';
import { type Ctes, type FromItem, MOST_SOURCES, readFrom } from './from-clause.ts';
import { grouped, isGroup, isOne, type Node, queriesIn, tokenOf } from './groups.ts';
import { bindingOf } from './literals.ts';
import { type Equality, narrow, spread } from './narrowing.ts';
import { namesIdentifier, rewritten } from './rewriting.ts';
import { refuseOpenTimes, type TimeMention, timeMentions } from './snapshot-times.ts';
import type { Params, SelectStatement, TableRead } from './statement.ts';
import { columnNamed, isLikeTable, refuseHiddenNames, refuseText } from './table-names.ts';
import { columnsOf } from './tables.ts';
import { nameOf, placeAt, type Token } from './tokens.ts';

/**
 * Statements that read. SQLite is who understands them; here only the tables are found, and what the conditions say
 * about them, so that little enough is read.
 */

/** @throws QueryError where a table is unknown, or a placeholder has no value */
export function readSelect(
  source: string,
  tokens: readonly Token[],
  params: Params,
): Omit<SelectStatement, 'hints'> {
  const nodes = grouped({ source, tokens });
  const constantOf = (token: Token) =>
    token.kind === 'text' ? bindingOf(source, token, params) : Number(token.text.replaceAll('_', ''));
  const sources: Source[] = [];
  const equalities: Equality[] = [];
  const ctes = ctesIn(source, nodes);
  refuseHiddenNames(source, tokens);
  const ownIdentifier = namesIdentifier(tokens);
  const mentions: TimeMention[] = [];
  const read = new Map<readonly Node[], readonly Source[]>();

  const readQuery = (query: readonly Node[], outer: Scope | undefined): void => {
    const start = sources.length;
    for (const core of splitAt(query, SET_WORDS)) {
      const sections = sectionsOf(core);
      const items = readFrom(source, sections.from, ctes, MOST_SOURCES - sources.length);
      const scope: Scope = {
        outer,
        ownIdentifier,
        sources: items.map((item) => ({ item, narrowed: new Map() })),
      };
      sources.push(...scope.sources);
      equalities.push(...narrow(scope, sections.where, constantOf));
      mentions.push(...timeMentions(scope, sections));
      const scopes = scopesOf(items, sections, scope);
      for (const inner of queriesIn([...sections.before, ...sections.from, ...sections.rest])) {
        readQuery(inner, scopes.get(inner));
      }
    }
    read.set(query, sources.slice(start));
  };
  const change = nodes.find((node) => isOne(node, ['SELECT', 'VALUES', ...CHANGES]));
  if (isOne(change, CHANGES)) {
    throw new QueryError('given a change that begins with WITH, wanted a statement of its own', {
      place: placeAt(source, tokenOf(change)?.start ?? 0),
    });
  }
  readQuery(nodes, undefined);
  spread(equalities);
  refuseOpenTimes(source, mentions, sources, read);
  const { reads, locals } = readsOf(source, sources);
  return { kind: 'select', reads, ...rewritten(source, tokens, locals, params) };
}

const CHANGES = ['INSERT', 'UPDATE', 'DELETE'];
const SET_WORDS = ['UNION', 'INTERSECT', 'EXCEPT'];
const SECTIONS = ['SELECT', 'VALUES', 'FROM', 'WHERE', 'GROUP', 'HAVING', 'WINDOW', 'ORDER', 'LIMIT'];

/**
 * What the queries in a query see. What WITH names sees what is around the place where it is used, and a condition in
 * brackets may mean a table in or outside of them: which, is not followed, so they have no scope.
 */
function scopesOf(
  items: readonly FromItem[],
  { rest }: Sections,
  scope: Scope,
): ReadonlyMap<readonly Node[], Scope | undefined> {
  const conditions = items.flatMap(({ on, bracketed }) => (bracketed ? [] : on));
  return new Map([
    ...queriesIn([...rest, ...conditions]).map((query) => [query, scope] as const),
    // What is read from sees what is around the query, and nothing that stands beside it.
    ...items.flatMap(({ subquery }) => (subquery ? [[subquery, scope.outer] as const] : [])),
  ]);
}

function splitAt(nodes: readonly Node[], words: readonly string[]): Node[][] {
  const parts: Node[][] = [[]];
  for (const node of nodes) {
    if (isOne(node, words)) parts.push([]);
    else parts.at(-1)?.push(node);
  }
  return parts;
}

interface Sections {
  /** WITH, and all before SELECT. */
  readonly before: Node[];
  readonly from: Node[];
  readonly where: Node[];
  /** All but `before` and `from`. */
  readonly rest: Node[];
}

function sectionsOf(core: readonly Node[]): Sections {
  const sections: Sections = { before: [], from: [], where: [], rest: [] };
  let section = '';
  for (const [index, node] of core.entries()) {
    const opened = SECTIONS.find((word) => isOne(node, [word]));
    // WINDOW is a word only before `name AS`; else it is a name itself.
    const window = nameOf(tokenOf(core[index + 1])) !== undefined && isOne(core[index + 2], ['AS']);
    const name = opened === 'WINDOW' && !window;
    if (opened && !name && !(opened === 'FROM' && isDistinctFrom(core, index))) {
      section = opened;
      continue;
    }
    if (section === 'FROM') {
      sections.from.push(node);
      continue;
    }
    if (section === 'WHERE') sections.where.push(node);
    (section === '' ? sections.before : sections.rest).push(node);
  }
  return sections;
}

/** `IS DISTINCT FROM` and `IS NOT DISTINCT FROM` compare. */
function isDistinctFrom(nodes: readonly Node[], at: number): boolean {
  return isOne(nodes[at - 1], ['DISTINCT']) && isOne(nodes[at - 2], ['IS', 'NOT']);
}

/**
 * The queries that WITH names: `name AS (SELECT …)`, with columns after the name or without.
 *
 * @throws QueryError where one is called like a table, whose rows SQLite would then not be given
 */
function ctesIn(source: string, nodes: readonly Node[]): Ctes {
  const queries = new Map<string, (readonly Node[])[]>();
  const look = (within: readonly Node[]) => {
    for (const [index, node] of within.entries()) {
      if (!isGroup(node)) continue;
      look(node.nodes);
      let at = index - 1;
      while (isOne(within[at], ['NOT', 'MATERIALIZED'])) at -= 1;
      if (!isOne(within[at], ['AS'])) continue;
      at -= isGroup(within[at - 1]) ? 2 : 1;
      const token = tokenOf(within[at]);
      refuseText(source, token);
      const name = nameOf(token)?.toLowerCase();
      if (!token || name === undefined) continue;
      if (isLikeTable(name)) {
        throw new QueryError(
          `given a query that is called like a table, ${shownToken(token)}: give it another name`,
          {
            place: placeAt(source, token.start),
          },
        );
      }
      queries.set(name, [...(queries.get(name) ?? []), node.nodes]);
    }
  };
  look(nodes);
  return queries;
}

/** One read for each way in which a table is narrowed, and what each item of a FROM is called in SQL. */
function readsOf(
  source: string,
  sources: readonly Source[],
): { reads: TableRead[]; locals: Map<FromItem, string> } {
  const reads = new Map<string, TableRead>();
  const locals = new Map<FromItem, string>();
  const counts = new Map<string, number>();
  const natural = sources.some(({ item }) => item.natural);
  const using = sources.flatMap(({ item }) => item.using);
  for (const { item, narrowed } of sources) {
    const { table } = item;
    if (!table) continue;
    const named = new Set(using.map((name) => columnNamed(table, name)));
    const names = columnsOf(table).map(({ name }) => name);
    const joinedBy = names.filter((name) => natural || named.has(name));
    const read: Omit<TableRead, 'local' | 'place'> = { table, joinedBy, ...narrowedTo(narrowed) };
    const same = JSON.stringify(read);
    let local = reads.get(same)?.local;
    if (local === undefined) {
      const count = (counts.get(table) ?? 0) + 1;
      counts.set(table, count);
      local = count === 1 ? table : `${table}#${count}`;
      reads.set(same, { ...read, local, place: placeAt(source, item.name[0]?.start ?? 0) });
    }
    locals.set(item, local);
  }
  return { reads: [...reads.values()], locals };
}

/** An ARN says its region; a text that is no version's ARN may stand in a row of any. */
function regionsOf(
  identifiers: readonly string[] | undefined,
  given: readonly string[] | undefined,
): readonly string[] | undefined {
  const own = identifiers?.map((arn) => parseImageVersionArn(arn)?.region);
  if (!own || own.includes(undefined)) return given;
  return [...new Set(own.flatMap((region) => region ?? []))].filter(
    (region) => given?.includes(region) ?? true,
  );
}

type Narrowed = Omit<TableRead, 'table' | 'local' | 'place' | 'joinedBy'>;

function narrowedTo(narrowed: Source['narrowed']): Narrowed {
  const texts = (values: Values | undefined) => values && [...values].map(String).sort();
  const identifiers = texts(narrowed.get('image_version_arn'));
  const given = texts(narrowed.get('region'));
  const regions = regionsOf(identifiers, given);
  const imageNames = texts(narrowed.get('image_name'));
  const times = texts(narrowed.get('snapshot_at'));
  const numbers = narrowed.get('version');
  const versions = numbers && [...numbers].map(Number).sort((a, b) => a - b);
  return {
    ...(regions && { regions }),
    ...(identifiers && { identifiers }),
    ...(imageNames && { imageNames }),
    ...(versions && { versions }),
    ...(times && { times }),
  };
}
