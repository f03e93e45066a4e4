import { cut, plain, widthOf } from './text.ts';

/** Columns stay this wide, as long as the terminal has room for that. */
const NARROWEST = 4;
const GAP = '  ';

/**
 * Rows in columns. Where a width is given no line is longer: the widest columns are cut first, and where even that
 * does not help, the end of each line.
 *
 * @param width columns of the terminal; undefined where nothing is to be cut
 */
export function table(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): string {
  const lines = [names, ...rows].map((cells) => names.map((_name, nth) => plain(cells[nth] ?? '')));
  const longest = names.map((_name, nth) =>
    lines.reduce((most, cells) => Math.max(most, widthOf(cells[nth] ?? '')), 0),
  );
  const gaps = GAP.length * (names.length - 1);
  const widths = width === undefined ? longest : fitted(longest, width - gaps);
  return lines
    .map((cells) => {
      const line = cells
        .map((cell, nth) => filled(cell, widths[nth] ?? 0))
        .join(GAP)
        .trimEnd();
      return `${width === undefined ? line : cut(line, width)}\n`;
    })
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

/** The most that all columns may have so that they fit; narrower ones keep what they need. */
function fitted(longest: readonly number[], room: number): number[] {
  let most = Math.max(...longest, 0);
  const sum = (limit: number) => longest.reduce((total, width) => total + Math.min(width, limit), 0);
  while (most > NARROWEST && sum(most) > room) most -= 1;
  let spare = room - sum(most);
  // What rounding leaves goes to the first columns that are cut.
  return longest.map((width) => {
    if (width <= most || spare <= 0) return Math.min(width, most);
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
