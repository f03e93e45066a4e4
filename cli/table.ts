import { cut, plain, widthOf } from './text.ts';

/** A column of a table. */
export interface Head {
  readonly name: string;
  /** Cut last: what is copied from here into the next command. */
  readonly keep?: true;
  /** Left out where there is no room for it. */
  readonly spare?: true;
}

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
): string {
  const all = heads.map((head, nth) => {
    const cells = [head.name, ...rows.map((row) => plain(row[nth] ?? ''))];
    return { ...head, cells, longest: cells.reduce((most, cell) => Math.max(most, widthOf(cell)), 0) };
  });
  const columns = width === undefined ? all : withRoom(all, width);
  const widths = width === undefined ? columns.map(({ longest }) => longest) : fitted(columns, width);
  return [undefined, ...rows]
    .map((_row, line) => columns.map(({ cells }, nth) => filled(cells[line] ?? '', widths[nth] ?? 0)))
    .map((cells) => cells.join(GAP).trimEnd())
    .map((line) => `${width === undefined ? line : cut(line, width)}\n`)
    .join('');
}

/** The names one below the other. Values are whole: who asks for one thing wants all of it. */
export function details(pairs: readonly (readonly [name: string, value: string])[]): string {
  const widest = pairs.reduce((most, [name]) => Math.max(most, widthOf(name)), 0);
  return pairs
    .map(([name, value]) => `${filled(name, widest)}${GAP}${plain(value)}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

interface Column extends Head {
  readonly cells: readonly string[];
  readonly longest: number;
}

/** The columns without as many spare ones, the last first, as must go so that the others stay readable. */
function withRoom(columns: readonly Column[], width: number): readonly Column[] {
  const needed = columns.reduce(
    (sum, { longest, keep }) => sum + GAP.length + (keep ? longest : Math.min(longest, READABLE)),
    -GAP.length,
  );
  const spare = columns.findLastIndex((column) => column.spare);
  return needed <= width || spare < 0 ? columns : withRoom(columns.toSpliced(spare, 1), width);
}

/** What each column has of the width: those that need more than the others are cut to what is left for them. */
function fitted(columns: readonly Column[], width: number): number[] {
  const room = width - GAP.length * (columns.length - 1);
  const kept = columns.reduce((sum, { keep, longest }) => sum + (keep ? longest : NARROWEST), 0) <= room;
  const isKept = ({ keep }: Column) => kept && keep;
  const sum = (limit: number) =>
    columns.reduce(
      (total, column) => total + (isKept(column) ? column.longest : Math.min(column.longest, limit)),
      0,
    );
  let most = Math.max(...columns.map(({ longest }) => longest), 0);
  while (most > NARROWEST && sum(most) > room) most -= 1;
  let spare = room - sum(most);
  // What rounding leaves goes to the first columns that are cut.
  return columns.map((column) => {
    if (isKept(column)) return column.longest;
    if (column.longest <= most || spare <= 0) return Math.min(column.longest, most);
    spare -= 1;
    return most + 1;
  });
}

/** What tells one ARN or registry path from another stands at its end. */
const TOLD_AT_THE_END = /^arn:|\.dkr\.ecr\./;

function filled(cell: string, width: number): string {
  const shown = cut(cell, width, TOLD_AT_THE_END.test(cell) ? 'front' : 'end');
  return shown + ' '.repeat(Math.max(0, width - widthOf(shown)));
}
