import type { ColumnType } from './column-types.ts';
import { TooCostly } from './errors.ts';
import { FUNCTIONS } from './functions.ts';
import { CANDIDATES, refusal } from './refusals.ts';
import { requireRegion } from './regions.ts';
import {
  type ProgramAnswer,
  type ProgramRequest,
  type ProgramTable,
  type SqlValue,
  sqliteProgram,
} from './sqlite-program.ts';
import type { SelectStatement, TableRead } from './statement.ts';
import { type Column, columnsOf, type Row, type TableName } from './tables.ts';

/** SELECT by SQLite: it says first what a statement needs, and then what it comes to. */

/** A read, and the columns of its table that the statement mentions anywhere. */
export interface NeededRead extends TableRead {
  readonly columns: readonly string[];
}

export interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: readonly Row[];
}

export interface Engine {
  /**
   * Has SQLite understand a statement, without a row of data.
   *
   * @throws QueryError where it does not, where the statement would do more than read, or where a table that is live
   * is read without a region
   */
  readonly prepare: (statement: SelectStatement) => Promise<readonly NeededRead[]>;
  /**
   * Runs a statement.
   *
   * @param rows what was read, by the local names of the reads
   * @throws QueryError where a value is not what a function can work with
   * @throws TooCostly where the answer or the time it takes is beyond the limits
   */
  readonly run: (
    statement: SelectStatement,
    reads: readonly NeededRead[],
    rows: ReadonlyMap<string, readonly Row[]>,
  ) => Promise<Answer>;
}

/** What has to be outside: something that can be stopped. See lambda/runtime/child-process */
export interface Stoppable {
  readonly ask: (
    request: unknown,
    seconds: number,
  ) => Promise<
    | { readonly kind: 'answered'; readonly answer: unknown }
    | { readonly kind: 'overdue' }
    | { readonly kind: 'oversized' }
    | { readonly kind: 'ended'; readonly how: string }
  >;
}

export interface EngineLimits {
  readonly rows: number;
  /** Of all values together, for the memory that they take; lambda/api/rows-answer weighs what goes out. */
  readonly characters: number;
  readonly seconds: number;
}

export const ENGINE_LIMITS: EngineLimits = { rows: 10_000, characters: 4_000_000, seconds: 5 };

/** The program for the process in which SQLite runs: a function from a request to its answer. */
export const SQLITE_PROGRAM = `(request) => (${sqliteProgram.toString()})(require('node:sqlite'), request)`;

/** @param runner a process that was started with SQLITE_PROGRAM */
export function sqliteEngine(runner: Stoppable, limits = ENGINE_LIMITS): Engine {
  const ask = async (request: ProgramRequest, statement: SelectStatement) => {
    const outcome = await runner.ask(request, limits.seconds);
    switch (outcome.kind) {
      case 'overdue':
        throw new TooCostly(
          `the statement was stopped after ${limits.seconds} s: ${NARROW}, and see that joins are on equal columns and a recursion ends`,
        );
      case 'oversized':
        throw new TooCostly(`the statement needs too much memory: ${NARROW}`);
      case 'ended':
        // Its own limits keep SQLite from that, so nothing is known that the caller could do.
        throw new Error(`the process of SQLite ended by itself: ${outcome.how}`);
      case 'answered':
        return done(outcome.answer as ProgramAnswer, statement, limits);
      default:
        return outcome satisfies never;
    }
  };

  return {
    prepare: async (statement) => {
      const { reads, sql, bindings } = statement;
      const tables = reads.map((read) => tableFor(read));
      const answer = await ask(
        { sql, bindings, tables, candidates: CANDIDATES, functions: FUNCTIONS },
        statement,
      );
      // After the grammar: what is wrong there may be why a condition was not understood.
      for (const read of reads) requireRegion(read);
      // SQLite does not tell of the columns of USING and of NATURAL.
      const columns = (read: TableRead) => new Set([...(answer.read[read.local] ?? []), ...read.joinedBy]);
      return reads.map((read) => ({ ...read, columns: [...columns(read)] }));
    },
    run: async (statement, reads, rows) => {
      const { sql, bindings } = statement;
      const tables = reads.map((read) => tableFor(read, read.columns, rows.get(read.local)));
      const answer = await ask(
        { sql, bindings, tables, limits, candidates: [], functions: FUNCTIONS },
        statement,
      );
      return answerOf(answer, reads, statement.origin.literals);
    },
  };
}

const NARROW = 'narrow it with WHERE, or with fewer tables';

type Done = Extract<ProgramAnswer, { kind: 'done' }>;

function done(answer: ProgramAnswer, statement: SelectStatement, limits: EngineLimits): Done {
  switch (answer.kind) {
    case 'done':
      return answer;
    case 'refused':
      throw refusal(answer, statement);
    case 'too-many':
      throw new TooCostly(
        `the answer has more than ${limits[answer.what]} ${answer.what}: add a LIMIT, or ${NARROW}`,
      );
    default:
      return answer satisfies never;
  }
}

function tableFor(read: TableRead, filled: readonly string[] = [], rows: readonly Row[] = []): ProgramTable {
  const columns = columnsOf(read.table);
  const wanted = columns.filter(({ name }) => filled.includes(name));
  return {
    name: read.local,
    columns: columns.map(({ name, type }) => ({ name, type: STORED_AS[type] })),
    filled: wanted.map(({ name }) => name),
    rows: rows.map((row) => wanted.map((column) => stored(row[column.name], column))),
  };
}

const STORED_AS = {
  string: 'TEXT',
  integer: 'INTEGER',
  number: 'REAL',
  boolean: 'INTEGER',
  array: 'TEXT',
  object: 'TEXT',
} as const satisfies Record<ColumnType, string>;

/** SQLite's JSON functions work on the JSON of a list; true and false are its 1 and 0. */
function stored(value: unknown, { type }: Column): SqlValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean' && type === 'boolean') return Number(value);
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
}

function answerOf(
  { columns, rows }: Done,
  reads: readonly NeededRead[],
  literals: Readonly<Record<string, string>>,
): Answer {
  const tables = new Map<string, TableName>(reads.map(({ local, table }) => [local, table]));
  // What has no name of its own is called as it is written.
  const written = (name: string) =>
    name.replaceAll(/:(placeholder_\d+)/g, (all, parameter) => literals[parameter] ?? all);
  const names = distinct(columns.map(({ name }) => written(name)));
  const types = columns.map(({ table, column }, index) => {
    const origin = tables.get(table ?? '');
    const known = origin ? columnsOf(origin).find(({ name }) => name === column) : undefined;
    return known?.type ?? typeOf(rows.map((row) => row[index]));
  });
  return {
    columns: names.map((name, index) => ({ name, type: types[index] ?? 'string' })),
    rows: rows.map((row) =>
      Object.fromEntries(names.map((name, index) => [name, told(row[index], types[index] ?? 'string')])),
    ),
  };
}

/** A row tells its values by name, so names that are alike get a number. */
function distinct(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let count = 2; seen.has(free); count += 1) free = `${name}_${count}`;
    seen.add(free);
    return free;
  });
}

/** The type of values that come from no column. */
function typeOf(values: readonly unknown[]): ColumnType {
  const there = values.filter((value) => value !== null);
  if (there.length === 0 || there.some((value) => typeof value !== 'number')) return 'string';
  return there.every(Number.isInteger) ? 'integer' : 'number';
}

function told(value: unknown, type: ColumnType): unknown {
  switch (type) {
    case 'boolean':
      return value === 0 || value === 1 ? value === 1 : value;
    case 'array':
    case 'object':
      return typeof value === 'string' ? parsed(value) : value;
    case 'string':
    case 'integer':
    case 'number':
      return value;
    default:
      return type satisfies never;
  }
}

/** What stands in such a column is JSON; what a UNION has put there may be none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
