import type { FromItem } from './from-clause.ts';
import { isIdentifier } from './rewriting.ts';
import { columnNamed, IDENTIFIER } from './table-names.ts';
import { shortName, TABLE_NAMES } from './tables.ts';
import { is, nameOf, type Token } from './tokens.ts';

/** Which column of which table a name in a query means, as SQLite looks names up. */

/** The columns by which less can be read. */
const NARROWING = ['region', 'image_version_arn', 'image_name', 'version', 'snapshot_at'] as const;
export type NarrowingColumn = (typeof NARROWING)[number];

export type Values = ReadonlySet<string | number>;

/** A table of a FROM, and the values that its columns can have. */
export interface Source {
  readonly item: FromItem;
  readonly narrowed: Map<NarrowingColumn, Values>;
}

/** The sources of a query, and of those around it. */
export interface Scope {
  readonly sources: readonly Source[];
  readonly outer: Scope | undefined;
  /** Whether the statement itself calls a column Identifier. */
  readonly ownIdentifier: boolean;
}

export interface ColumnRef {
  readonly source: Source;
  readonly column: NarrowingColumn;
}

/** The column that a name means, where it is one of a table that reads by it. */
export function refOf(tokens: readonly Token[], scope: Scope): ColumnRef | undefined {
  const column = nameIn(tokens, scope)?.column;
  if (column === undefined) return undefined;
  const source = sourceNamed(tokens, scope, (one) => columnIn(one, column) !== undefined);
  return source && columnIn(source, column);
}

/** Whose column a name means: the nearest that is called so, or without a qualifier the nearest that has the column. */
export function sourceNamed(
  tokens: readonly Token[],
  scope: Scope,
  has: (source: Source) => boolean,
): Source | undefined {
  const qualifier = nameIn(tokens, scope)?.qualifier;
  if (qualifier === undefined) return undefined;
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    // An inner source of that name hides an outer one, whatever its columns are.
    const found = at.sources.find((one) => (qualifier === '' ? has(one) : qualifier === one.item.alias));
    if (found) return found;
  }
  return undefined;
}

/** What stands before the last dot of a name; undefined where it has none. */
export function qualifierOf(tokens: readonly Token[], scope: Scope): string | undefined {
  return nameIn(tokens, scope)?.qualifier || undefined;
}

/** A name, dot and name in turn; what it is called by stands as SQLite gets it. */
function nameIn(tokens: readonly Token[], { ownIdentifier }: Scope) {
  const last = tokens.at(-1);
  const dotted = tokens.every((token, at) => (at % 2 === 0 ? nameOf(token) !== undefined : is(token, '.')));
  const column = nameOf(last)?.toLowerCase();
  if (!last || !dotted || column === undefined || tokens.length % 2 === 0) return undefined;
  const plain = isIdentifier(last) && (tokens.length > 1 || !ownIdentifier);
  if (column === IDENTIFIER.toLowerCase() && !plain) return undefined;
  const names = tokens.slice(0, -1).flatMap((token) => nameOf(token)?.toLowerCase() ?? []);
  const table = TABLE_NAMES.find((name) => name === names.join('.'));
  return { column, qualifier: table ? shortName(table) : names.join('.') };
}

export function columnIn(source: Source, name: string): ColumnRef | undefined {
  if (source.item.hidden) return undefined;
  const column = source.item.table && columnNamed(source.item.table, name);
  const narrowing = NARROWING.find((known) => known === column);
  return narrowing && { source, column: narrowing };
}
