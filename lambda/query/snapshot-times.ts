import { qualifierOf, type Scope, type Source, sourceNamed } from './column-reference.ts';
import { QueryError } from './errors.ts';
import { isGroup, isOne, isQuery, type Node, tokenOf } from './groups.ts';
import { columnNamed } from './table-names.ts';
import { nameOf, placeAt, type Token } from './tokens.ts';

/**
 * Which time a table tells of is said by `snapshot_at = '…'`. A condition on it that is not understood would read the
 * newest snapshot as if it were the one that is meant, so it is refused.
 */

const COLUMN = 'snapshot_at';

/** A place where a query says something of snapshot_at, and of whose. */
export interface TimeMention {
  readonly token: Token | undefined;
  /** The alias stands for every source that is called so, where it is not known which of them is meant. */
  readonly of: readonly Source[] | { readonly alias: string };
}

interface Parts {
  readonly where: readonly Node[];
  readonly rest: readonly Node[];
}

/** All in WHERE, ON and USING, and elsewhere what is compared. Queries within are not looked into. */
export function timeMentions(scope: Scope, { where, rest }: Parts): TimeMention[] {
  const conditions = [where, ...scope.sources.map(({ item }) => item.on)];
  const named = [...conditions.flatMap((nodes) => mentionsIn(nodes, false)), ...mentionsIn(rest, true)];
  const joined = scope.sources.filter(({ item }) => item.using.includes(COLUMN));
  return [
    ...named.map((name) => ({ token: name.at(-1), of: sourcesOf(name, scope) })),
    ...joined.map(({ item }) => ({ token: item.name[0], of: scope.sources })),
  ];
}

/** Compared by these, before or after. */
const COMPARING = ['=', '==', '<>', '!=', '<', '>', '<=', '>=', 'IS', 'NOT', 'IN', 'BETWEEN', 'LIKE', 'GLOB'];

/** The names, with what stands before their dots. */
function mentionsIn(nodes: readonly Node[], onlyCompared: boolean): Token[][] {
  return nodes.flatMap((node, at) => {
    if (isGroup(node)) return isQuery(node) ? [] : mentionsIn(node.nodes, onlyCompared);
    if (nameOf(node)?.toLowerCase() !== COLUMN || isOne(nodes[at + 1], ['.'])) return [];
    let from = at;
    while (isOne(nodes[from - 1], ['.']) && nameOf(tokenOf(nodes[from - 2])) !== undefined) from -= 2;
    const compared = isOne(nodes[from - 1], COMPARING) || isOne(nodes[at + 1], COMPARING);
    if (isOne(nodes[from - 1], ['AS']) || (onlyCompared && !compared)) return [];
    return [nodes.slice(from, at + 1).flatMap((one) => tokenOf(one) ?? [])];
  });
}

function sourcesOf(name: readonly Token[], scope: Scope): TimeMention['of'] {
  const exact = sourceNamed(name, scope, hasColumn);
  if (exact && !exact.item.hidden) return [exact];
  const alias = qualifierOf(name, scope);
  // Without a qualifier it may be a column of any query that is read from.
  return alias === undefined ? scope.sources : { alias };
}

function hasColumn({ item }: Source): boolean {
  return item.table !== undefined && columnNamed(item.table, COLUMN) !== undefined;
}

/**
 * Called once all is known of the sources.
 *
 * @param read the sources that each query of the statement reads, with those of the queries in it
 * @throws QueryError where a time is spoken of, and none was found to read its table at
 */
export function refuseOpenTimes(
  source: string,
  mentions: readonly TimeMention[],
  sources: readonly Source[],
  read: ReadonlyMap<readonly Node[], readonly Source[]>,
): void {
  const looked = new Map<unknown, Source | undefined>();
  for (const { token, of } of mentions) {
    // Many mentions are of the same: what stands behind that is looked for once.
    const key = 'alias' in of ? of.alias : of.length === 1 ? of[0] : of;
    if (!looked.has(key)) {
      const meant = 'alias' in of ? sources.filter(({ item }) => item.alias === of.alias) : of;
      looked.set(
        key,
        behind(meant, read).find((one) => hasColumn(one) && !one.narrowed.has(COLUMN)),
      );
    }
    const open = looked.get(key);
    if (!open) continue;
    throw new QueryError(
      `given a condition on ${COLUMN} that does not say which times to read ${open.item.table} at: write ` +
        `${COLUMN} = '…' or ${COLUMN} IN ('…', '…') in the query that reads the table, joined to other conditions by AND`,
      { place: token && placeAt(source, token.start) },
    );
  }
}

/** The sources themselves, and those that the queries among them read. */
function behind(sources: readonly Source[], read: ReadonlyMap<readonly Node[], readonly Source[]>): Source[] {
  const found = new Set(sources);
  // A set that grows while it is walked is walked to its end, and CTEs that read themselves are met once.
  for (const { item } of found) {
    for (const query of item.queries) for (const inner of read.get(query) ?? []) found.add(inner);
  }
  return [...found];
}
