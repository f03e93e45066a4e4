import * as z from 'zod/mini';
import { COLUMN_TYPES } from '../query/column-types.ts';
import { OperationSchema } from './shapes.ts';

/** The shapes of statements and of what they come to: see shapes.ts. */

const text = z.string();
const count = z.int().check(z.minimum(0));

/** What a placeholder may stand for, by its name. */
const Values = z.record(text, z.unknown());

export const QUERY_BODIES = {
  StatementBody: z.strictObject({ sql: text.check(z.minLength(1)), params: z.optional(Values) }),
} as const;

/** What a statement that reads found, and the calls of Cloud Control and SageMaker that were made for it. */
const Rows = z.strictObject({
  columns: z.array(z.strictObject({ name: text, type: z.enum(COLUMN_TYPES) })),
  rows: z.array(z.looseObject({})),
  calls: count,
});

/** What a statement that changes something began. */
const Begun = z.strictObject({ operation: OperationSchema });

export const QUERY_SHAPES = { Rows, Begun, StatementAnswer: z.union([Rows, Begun]) } as const;

export type RowsShape = z.infer<typeof QUERY_SHAPES.Rows>;
