/**
 * A line for each operation: updated in place on a terminal, otherwise printed when it starts and when it ends.
 */
export class Progress {
  readonly #terminal: boolean;
  readonly #columns: () => number;
  readonly #write: (text: string) => void;
  readonly #lines = new Map<string, string>();
  #drawn = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#terminal = stream.isTTY === true;
    this.#columns = () => stream.columns ?? 80;
    this.#write = (text) => stream.write(text);
  }

  /** What an operation is doing now. Off a terminal only the first word on it is printed. */
  update(operation: string, text: string): void {
    const known = this.#lines.has(operation);
    this.#lines.set(operation, `  … ${operation}  ${text}`);
    if (this.#terminal) this.#draw();
    else if (!known) this.#write(`  … ${operation}  ${text}\n`);
  }

  /** How an operation ended. */
  end(operation: string, mark: '✓' | '✗', text: string): void {
    this.#lines.set(operation, `  ${mark} ${operation}  ${text}`);
    if (this.#terminal) this.#draw();
    else this.#write(`  ${mark} ${operation}  ${text}\n`);
  }

  /** What follows is printed below; these lines stay as they are. */
  finish(): void {
    this.#lines.clear();
    this.#drawn = 0;
  }

  #draw(): void {
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A` : '';
    // A line that wraps would take two rows, and the way back up would be too short.
    const lines = [...this.#lines.values()].map((line) => `\x1b[2K${line.slice(0, this.#columns())}\n`);
    this.#write(up + lines.join(''));
    this.#drawn = lines.length;
  }
}
