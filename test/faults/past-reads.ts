import type { Doors } from './doors.ts';
import type { PastRead } from './observed.ts';

/** Reads what the inventory says of a time, and later asks the same again. */
export class PastReads {
  readonly #doors: Doors;
  readonly #reads = new Map<string, string[]>();

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  get reads(): readonly PastRead[] {
    return [...this.#reads].map(([at, answers]) => ({ at, answers }));
  }

  /** @param at epoch milliseconds, not later than now */
  async read(at: number): Promise<void> {
    const time = new Date(at).toISOString();
    const { status, text } = await this.#doors.persist('GET', `/inventory?limit=1000&at=${time}`);
    // A snapshot that was taken by then is about to be committed: so it is not told yet, and later it is.
    if (status === 503) return;
    const answer = status === 200 ? text : `${status}`;
    this.#reads.set(time, [...(this.#reads.get(time) ?? []), answer]);
  }

  async again(): Promise<void> {
    for (const time of this.#reads.keys()) await this.read(Date.parse(time));
  }
}
