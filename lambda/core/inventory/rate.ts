/** Time as the rate needs it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Calls a second below which it does not fall. */
const LEAST = 1;
/** Calls that are throttled within so many milliseconds are told of the same thing. */
const ONE_REFUSAL = 1_000;
/** A turn that comes late is made up for, within so many milliseconds: timers are never early and often late. */
const LATENESS = 100;

/**
 * Hands out turns at a rate: evenly, in the order in which they are asked for, however many ask. It halves when a call
 * is throttled, and creeps up again by one call a second in each second in which all goes well.
 */
export class AdaptiveRate {
  readonly #most: number;
  readonly #clock: Clock;
  #perSecond: number;
  #next = 0;
  #last: Promise<void> = Promise.resolve();
  #refusedAt = Number.NEGATIVE_INFINITY;

  /** @param most calls a second. @param perSecond where it begins */
  constructor(most: number, clock: Clock, perSecond = most) {
    this.#most = most;
    this.#clock = clock;
    this.#perSecond = Math.min(most, Math.max(LEAST, perSecond));
  }

  /** Calls a second, as it stands. */
  get perSecond(): number {
    return this.#perSecond;
  }

  /**
   * Waits until it is the caller's turn.
   *
   * @param check called before and after the wait; if it throws, the turn is given up, and the next caller does not wait
   *   for it
   */
  turn(check: () => void = always): Promise<void> {
    const turn = this.#last.then(() => this.#wait(check));
    // The caller gets the error; whoever is next has a turn of their own.
    this.#last = turn.catch(always);
    return turn;
  }

  throttled(): void {
    const now = this.#clock.now();
    if (now - this.#refusedAt < ONE_REFUSAL) return;
    this.#refusedAt = now;
    this.#perSecond = Math.max(LEAST, this.#perSecond / 2);
  }

  succeeded(): void {
    this.#perSecond = Math.min(this.#most, this.#perSecond + 1 / this.#perSecond);
  }

  async #wait(check: () => void): Promise<void> {
    check();
    const now = this.#clock.now();
    const slot = Math.max(this.#next, now - LATENESS);
    this.#next = slot + 1_000 / this.#perSecond;
    if (slot <= now) return;
    await this.#clock.sleep(slot - now);
    check();
  }
}

function always(): void {
  // Every turn is taken.
}
