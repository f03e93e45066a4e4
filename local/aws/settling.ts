/** Something whose state changes by itself when a time comes: an image that gets ready, a request that ends. */
export interface SettlingSource {
  /** Epoch milliseconds of its next change, if one is coming. */
  nextDue(): number | undefined;
  /** Makes the changes that are due at `at`, which is what `nextDue` answered. Must move `nextDue` on. */
  settleAt(at: number): void;
}

/**
 * Lets time catch up with stored state. No timers: before each call the services settle everything that has
 * fallen due, in the order in which it fell due, so a restart resumes by itself.
 */
export class Settling {
  readonly #sources: SettlingSource[] = [];

  /** Of changes due at one instant, those of a source added earlier come first. */
  add(source: SettlingSource): void {
    this.#sources.push(source);
  }

  /** Epoch milliseconds of the next change of all, for whoever wants to be woken for it. */
  nextDue(): number | undefined {
    return this.#next()?.at;
  }

  settle(now: number): void {
    for (let next = this.#next(); next && next.at <= now; next = this.#next()) {
      next.source.settleAt(next.at);
    }
  }

  #next(): { at: number; source: SettlingSource } | undefined {
    let next: { at: number; source: SettlingSource } | undefined;
    for (const source of this.#sources) {
      const at = source.nextDue();
      if (at !== undefined && (next === undefined || at < next.at)) next = { at, source };
    }
    return next;
  }
}
