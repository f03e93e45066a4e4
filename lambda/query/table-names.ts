import { suggestion } from '../core/names.ts';
import { shownToken } from './cursor.ts';
import { type Place, QueryError } from './errors.ts';
import { CHANGEABLE, columnsOf, TABLE_NAMES, type TableName } from './tables.ts';
import { is, nameOf, placeAt, type Token } from './tokens.ts';

/** The table of a name with dots. @throws QueryError where there is none, with the nearest one */
export function tableNamed(parts: readonly string[], place: Place): TableName {
  const table = tableCalled(parts);
  if (!table) throw unknownTable(parts, place);
  return table;
}

export function tableCalled(parts: readonly string[]): TableName | undefined {
  const given = parts.join('.').toLowerCase();
  return TABLE_NAMES.find((name) => name === given);
}

export function unknownTable(parts: readonly string[], place: Place): QueryError {
  const given = parts.join('.');
  // A name without its provider is nearest to one that ends like it.
  const ending = TABLE_NAMES.find((name) => name.endsWith(`.${given.toLowerCase()}`));
  const near = ending ? `: did you mean ${ending}?` : suggestion(given, TABLE_NAMES);
  return new QueryError(
    `given the table ${given.slice(0, 100)}, which is not known${near || ': there are '}${near ? '' : TABLE_NAMES.join(', ')}`,
    { place },
  );
}

/** The table of a statement that changes something. @throws QueryError where it is another one */
export function changeableTable(parts: readonly string[], place: Place): TableName {
  const table = tableNamed(parts, place);
  if (table === CHANGEABLE) return table;
  throw new QueryError(`${table} can only be read: what can be changed is ${CHANGEABLE}`, { place });
}

/**
 * SQLite takes a text in single quotes for a name where only a name can stand. It is refused, so that one way of
 * quoting means a text and the other a name.
 *
 * @throws QueryError where the token is a text
 */
export function refuseText(source: string, token: Token | undefined): void {
  if (token?.kind !== 'text') return;
  throw new QueryError(
    `given the text ${shownToken(token)} as a name: names are quoted with "double quotes"`,
    {
      place: placeAt(source, token.start),
    },
  );
}

/**
 * Refuses what would name a column or read a table without standing where columns and tables are looked for.
 *
 * @throws QueryError for a text beside a dot, for a table after IN, and for the number of a row, which would say no
 *   more than how many rows were read before it
 */
export function refuseHiddenNames(source: string, tokens: readonly Token[]): void {
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (is(before, '.') || is(tokens[index + 1], '.')) refuseText(source, token);
    if (ROW_NUMBERS.includes(nameOf(token)?.toLowerCase() ?? '')) {
      throw new QueryError(
        `given ${shownToken(token)}, which SQLite takes for the number of a row: rows have none`,
        {
          place: placeAt(source, token.start),
        },
      );
    }
    const name = token.kind === 'text' ? token.text.slice(1, -1) : nameOf(token);
    if (name === undefined || !is(before, 'IN') || !isLikeTable(name)) continue;
    throw new QueryError(`given ${shownToken(token)} after IN, wanted IN ('…', '…') or IN (SELECT …)`, {
      place: placeAt(source, token.start),
    });
  }
}

const ROW_NUMBERS = ['rowid', '_rowid_', 'oid'];

/** Whether a name could be one by which SQLite knows a table: each of its reads has a name that begins with the table's. */
export function isLikeTable(name: string): boolean {
  return TABLE_NAMES.some((table) => name.toLowerCase().startsWith(table));
}

/** What a version is called in StackQL's statements, beside its column. */
export const IDENTIFIER = 'Identifier';
export const IDENTIFIER_COLUMN = 'image_version_arn';

/** The column that a name calls, in lower case; undefined where the table has none of it. */
export function columnNamed(table: TableName, given: string): string | undefined {
  const name = given.toLowerCase() === IDENTIFIER.toLowerCase() ? IDENTIFIER_COLUMN : given.toLowerCase();
  return columnsOf(table).some((column) => column.name === name) ? name : undefined;
}
