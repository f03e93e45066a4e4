import type { Place } from './errors.ts';
import type { TableName } from './tables.ts';

/** What a statement says, checked: nothing of it is text to be read again. */

export const HINTS = ['create', 'update', 'delete', 'exists', 'await'] as const;
export type Hint = (typeof HINTS)[number];

/** A value that stands for a placeholder in SQL. */
export type Binding = string | number | null;

/**
 * A read of one table that a statement needs, by what its conditions say. Where the statement leaves something open, it is undefined; an empty
 * list means that no row can fit. A row that a read gives too much does no harm: SQLite applies every condition.
 */
export interface TableRead {
  readonly table: TableName;
  /** What the table is called in the SQL; several reads of one table have several names. */
  readonly local: string;
  /** Where the statement names it first. */
  readonly place: Place;
  /** The columns that it is joined by without their being named beside it. */
  readonly joinedBy: readonly string[];
  /** Given for every table that is live, once the statement is prepared. */
  readonly regions?: readonly string[];
  /** ARNs of versions. */
  readonly identifiers?: readonly string[];
  readonly imageNames?: readonly string[];
  readonly versions?: readonly number[];
  /** As written, of inventory.image_versions alone: the rows of each are told as of it, in snapshot_at. */
  readonly times?: readonly string[];
}

export interface SelectStatement {
  readonly kind: 'select';
  readonly hints: readonly Hint[];
  /** For SQLite, with the local names of the tables and a parameter for each placeholder. */
  readonly sql: string;
  /** By the name of the parameter in that SQL. */
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly reads: readonly TableRead[];
  /** To tell of a place in that SQL as one in the caller's text. */
  readonly origin: Origin;
}

export interface Origin {
  readonly source: string;
  /** Where parts of the one begin in the other, in order. */
  readonly pieces: readonly { readonly sqlAt: number; readonly sourceAt: number }[];
  /** The literal that each parameter stands for, as it was written. */
  readonly literals: Readonly<Record<string, string>>;
}

export interface InsertStatement {
  readonly kind: 'insert';
  readonly hints: readonly Hint[];
  readonly region: string;
  /** Under CloudFormation's names; their values are not checked yet. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface UpdateStatement {
  readonly kind: 'update';
  readonly hints: readonly Hint[];
  readonly region: string;
  /** The ARN of a version, in that region. */
  readonly identifier: string;
  readonly change:
    | { readonly kind: 'wanted'; readonly properties: Readonly<Record<string, unknown>> }
    | { readonly kind: 'patch'; readonly patch: readonly unknown[] };
}

export interface DeleteStatement {
  readonly kind: 'delete';
  readonly hints: readonly Hint[];
  readonly region: string;
  readonly identifier: string;
}

export interface DescribeStatement {
  readonly kind: 'describe';
  readonly table: TableName;
  readonly extended: boolean;
}

export interface ShowMethodsStatement {
  readonly kind: 'show-methods';
  readonly table: TableName;
}

export type PlainStatement = SelectStatement | InsertStatement | UpdateStatement | DeleteStatement;

interface ExplainStatement {
  readonly kind: 'explain';
  readonly statement: PlainStatement;
}

export type Statement = PlainStatement | DescribeStatement | ShowMethodsStatement | ExplainStatement;

/** What placeholders stand for, by their names: JSON values. */
export type Params = Readonly<Record<string, unknown>>;
