/** Where in a text something is: lines and columns count from 1, columns in characters. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * A statement that cannot be done as it stands. The message says what was given, what is wanted and what to do; it
 * is for the caller.
 */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly place: Place | undefined;
  /** The name of the parameter that is missing or wrong. */
  readonly parameter: string | undefined;

  constructor(message: string, where: { place?: Place | undefined; parameter?: string | undefined } = {}) {
    super(message);
    this.place = where.place;
    this.parameter = where.parameter;
  }
}

/** A statement that would take more rows or time than one may. The message says how to narrow it. */
export class TooCostly extends Error {
  override readonly name = 'TooCostly';
}
