import type { Surroundings } from './surroundings.ts';
import { cut, plain } from './text.ts';

/**
 * What is going on while the command waits, on standard error: on a terminal one line that is written over, with
 * the seconds that have passed; elsewhere a line whenever there is something new.
 */
export class Progress {
  readonly #around: Surroundings;
  readonly #since: number;
  readonly #ticker: { readonly stop: () => void } | undefined;
  #told = '';

  constructor(around: Surroundings) {
    this.#around = around;
    this.#since = around.now();
    this.#ticker = around.tellWidth === undefined ? undefined : around.eachSecond(() => this.#draw());
  }

  show(text: string): void {
    const told = plain(text);
    if (told === this.#told) return;
    this.#told = told;
    if (this.#ticker) this.#draw();
    else this.#around.tell(`${told}\n`);
  }

  /** Takes the line away again. */
  end(): void {
    this.#ticker?.stop();
    if (this.#ticker && this.#told) this.#around.tell('\r\x1b[K');
  }

  #draw(): void {
    const seconds = Math.round((this.#around.now() - this.#since) / 1000);
    // The last column stays free: some terminals break the line when it is filled.
    const line = cut(`${this.#told} · ${seconds} s`, (this.#around.tellWidth ?? 80) - 1);
    this.#around.tell(`\r\x1b[K${line}`);
  }
}
