/** How the command ends. docs/cli.md has them as a table; scripts rely on them. */
export const EXIT = {
  /** Done; or accepted, where nobody asked to wait. */
  done: 0,
  /** Not done: an operation that failed, a test that is not met, an answer that says no. */
  failed: 1,
  /** Not understood: the command line, or what was given with it. */
  usage: 2,
  /** No API, no credentials, not let in, or "not now" to every try. */
  unreachable: 3,
  interrupted: 130,
} as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** Why a command comes to nothing: what happened, and what to do next. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exit: Exit;
  /** Further lines, below the message. */
  readonly lines: readonly string[];
  readonly next: readonly string[];

  constructor(
    exit: Exit,
    message: string,
    { lines = [], next = [] }: { readonly lines?: readonly string[]; readonly next?: readonly string[] } = {},
  ) {
    super(message);
    this.exit = exit;
    this.lines = lines;
    this.next = next;
  }

  /** The same failure with one more thing to do about it. */
  and(next: string): CommandFailure {
    return new CommandFailure(this.exit, this.message, { lines: this.lines, next: [...this.next, next] });
  }
}

export function misuse(message: string, next: readonly string[] = []): CommandFailure {
  return new CommandFailure(EXIT.usage, message, { next });
}
