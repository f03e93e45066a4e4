import type * as Sqlite from 'node:sqlite';

/**
 * What runs in the process that SQLite has to itself. Its text is what that process is started with, so the function
 * uses nothing but what it is given: no import, and no name from outside of it.
 *
 * A process, because nothing else can stop a statement that would run for ever: SQLite calls no JavaScript while it
 * works, and so neither a timer nor the end of a worker thread reaches it.
 */

/** A value as SQLite keeps it. */
export type SqlValue = string | number | null;

export interface ProgramTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: 'TEXT' | 'INTEGER' | 'REAL' }[];
  /** The columns that have values, and the rows of these. */
  readonly filled: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
}

export interface ProgramRequest {
  readonly sql: string;
  readonly bindings: Readonly<Record<string, SqlValue>>;
  readonly tables: readonly ProgramTable[];
  /** Undefined where the statement shall be understood and not run. */
  readonly limits?: { readonly rows: number; readonly characters: number };
  /** What might have been meant where the grammar refuses a word. */
  readonly candidates: readonly string[];
  /** The functions that the statement may call, in small letters. */
  readonly functions: readonly string[];
}

export type ProgramAnswer =
  | {
      readonly kind: 'done';
      /** The columns that the statement reads, by the name of their table. */
      readonly read: Readonly<Record<string, readonly string[]>>;
      readonly columns: readonly {
        readonly name: string;
        readonly table: string | null;
        readonly column: string | null;
      }[];
      readonly rows: readonly (readonly SqlValue[])[];
    }
  | { readonly kind: 'too-many'; readonly what: 'rows' | 'characters' }
  | {
      readonly kind: 'refused';
      readonly message: string;
      /** Where in the SQL, and which candidates could stand there, if it is the grammar that refuses. */
      readonly at?: number;
      readonly possible?: readonly string[];
    };

/** As much of `node:sqlite` as is used. */
export type SqliteModule = Pick<typeof Sqlite, 'DatabaseSync' | 'constants'>;

/** Does one request in a database of its own, which is gone afterwards. */
export function sqliteProgram(
  { DatabaseSync, constants }: SqliteModule,
  request: ProgramRequest,
): ProgramAnswer {
  const LONGEST_VALUE = 10_000_000;
  const database = new DatabaseSync(':memory:', { limits: { length: LONGEST_VALUE, attach: 0 } });
  const read = new Map<string, Set<string>>();
  const callable = new Set(request.functions);
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

  /** JavaScript has one kind of number, which is bound as a REAL: a whole one is an INTEGER only as a BigInt. */
  const kept = (value: SqlValue): SqlValue | bigint =>
    Number.isSafeInteger(value) ? BigInt(value ?? 0) : value;

  const fill = ({ name, columns, filled, rows }: ProgramTable) => {
    database.exec(
      `CREATE TABLE ${quoted(name)} (${columns.map((column) => `${quoted(column.name)} ${column.type}`).join(', ')})`,
    );
    if (rows.length === 0) return;
    const marks = filled.map(() => '?').join(', ');
    const insert = database.prepare(
      filled.length === 0
        ? `INSERT INTO ${quoted(name)} DEFAULT VALUES`
        : `INSERT INTO ${quoted(name)} (${filled.map(quoted).join(', ')}) VALUES (${marks})`,
    );
    for (const row of rows) insert.run(...row.map(kept));
  };

  /** All that a caller's statement may do is to read the tables that were filled, and what it makes of them. */
  const mayDo = (action: number, first: string | null, second: string | null): number => {
    const { SQLITE_OK, SQLITE_DENY } = constants;
    switch (action) {
      case constants.SQLITE_SELECT:
      case constants.SQLITE_RECURSIVE:
        return SQLITE_OK;
      case constants.SQLITE_FUNCTION:
        return second !== null && callable.has(second.toLowerCase()) ? SQLITE_OK : SQLITE_DENY;
      case constants.SQLITE_READ: {
        const columns = first === null ? undefined : read.get(first);
        if (columns && second) columns.add(second);
        // Without a column it is rows that are counted, also those of a query that WITH names.
        return columns || second === '' || first === 'json_each' || first === 'json_tree'
          ? SQLITE_OK
          : SQLITE_DENY;
      }
      default:
        return SQLITE_DENY;
    }
  };

  const messageOf = (error: unknown) =>
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  const complaint = (sql: string): string => {
    try {
      database.prepare(sql);
      return '';
    } catch (error) {
      return messageOf(error);
    }
  };

  /** The first place that gives the same complaint with all that follows cut off. */
  const placeOf = (message: string): number | undefined => {
    if (message === 'incomplete input') return request.sql.length;
    const word = /^near "([\s\S]*)": syntax error$/.exec(message)?.[1];
    if (!word) return undefined;
    const { sql } = request;
    for (let at = sql.indexOf(word), tries = 0; at !== -1 && tries < 100; at = sql.indexOf(word, at + 1)) {
      const end = at + word.length;
      const whole = !/^\w/.test(word.slice(-1)) || !/^\w/.test(sql.slice(end, end + 1));
      if (!whole || (/^\w/.test(word) && /^\w/.test(sql.charAt(at - 1)))) continue;
      tries += 1;
      if (complaint(sql.slice(0, end)) === message) return at;
    }
    return undefined;
  };

  const possibleAt = (at: number): string[] => {
    const before = request.sql.slice(0, at);
    return request.candidates.filter((word) => !complaint(`${before} ${word}`).includes('syntax error'));
  };

  /** JSON has no bytes: they are told in hexadecimal. */
  const told = (value: SqlValue | Uint8Array): SqlValue =>
    typeof value === 'object' && value !== null ? Buffer.from(value).toString('hex') : value;

  const run = (statement: Sqlite.StatementSync, limits: ProgramRequest['limits']): ProgramAnswer => {
    const columns = statement.columns().map(({ name, table, column }) => ({ name, table, column }));
    const rows: SqlValue[][] = [];
    const bindings = Object.entries(request.bindings).map(([name, value]) => [name, kept(value)]);
    let characters = 0;
    if (limits) {
      statement.setReturnArrays(true);
      for (const row of statement.iterate(Object.fromEntries(bindings)) as Iterable<unknown>) {
        const values = (row as (SqlValue | Uint8Array)[]).map(told);
        if (rows.length === limits.rows) return { kind: 'too-many', what: 'rows' };
        for (const value of values) characters += typeof value === 'string' ? value.length : 8;
        if (characters > limits.characters) return { kind: 'too-many', what: 'characters' };
        rows.push(values);
      }
    }
    const used = [...read].map(([table, names]) => [table, [...names]]);
    return { kind: 'done', read: Object.fromEntries(used), columns, rows };
  };

  try {
    // Nothing is written to a disk, however much is kept for a moment: lambda/runtime/child-process says how much may be.
    database.exec('PRAGMA temp_store = MEMORY; BEGIN');
    for (const table of request.tables) {
      read.set(table.name, new Set());
      fill(table);
    }
    database.exec('COMMIT');
    database.setAuthorizer(mayDo);
    return run(database.prepare(request.sql), request.limits);
  } catch (error) {
    const message = messageOf(error);
    const at = placeOf(message);
    return { kind: 'refused', message, ...(at === undefined ? {} : { at, possible: possibleAt(at) }) };
  } finally {
    database.close();
  }
}
