import type { Clock } from '../../clock.ts';

/** Lets through so many a second on average, and `burst` at once. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #limit: { readonly perSecond: number; readonly burst: number };
  #tokens: number;
  #at: number;

  constructor(clock: Clock, limit: { readonly perSecond: number; readonly burst: number }) {
    this.#clock = clock;
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#at = clock.now();
  }

  /** False when there is no token left. */
  take(): boolean {
    const now = this.#clock.now();
    const gained = ((now - this.#at) / 1000) * this.#limit.perSecond;
    this.#tokens = Math.min(this.#limit.burst, this.#tokens + gained);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
