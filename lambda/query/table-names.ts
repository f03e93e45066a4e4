import { suggestion } from '../core/names.ts';
import { type Place, QueryError } from './errors.ts';
import { CHANGEABLE, columnsOf, TABLE_NAMES, type TableName } from './tables.ts';

/** The table of a name with dots. @throws QueryError where there is none, with the nearest one */
export function tableNamed(parts: readonly string[], place: Place): TableName {
  const given = parts.join('.');
  const table = TABLE_NAMES.find((name) => name === given.toLowerCase());
  if (table) return table;
  // A name without its provider is nearest to one that ends like it.
  const ending = TABLE_NAMES.find((name) => name.endsWith(`.${given.toLowerCase()}`));
  const near = ending ? `: did you mean ${ending}?` : suggestion(given, TABLE_NAMES);
  throw new QueryError(
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

/** What a version is called in StackQL's statements, beside its column. */
export const IDENTIFIER = 'Identifier';
export const IDENTIFIER_COLUMN = 'image_version_arn';

/** The column that a name calls, in lower case; undefined where the table has none of it. */
export function columnNamed(table: TableName, given: string): string | undefined {
  const name = given.toLowerCase() === IDENTIFIER.toLowerCase() ? IDENTIFIER_COLUMN : given.toLowerCase();
  return columnsOf(table).some((column) => column.name === name) ? name : undefined;
}
