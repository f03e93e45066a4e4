import { coloured } from './text.ts';

type Mark = '✓' | '✗';

interface Line {
  readonly mark: Mark | '…';
  readonly text: string;
}

/**
 * A line for each operation: updated in place on a terminal, otherwise printed when it starts and when it ends.
 */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #terminal: boolean;
  readonly #lines = new Map<string, Line>();
  #drawn = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#terminal = stream.isTTY === true;
  }

  /** What an operation is doing now. Off a terminal only the first word on it is printed. */
  update(operation: string, text: string): void {
    const known = this.#lines.has(operation);
    this.#show(operation, { mark: '…', text: `${operation}  ${text}` }, !known);
  }

  /** How an operation ended. */
  end(operation: string, mark: Mark, text: string): void {
    this.#show(operation, { mark, text: `${operation}  ${text}` }, true);
  }

  /** What follows is printed below; these lines stay as they are. */
  finish(): void {
    // Nothing is drawn over them any more, so they may wrap and are whole.
    if (this.#terminal) this.#draw(Number.POSITIVE_INFINITY);
    this.#lines.clear();
    this.#drawn = 0;
  }

  #show(operation: string, line: Line, isNews: boolean): void {
    this.#lines.set(operation, line);
    if (this.#terminal) this.#draw(this.#stream.columns ?? 80);
    else if (isNews) this.#stream.write(`  ${line.mark} ${line.text}\n`);
  }

  /** @param columns a line that wraps would take two rows, and the way back up would be too short */
  #draw(columns: number): void {
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : '';
    const lines = [...this.#lines.values()].map(
      ({ mark, text }) => `\x1b[2K  ${this.#coloured(mark)} ${text.slice(0, columns - 4)}\n`,
    );
    this.#stream.write(up + lines.join(''));
    this.#drawn = lines.length;
  }

  #coloured(mark: Line['mark']): string {
    return mark === '…' ? mark : coloured(mark === '✓' ? 'green' : 'red', mark, this.#stream);
  }
}
