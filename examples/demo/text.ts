import { styleText } from 'node:util';

/** Text for a terminal: within its columns, and in colour where it shows colours. */

export type Colour = 'green' | 'red';

/** Coloured if the stream is a terminal and `NO_COLOR` is not set. */
export function coloured(colour: Colour, text: string, stream: NodeJS.WriteStream): string {
  return styleText(colour, text, { stream });
}

/**
 * Breaks lines at spaces so that none is longer than the width. Further lines begin below the first one.
 *
 * @param width columns; `undefined` where nothing limits them
 */
export function wrapped(text: string, width: number | undefined): string {
  if (width === undefined) return text;
  return text
    .split('\n')
    .flatMap((line) => wrappedLine(line, width))
    .join('\n');
}

function wrappedLine(line: string, width: number): string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let open = indent;
  for (const word of line.trim().split(' ')) {
    const longer = open.trim() === '' ? open + word : `${open} ${word}`;
    if (longer.length > width && open.trim() !== '') {
      lines.push(open);
      open = indent + word;
    } else {
      open = longer;
    }
  }
  return line.length <= width ? [line] : [...lines, open];
}
