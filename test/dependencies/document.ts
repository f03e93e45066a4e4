import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A line of the tables in docs/dependencies.md. */
interface Row {
  readonly section: string;
  readonly names: readonly string[];
  readonly cells: readonly string[];
}

export function readDocument(): Row[] {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'dependencies.md'), 'utf8');
  return text.split(/^## /m).flatMap((part): Row[] => {
    const [section = '', ...lines] = part.split('\n');
    return lines
      .filter((line) => /^\| (?!package)[^-]/.test(line) || /^\| @/.test(line))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
      .map(([first = '', ...cells]) => ({
        section,
        names: first.split(',').map((name) => name.replace(/\(.*\)/, '').trim()),
        cells,
      }));
  });
}
