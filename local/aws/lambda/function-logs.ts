/** What functions write to their console: kept, never printed unless somebody asks for it. */
export interface LogLine {
  readonly functionName: string;
  /** The invocation that was running; empty between invocations. */
  readonly requestId: string;
  readonly stream: 'stdout' | 'stderr';
  /** Epoch milliseconds of the local cloud's clock. */
  readonly time: number;
  readonly text: string;
}

export interface FunctionLogsOptions {
  /** Lines kept per function. @default 500 */
  readonly keep?: number;
  /** Told every line as it comes. @default - lines are only kept */
  readonly sink?: (line: LogLine) => void;
}

export class FunctionLogs {
  readonly #keep: number;
  readonly #sink: ((line: LogLine) => void) | undefined;
  readonly #lines = new Map<string, LogLine[]>();

  constructor(options: FunctionLogsOptions = {}) {
    this.#keep = options.keep ?? 500;
    this.#sink = options.sink;
  }

  add(line: LogLine): void {
    const lines = this.#lines.get(line.functionName) ?? [];
    lines.push(line);
    if (lines.length > this.#keep) lines.shift();
    this.#lines.set(line.functionName, lines);
    this.#sink?.(line);
  }

  /** The last lines of a function, oldest first. */
  of(functionName: string): readonly LogLine[] {
    return this.#lines.get(functionName) ?? [];
  }
}
