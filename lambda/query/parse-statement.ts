import { readDelete, readInsert, readUpdate } from './changes.ts';
import { Cursor } from './cursor.ts';
import { QueryError } from './errors.ts';
import { hintsOf } from './hints.ts';
import { readSelect } from './select.ts';
import type { Params, PlainStatement, Statement } from './statement.ts';
import { tableNamed } from './table-names.ts';
import { is, placeAt, type Token, type Tokens, tokenize } from './tokens.ts';

/** Longer ones are no statement that somebody wrote; it keeps SQLite's own limits far away. */
const LONGEST_SQL = 100_000;

/** What is filled may be far longer than what was sent, by as many times at most. */
const MOST_PLACEHOLDERS = 500;

const READING = ['SELECT', 'WITH', 'VALUES'];
const WANTED = 'SELECT, INSERT, UPDATE, DELETE, DESCRIBE, SHOW METHODS IN or EXPLAIN';

/**
 * Reads one statement and fills its placeholders with values. Nothing is sent or looked up. Of a statement that reads,
 * the columns and the grammar are left to SQLite: see engine.ts.
 *
 * @param params what placeholders stand for
 * @throws QueryError with line and column where there are some
 */
export function parseStatement(sql: string, params: Params): Statement {
  if (sql.length > LONGEST_SQL) {
    throw new QueryError(
      `given a statement of ${sql.length} characters, wanted at most ${LONGEST_SQL}: long values are better given in params`,
    );
  }
  const placeholders = sql.split('{{').length - 1;
  if (placeholders > MOST_PLACEHOLDERS) {
    throw new QueryError(`given ${placeholders} placeholders, wanted at most ${MOST_PLACEHOLDERS}`);
  }
  const parts = tokenize(sql);
  const tokens = alone(parts);
  const cursor = new Cursor(sql, tokens);
  if (cursor.take('EXPLAIN')) {
    return { kind: 'explain', statement: readPlain(parts, cursor.rest, params) };
  }
  if (cursor.take('DESCRIBE')) {
    const extended = cursor.take('EXTENDED');
    return { kind: 'describe', table: readTableAlone(cursor), extended };
  }
  if (cursor.take('SHOW')) {
    cursor.take('EXTENDED');
    cursor.expect('METHODS', 'IN');
    return { kind: 'show-methods', table: readTableAlone(cursor) };
  }
  return readPlain(parts, tokens, params);
}

function readPlain(parts: Tokens, tokens: readonly Token[], params: Params): PlainStatement {
  const { source } = parts;
  const hints = hintsOf(parts);
  const cursor = new Cursor(source, tokens);
  if (is(cursor.next, 'INSERT')) return { ...readInsert(cursor, params), hints };
  if (is(cursor.next, 'UPDATE')) return { ...readUpdate(cursor, params), hints };
  if (is(cursor.next, 'DELETE')) return { ...readDelete(cursor, params), hints };
  if (READING.some((word) => is(cursor.next, word))) return { ...readSelect(source, tokens, params), hints };
  return cursor.refuse(WANTED);
}

function readTableAlone(cursor: Cursor) {
  const place = placeAt(cursor.source, cursor.next?.start ?? cursor.source.length);
  const table = tableNamed(cursor.expectDotted('the name of a table'), place);
  cursor.expectEnd();
  return table;
}

/** The tokens of the one statement, without the semicolon that may end it. */
function alone({ source, tokens }: Tokens): readonly Token[] {
  const end = tokens.findIndex((token) => is(token, ';'));
  const statement = end === -1 ? tokens : tokens.slice(0, end);
  const more = end === -1 ? undefined : tokens.slice(end).find((token) => !is(token, ';'));
  if (more) {
    throw new QueryError('given several statements, wanted one: send each by itself', {
      place: placeAt(source, more.start),
    });
  }
  if (statement.length === 0) throw new QueryError(`given no statement, wanted ${WANTED}`);
  return statement;
}
