/**
 * Rows as text in columns, each as wide as its longest cell.
 *
 * @param width columns of the terminal, to which lines are cut; `undefined` where nothing limits them
 */
export function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): string {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const lines = [line(heads), widths.map((columns) => '─'.repeat(columns)).join('  '), ...rows.map(line)];
  return lines.map((text) => cut(text, width)).join('\n');
}

function cut(text: string, width: number | undefined): string {
  return width === undefined || text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
