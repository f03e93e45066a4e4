import { QueryError } from './errors.ts';
import { is, nameOf, placeAt, type Token } from './tokens.ts';

/** Reads a statement's tokens one after another, and says where it was when something else is wanted. */
export class Cursor {
  readonly source: string;
  readonly #tokens: readonly Token[];
  #at: number;

  constructor(source: string, tokens: readonly Token[], from = 0) {
    this.source = source;
    this.#tokens = tokens;
    this.#at = from;
  }

  get next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  /** All that has not been read. */
  get rest(): readonly Token[] {
    return this.#tokens.slice(this.#at);
  }

  /** Takes the words or marks if they all come next. */
  take(...words: readonly string[]): boolean {
    if (!words.every((word, index) => is(this.#tokens[this.#at + index], word))) return false;
    this.#at += words.length;
    return true;
  }

  /** @throws QueryError where something else comes next */
  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.take(word)) this.refuse(word);
  }

  takeName(): string | undefined {
    const name = nameOf(this.next);
    if (name !== undefined) this.#at += 1;
    return name;
  }

  takeKind(kind: Token['kind']): Token | undefined {
    const { next } = this;
    if (next?.kind !== kind) return undefined;
    this.#at += 1;
    return next;
  }

  /** The parts of a name with dots in it. */
  expectDotted(wanted: string): string[] {
    const parts: string[] = [];
    do {
      parts.push(this.takeName() ?? this.refuse(wanted));
    } while (this.take('.'));
    return parts;
  }

  expectEnd(wanted = 'the end of the statement'): void {
    if (this.next) this.refuse(wanted);
  }

  refuse(wanted: string): never {
    const { next } = this;
    const given = next ? shownToken(next) : 'the end of the statement';
    throw this.error(`given ${given}, wanted ${wanted}`);
  }

  /** An error at a token, or at the one that comes next. */
  error(message: string, token = this.next): QueryError {
    return new QueryError(message, { place: placeAt(this.source, token?.start ?? this.source.length) });
  }
}

/** A token as an error shows it. */
export function shownToken(token: Token): string {
  return token.text.length <= 60 ? token.text : `${token.text.slice(0, 60)}…`;
}
