import { TooCostly } from '../query/errors.ts';
import type { Row } from '../query/tables.ts';
import { type Answer, JSON_TYPE, text } from './answer.ts';
import type { RowsShape } from './query-shapes.ts';
import { type Cell, CSV_TYPE, csvText, type Formulas, NDJSON_TYPE, wantedType } from './representation.ts';
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

/** @throws TooCostly where the answer weighs more than can go out */
export function rowsAnswer(type: RowsType, formulas: Formulas, { columns, rows, calls }: Found): Answer {
  const headers = { vary: 'accept' };
  const names = columns.map(({ name }) => name);
  const cells = (row: Row) => names.map((name) => cellOf(row[name]));
  switch (type) {
    case JSON_TYPE:
      return text(200, JSON_TYPE, bounded(jsonParts({ columns, rows, calls })), headers);
    case CSV_TYPE: {
      const lines = each([names, ...rows.map(cells)], (line) => csvText([line], formulas));
      return text(200, `${CSV_TYPE}; charset=utf-8`, bounded(lines), headers);
    }
    case NDJSON_TYPE: {
      const lines = each(rows, (row) => `${JSON.stringify(row)}\n`);
      return text(200, NDJSON_TYPE, bounded(lines), headers);
    }
    case TABLE_TYPE: {
      const lines = rows.map((row) => cells(row).map((cell) => String(cell ?? '')));
      return text(200, `${TABLE_TYPE}; charset=utf-8`, bounded([textTable(names, lines)]), headers);
    }
    default:
      return type satisfies never;
  }
}

function* jsonParts({ columns, rows, calls }: Found): Iterable<string> {
  yield `{"columns":${JSON.stringify(columns)},"rows":[`;
  for (const [nth, row] of rows.entries()) yield (nth === 0 ? '' : ',') + JSON.stringify(row);
  yield `],"calls":${calls}}`;
}

/** One after the other, as they are asked for. */
function* each<Item>(items: readonly Item[], made: (item: Item) => string): Iterable<string> {
  for (const item of items) yield made(item);
}

/**
 * What an answer of Lambda may weigh is 6 MB with the body as a text of JSON, in which every quote takes two bytes
 * and a control character six. This leaves room for the headers.
 */
const MOST_BYTES = 5_500_000;

/** The parts as one body. They are weighed as they are made: all of them might be more than a text can hold. */
function bounded(parts: Iterable<string>): string {
  const kept: string[] = [];
  let bytes = 0;
  for (const part of parts) {
    bytes += Buffer.byteLength(JSON.stringify(part));
    if (bytes > MOST_BYTES) {
      throw new TooCostly(
        `the answer has more than ${MOST_BYTES} bytes as it goes out: name fewer columns, add a LIMIT, narrow it with WHERE, or ask for text/csv, which does not repeat the names`,
      );
    }
    kept.push(part);
  }
  return kept.join('');
}

/** A list is told as its JSON. */
function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : JSON.stringify(value);
}
