/** A table of text for whoever looks at an answer in a terminal. */

/** Characters of a line: what a terminal that is not maximised shows. */
const WIDTH = 120;
/** Columns stay this wide, whatever it takes. */
const NARROWEST = 8;
const GAP = '  ';

/** Rows in columns under their names. The widest columns are cut first; of very many columns the lines are longer. */
export function textTable(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [names, ...rows].map((row) => row.map(onOneLine));
  const widths = fitted(names.map((_, nth) => Math.max(...lines.map((line) => lengthOf(line[nth] ?? '')))));
  const rule = widths.map((width) => '-'.repeat(width));
  const [head = [], ...body] = lines;
  return [head, rule, ...body]
    .map((line) => widths.map((width, nth) => filled(line[nth] ?? '', width)))
    .map((cells) => `${cells.join(GAP).trimEnd()}\n`)
    .join('');
}

/** What a terminal would act on is not shown. */
function onOneLine(cell: string): string {
  return cell.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

function fitted(wanted: readonly number[]): number[] {
  const widths = [...wanted];
  let over = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1)) - WIDTH;
  for (; over > 0; over -= 1) {
    const widest = Math.max(...widths);
    if (widest <= NARROWEST) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

function filled(cell: string, width: number): string {
  const characters = [...cell];
  const shown = characters.length <= width ? cell : `${characters.slice(0, width - 1).join('')}…`;
  return shown + ' '.repeat(width - lengthOf(shown));
}

function lengthOf(text: string): number {
  return [...text].length;
}
