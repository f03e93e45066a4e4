import { details, fittingTable, type Head, type Paint, records, table } from './table.ts';

/** What a command found, for people or as JSON, CSV or YAML, on standard output. */

/** `auto` is a table where it fits, and records where it does not. */
export const FORMATS = ['auto', 'table', 'records', 'json', 'csv', 'yaml'] as const;
export type Format = (typeof FORMATS)[number];

export interface Column<Item> extends Head {
  readonly of: (item: Item) => unknown;
  /** In CSV alone: a terminal has no room for it. */
  readonly wide?: true;
}

export interface Output {
  readonly format: Format;
  /** Columns that a line may have; undefined where nothing is to be cut. */
  readonly width: number | undefined;
  readonly write: (text: string) => void;
  readonly paint: Paint;
}

/** A part of what is told of one thing: its fields, or a table. */
export type Section =
  | { readonly fields: readonly (readonly [name: string, value: unknown])[] }
  | { readonly heads: readonly Head[]; readonly rows: readonly (readonly unknown[])[] };

/** Columns that have nothing but a name. */
export function heads(...names: readonly string[]): Head[] {
  return names.map((name) => ({ name }));
}

/** Many of a kind. JSON and YAML have the items as the API has them. */
export async function writeList<Item>(
  output: Output,
  items: readonly Item[],
  columns: readonly Column<Item>[],
): Promise<void> {
  switch (output.format) {
    case 'json':
    case 'yaml':
      await writeValue(output, output.format, items);
      return;
    case 'csv':
      output.write(csvOf(items, columns));
      return;
    case 'auto':
    case 'table':
    case 'records': {
      // A column in which nothing stands tells nothing.
      const shown = columns.filter(({ wide, of }) => !wide && items.some((item) => cell(of(item)) !== ''));
      if (items.length === 0) return;
      writeTable(
        output,
        shown,
        items.map((item) => shown.map(({ of }) => of(item))),
      );
    }
  }
}

/** One thing: in a table's place the sections, in CSV a list of one. */
export async function writeOne<Item>(
  output: Output,
  item: Item,
  columns: readonly Column<Item>[],
  sections: readonly Section[],
): Promise<void> {
  switch (output.format) {
    case 'json':
    case 'yaml':
      await writeValue(output, output.format, item);
      return;
    case 'csv':
      await writeList(output, [item], columns);
      return;
    case 'auto':
    case 'table':
    case 'records':
      writeSections(output, sections);
  }
}

/** Empty fields and tables are left out; an empty line stands between sections. */
function writeSections(output: Output, sections: readonly Section[]): void {
  let first = true;
  for (const section of sections) {
    const empty = 'fields' in section ? section.fields.length === 0 : section.rows.length === 0;
    if (empty) continue;
    if (!first) output.write('\n');
    first = false;
    if ('fields' in section) {
      const told = section.fields.map(([name, value]) => [name, cell(value)] as const);
      output.write(
        details(
          told.filter(([, value]) => value !== ''),
          output.paint,
        ),
      );
    } else {
      writeTable(output, section.heads, section.rows);
    }
  }
}

/** Rows for people: as records where that is wanted, or where no table of them fits. */
export function writeTable(
  { format, width, write, paint }: Output,
  heads: readonly Head[],
  rows: readonly (readonly unknown[])[],
): void {
  const cells = rows.map((row) => row.map(cell));
  if (format === 'table') write(table(heads, cells, width, paint));
  else {
    const fitting = format === 'records' ? undefined : fittingTable(heads, cells, width, paint);
    write(fitting ?? records(heads, cells, width, paint));
  }
}

/** Whether such rows fit as a table; always, where nothing limits its width. */
export function fitsAsTable(
  { width, paint }: Output,
  heads: readonly Head[],
  rows: readonly (readonly unknown[])[],
): boolean {
  return (
    fittingTable(
      heads,
      rows.map((row) => row.map(cell)),
      width,
      paint,
    ) !== undefined
  );
}

function csvOf<Item>(items: readonly Item[], columns: readonly Column<Item>[]): string {
  const written = columns.filter(({ insteadOf }) => insteadOf === undefined);
  return csv(
    written.map(({ name }) => name),
    items.map((item) => written.map(({ of }) => of(item))),
  );
}

/** `1 call`, `2 calls`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A value as it is. YAML's package is loaded here: few ask for it. */
export async function writeValue(output: Output, format: 'json' | 'yaml', value: unknown): Promise<void> {
  switch (format) {
    case 'json':
      output.write(`${JSON.stringify(value, null, 2)}\n`);
      return;
    case 'yaml': {
      const { stringify } = await import('yaml');
      output.write(stringify(value, { lineWidth: 0 }));
    }
  }
}

/** RFC 4180, as the API writes it: a text that a spreadsheet would take for a formula has an apostrophe in front. */
export function csv(names: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const harmless = (value: unknown) =>
    typeof value !== 'number' && /^[=+\-@\t\r\n＝＋－＠]/.test(cell(value)) ? `'${cell(value)}` : cell(value);
  const quoted = (text: string) => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [names, ...rows]
    .map((row) => `${row.map((value) => quoted(harmless(value))).join(',')}\r\n`)
    .join('');
}

/** A value on one line. Lists of texts, which aliases are, have spaces between them. */
export function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string' && !/\s/.test(entry))) {
    return value.join(' ');
  }
  return JSON.stringify(value);
}
