import { cut, plain, widthOf } from './text.ts';

/** A column of a table. */
export interface Head {
  readonly name: string;
  /** Cut last: what is copied from here into the next command. Times are kept in every column. */
  readonly keep?: true;
  /** Left out where there is no room for it. */
  readonly spare?: true;
  /** A shorter form of another column: shown in its place where there is no room for that one, and nowhere else. */
  readonly insteadOf?: string;
}

/** Colours a text, or leaves it as it is. */
export type Paint = (column: string, text: string) => string;

const UNPAINTED: Paint = (_column, text) => text;

/** Columns stay this wide, as long as the terminal has room for that. */
const NARROWEST = 4;
/** Spare columns go before the others become narrower than this. */
const READABLE = 10;
const GAP = '  ';

/**
 * Rows in columns. Where a width is given no line is longer: the widest columns are cut first, and where even that
 * does not help, the end of each line.
 *
 * @param width columns of the terminal; undefined where nothing is to be cut
 */
export function table(
  heads: readonly Head[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
  paint: Paint = UNPAINTED,
): string {
  return drawn(withRoom(columnsOf(heads, rows), width).columns, rows.length, width, paint);
}

/** The same table. Undefined if kept columns would be cut, or others to where nobody can read them. */
export function fittingTable(
  heads: readonly Head[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
  paint: Paint,
): string | undefined {
  const { columns, fits } = withRoom(columnsOf(heads, rows), width);
  return fits ? drawn(columns, rows.length, width, paint) : undefined;
}

/** Each row as a list of its names and values, whole. Values that are empty are left out. */
export function records(
  heads: readonly Head[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
  paint: Paint,
): string {
  return rows
    .map((row, nth) => {
      const pairs = heads.flatMap(({ name, insteadOf }, column): [string, string][] =>
        insteadOf === undefined && row[column] ? [[name, row[column]]] : [],
      );
      const title = `── ${nth + 1} `;
      return `${title}${'─'.repeat(Math.max(0, Math.min(width ?? 80, 40) - title.length))}\n${details(pairs, paint)}`;
    })
    .join('');
}

/** The names one below the other. Values are whole: who asks for one thing wants all of it. */
export function details(
  pairs: readonly (readonly [name: string, value: string])[],
  paint: Paint = UNPAINTED,
): string {
  const widest = pairs.reduce((most, [name]) => Math.max(most, widthOf(name)), 0);
  return pairs
    .map(([name, value]) => `${filled(name, widest)}${GAP}${paint(name, plain(value))}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

/** A moment as the API writes it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function columnsOf(heads: readonly Head[], rows: readonly (readonly string[])[]): Column[] {
  return heads.map((head, nth) => {
    const cells = [head.name, ...rows.map((row) => plain(row[nth] ?? ''))];
    const longest = cells.reduce((most, cell) => Math.max(most, widthOf(cell)), 0);
    const times = cells.reduce((most, cell) => (TIME.test(cell) ? Math.max(most, cell.length) : most), 0);
    return { ...head, cells, longest, whole: head.keep ? longest : times };
  });
}

function drawn(columns: readonly Column[], rows: number, width: number | undefined, paint: Paint): string {
  const widths = width === undefined ? columns.map(({ longest }) => longest) : fitted(columns, width);
  return Array.from({ length: rows + 1 }, (_, line) => {
    const cells = columns.map(({ cells }, nth) => filled(cells[line] ?? '', widths[nth] ?? 0));
    const text = cells.join(GAP).trimEnd();
    // Colours take no columns, so they come last; a line that is cut has none.
    if (width !== undefined && widthOf(text) > width) return `${cut(text, width)}\n`;
    if (line === 0) return `${text}\n`;
    return `${cells
      .map((cell, nth) => painted(columns[nth]?.name ?? '', cell, paint))
      .join(GAP)
      .trimEnd()}\n`;
  }).join('');
}

/** The text in colour, the spaces behind it as they are. */
function painted(column: string, cell: string, paint: Paint): string {
  const text = cell.trimEnd();
  return text === '' ? cell : paint(column, text) + cell.slice(text.length);
}

interface Column extends Head {
  readonly cells: readonly string[];
  /** Width of its widest cell. */
  readonly longest: number;
  /** Width of its widest cell that is not to be cut. */
  readonly whole: number;
}

/**
 * The columns without as many spare ones, the last first, as must go so that the others stay readable. A shorter form
 * takes the place of its column.
 */
function withRoom(
  all: readonly Column[],
  width: number | undefined,
): { readonly columns: readonly Column[]; readonly fits: boolean } {
  let columns = all.filter(({ insteadOf }) => insteadOf === undefined);
  if (width === undefined) return { columns, fits: true };
  for (;;) {
    const fits = leastWidth(columns) <= width;
    const spare = columns.findLastIndex((column) => column.spare);
    if (fits || spare < 0) return { columns, fits };
    const shorter = all.filter(({ insteadOf }) => insteadOf === columns[spare]?.name);
    columns = columns.toSpliced(spare, 1, ...shorter);
  }
}

/** Columns that a table takes at least, with what is kept whole and the rest readable. */
function leastWidth(columns: readonly Column[]): number {
  return columns.reduce(
    (sum, { longest, whole }) => sum + GAP.length + Math.max(whole, Math.min(longest, READABLE)),
    -GAP.length,
  );
}

/** What each column has of the width: those that need more than the others are cut to what is left for them. */
function fitted(columns: readonly Column[], width: number): number[] {
  const room = width - GAP.length * (columns.length - 1);
  const isRoomy = columns.reduce((sum, { whole }) => sum + Math.max(whole, NARROWEST), 0) <= room;
  const widthOf = ({ longest, whole }: Column, limit: number) =>
    Math.max(isRoomy ? whole : 0, Math.min(longest, limit));
  const sum = (limit: number) => columns.reduce((total, column) => total + widthOf(column, limit), 0);
  let most = Math.max(...columns.map(({ longest }) => longest), 0);
  while (most > NARROWEST && sum(most) > room) most -= 1;
  let spare = room - sum(most);
  // What rounding leaves goes to the first columns that are cut.
  return columns.map((column) => {
    const own = widthOf(column, most);
    if (own > most || column.longest <= own || spare <= 0) return own;
    spare -= 1;
    return own + 1;
  });
}

/** What tells one ARN or registry path from another stands at its end. */
const TOLD_AT_THE_END = /^arn:|\.dkr\.ecr\./;

function filled(cell: string, width: number): string {
  const shown = cut(cell, width, TOLD_AT_THE_END.test(cell) ? 'front' : 'end');
  return shown + ' '.repeat(Math.max(0, width - widthOf(shown)));
}
