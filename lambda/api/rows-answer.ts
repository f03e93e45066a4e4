import type { Row } from '../query/tables.ts';
import { type Answer, JSON_TYPE, json, text } from './answer.ts';
import type { RowsShape } from './query-shapes.ts';
import { type Cell, CSV_TYPE, csvText, NDJSON_TYPE, wantedType } from './representation.ts';
import type { ApiRequest } from './request.ts';
import { textTable } from './text-table.ts';

/** What a statement found, as JSON, for a spreadsheet, for a pipe, or for a terminal. */

const TABLE_TYPE = 'text/plain';
const TYPES = [JSON_TYPE, CSV_TYPE, NDJSON_TYPE, TABLE_TYPE] as const;
type RowsType = (typeof TYPES)[number];

/** @throws Problem where nothing of what there is will do */
export function wantedRows(request: ApiRequest): RowsType {
  return wantedType(request, TYPES);
}

interface Found {
  readonly columns: readonly RowsShape['columns'][number][];
  readonly rows: readonly Row[];
  readonly calls: number;
}

export function rowsAnswer(type: RowsType, { columns, rows, calls }: Found): Answer {
  const headers = { vary: 'accept' };
  const names = columns.map(({ name }) => name);
  const cells = () => rows.map((row) => names.map((name) => cellOf(row[name])));
  switch (type) {
    case JSON_TYPE:
      return json(200, { columns, rows, calls }, headers);
    case CSV_TYPE:
      return text(200, `${CSV_TYPE}; charset=utf-8`, csvText([names, ...cells()]), headers);
    case NDJSON_TYPE:
      return text(200, NDJSON_TYPE, rows.map((row) => `${JSON.stringify(row)}\n`).join(''), headers);
    case TABLE_TYPE: {
      const lines = cells().map((line) => line.map((cell) => String(cell ?? '')));
      return text(200, `${TABLE_TYPE}; charset=utf-8`, textTable(names, lines), headers);
    }
    default:
      return type satisfies never;
  }
}

/** A list is told as its JSON. */
function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : JSON.stringify(value);
}
