import { shown } from '../core/fault.ts';
import { type Answer, JSON_TYPE, json, text } from './answer.ts';
import { Problem } from './problem.ts';
import type { ApiRequest } from './request.ts';

/** How a list may be answered: which media types there are, which one a request wants, and what each makes of it. */

export const CSV_TYPE = 'text/csv';
export const NDJSON_TYPE = 'application/x-ndjson';

/** In the order in which they are preferred where a request does not say. */
const REPRESENTATIONS = [JSON_TYPE, CSV_TYPE, NDJSON_TYPE] as const;
export type Representation = (typeof REPRESENTATIONS)[number];

/** A kind of item as lines of a table. Most items are one line. */
export interface Table<Item, Line = Item> {
  readonly lines: (item: Item) => readonly Line[];
  /** Name and cell. They and their order are part of the interface: new ones come last. */
  readonly columns: readonly (readonly [name: string, cell: (line: Line) => Cell])[];
}

/** What becomes of a text cell of CSV that a spreadsheet would take for a formula. */
export const FORMULAS = ['escape', 'keep'] as const;
export type Formulas = (typeof FORMULAS)[number];

export type Cell = string | number | boolean | null | undefined;

export interface Listing<Item, Line> {
  /** What JSON tells beside the items. */
  readonly about?: Readonly<Record<string, unknown>>;
  readonly items: readonly Item[];
  readonly table: Table<Item, Line>;
  readonly nextCursor: string | undefined;
  /** Path and query of the next page. */
  readonly next: string | undefined;
  /** Ids of the snapshots that it tells of. */
  readonly snapshotIds: readonly string[];
  readonly formulas: Formulas;
}

export function listingAnswer<Item, Line>(
  representation: Representation,
  { about = {}, items, table, nextCursor, next, snapshotIds, formulas }: Listing<Item, Line>,
): Answer {
  const headers = {
    vary: 'accept',
    ...(next === undefined ? {} : { link: `<${next}>; rel="next"` }),
    ...(snapshotIds.length === 0 ? {} : { 'snapshot-id': snapshotIds.join(', ') }),
  };
  switch (representation) {
    case JSON_TYPE:
      return json(200, { ...about, items, nextCursor: nextCursor ?? null }, headers);
    case CSV_TYPE:
      return text(200, `${CSV_TYPE}; charset=utf-8`, csv(table, items, formulas), headers);
    case NDJSON_TYPE:
      return text(200, NDJSON_TYPE, items.map((item) => `${JSON.stringify(item)}\n`).join(''), headers);
  }
}

/** A line of names, and the items under them. */
function csv<Item, Line>(
  { lines, columns }: Table<Item, Line>,
  items: readonly Item[],
  formulas: Formulas,
): string {
  const names = columns.map(([name]) => name);
  const cells = items.flatMap(lines).map((line) => columns.map(([, cell]) => cell(line)));
  return csvText([names, ...cells], formulas);
}

/** RFC 4180. */
export function csvText(lines: readonly (readonly Cell[])[], formulas: Formulas): string {
  return lines
    .map((line) => `${line.map((cell) => quoted(cellText(cell, formulas))).join(',')}\r\n`)
    .join('');
}

/**
 * With what a spreadsheet takes a text for a formula: it would run what somebody else wrote into ReleaseNotes.
 * Source: OWASP, "CSV Injection"; the last four are the full-width forms, which some spreadsheets take too.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** An apostrophe in front makes a text of a formula. A number is none, though it may begin with a minus. */
function cellText(cell: Cell, formulas: Formulas): string {
  return typeof cell === 'string' && formulas === 'escape' && FORMULA.test(cell)
    ? `'${cell}`
    : String(cell ?? '');
}

/** A semicolon or tab is quoted as well: a spreadsheet may part cells there, and what follows would begin one. */
function quoted(value: string): string {
  return /[",;\t\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** One of the media ranges of an Accept header (RFC 9110, 12.5.1). */
interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

/** The representation of a list that a request wants; without an Accept header, JSON. @throws Problem */
export function wantedRepresentation(request: ApiRequest): Representation {
  return wantedType(request, REPRESENTATIONS);
}

/**
 * The media type that a request wants: of the highest quality; among equals the one that is named most closely, then
 * first.
 *
 * @param types that there are; the first one is for requests that do not say
 * @throws Problem where none of them will do
 */
export function wantedType<Type extends string>({ headers }: ApiRequest, types: readonly Type[]): Type {
  const given = headers.accept ?? '';
  const ranges = given.trim() === '' ? [{ type: '*/*', quality: 1 }] : rangesOf(given);
  const [best] = types
    .map((type) => ({ type, ...matched(type, ranges) }))
    .filter(({ quality }) => quality > 0)
    // Sorting is stable: among those that are alike in everything the order of the types stays.
    .toSorted((a, b) => b.quality - a.quality || b.closeness - a.closeness || a.position - b.position);
  if (best) return best.type;
  const wanted = `${types.slice(0, -1).join(', ')} or ${types.at(-1)}`;
  throw new Problem('not-acceptable', {
    detail: 'The request can be answered in none of the types that are accepted',
    errors: [{ header: 'Accept', detail: `given ${shown(given.toWellFormed())}, wanted ${wanted}` }],
  });
}

/** What the closest of the ranges that a type falls under says of it. */
function matched(type: string, ranges: readonly MediaRange[]) {
  const patterns = ['*/*', type.replace(/\/.*$/, '/*'), type];
  const [closest] = ranges
    .map(({ type: pattern, quality }, position) => ({
      closeness: patterns.indexOf(pattern),
      position,
      quality,
    }))
    .filter(({ closeness }) => closeness >= 0)
    .toSorted((a, b) => b.closeness - a.closeness || a.position - b.position);
  return closest ?? { closeness: -1, position: 0, quality: 0 };
}

/** What is no media range is passed over. Parameters but for `q` do not matter: each type is made in one form. */
function rangesOf(accept: string): MediaRange[] {
  return accept.split(',').flatMap((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    if (!/^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+$/.test(type)) return [];
    const weight = parameters.find((one) => one.startsWith('q='));
    const quality = weight === undefined ? 1 : qualityOf(weight.slice(2));
    return quality === undefined ? [] : [{ type, quality }];
  });
}

function qualityOf(digits: string): number | undefined {
  return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(digits) ? Number(digits) : undefined;
}
