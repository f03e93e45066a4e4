import { syncBuiltinESMExports } from 'node:module';
import promises from 'node:timers/promises';

export interface ClockTimersParts {
  /** Epoch milliseconds of the local cloud's clock. */
  readonly now: () => number;
  /** Receives the time of the next sleep's end when the code only waits for it. */
  readonly onAsleep: (until: number) => void;
}

/** Milliseconds of the machine between two looks whether something else is under way. */
const LOOK_EVERY = 1;
/** The longest delay that setTimeout takes. */
const LONGEST_DELAY = 2 ** 31 - 1;

interface Sleep {
  readonly due: number;
  readonly wake: () => void;
}

/**
 * Lets the local cloud's clock jump over the time in which a function only sleeps. In place of `setTimeout` of
 * `node:timers/promises`: a sleep ends when the local cloud says so, and no later than after its time on the machine.
 *
 * A function only sleeps when nothing keeps its thread's event loop alive but the port to the local cloud: no call is
 * under way, no child process runs.
 */
export class ClockTimers {
  readonly #parts: ClockTimersParts;
  readonly #sleeps = new Set<Sleep>();
  #looking = false;

  constructor(parts: ClockTimersParts) {
    this.#parts = parts;
  }

  /** Replaces the built-in function. To be called before the function's code is loaded. */
  install(): void {
    const sleep = <T>(delay = 1, value?: T, options: { readonly signal?: AbortSignal } = {}): Promise<T> =>
      this.#sleep(delay, options.signal).then(() => value as T);
    Reflect.set(promises, 'setTimeout', sleep);
    syncBuiltinESMExports();
  }

  /** Ends the sleeps whose time has come. @param now epoch milliseconds, as the local cloud's clock reads */
  wake(now: number): void {
    this.#looking = false;
    for (const sleep of this.#sleeps) if (sleep.due <= now) sleep.wake();
    this.#look();
  }

  async #sleep(delay: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#sleeps.delete(sleep);
        clearTimeout(timeout);
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const onAbort = () => end(() => reject(signal?.reason));
      const sleep: Sleep = { due: this.#parts.now() + delay, wake: () => end(resolve) };
      const timeout = setTimeout(() => end(resolve), Math.min(delay, LONGEST_DELAY)).unref();
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#sleeps.add(sleep);
      this.#look();
    });
  }

  #look(): void {
    if (this.#looking || this.#sleeps.size === 0) return;
    this.#looking = true;
    setImmediate(() => this.#lookTwice());
  }

  /** Twice, with a turn of the event loop in between: what has just been read may lead to the next call. */
  #lookTwice(): void {
    const again = () => setTimeout(() => this.#lookTwice(), LOOK_EVERY).unref();
    if (this.#sleeps.size === 0) this.#looking = false;
    else if (!onlySleeps()) again();
    else setImmediate(() => (onlySleeps() ? this.#tell() : again()));
  }

  #tell(): void {
    const due = [...this.#sleeps].map((sleep) => sleep.due);
    if (due.length === 0) this.#looking = false;
    else this.#parts.onAsleep(Math.min(...due));
  }
}

function onlySleeps(): boolean {
  return process.getActiveResourcesInfo().every((kind) => kind === 'MessagePort' || kind === 'Immediate');
}
