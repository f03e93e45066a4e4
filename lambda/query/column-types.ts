/** What a column holds; of a value that is nothing it says what the others are. */
export const COLUMN_TYPES = ['string', 'integer', 'number', 'boolean', 'array', 'object'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];
