/**
 * The local cloud's one clock. Everything in it that tells the time or waits asks this clock: the
 * emulators, the waits of workflows, and (through `shared`) the `Date` that Lambda code sees.
 *
 * It runs in one of three ways:
 * - `speed` 1: with the machine's clock;
 * - `speed` X: X times faster, so that a wait of 60 s takes 60/X s;
 * - `skipIdle`: whenever nothing is being worked on (no `hold` is open), it jumps to the next alarm.
 *   A workflow that polls for two hours then ends in milliseconds, in the same order of events.
 */
export interface ClockOptions {
  /** How many seconds pass here in one second of the machine's. @default 1 */
  readonly speed?: number;
  /** Jump over time in which nothing happens. @default false */
  readonly skipIdle?: boolean;
  /** Epoch milliseconds before which this clock never is: where an earlier one had come to. @default - none */
  readonly notBefore?: number;
}

/** What a worker thread needs to tell the same time: see `local/aws/lambda/worker.ts`. */
export interface SharedClock {
  /** One 64-bit float: the milliseconds that were jumped over so far. */
  readonly jumped: SharedArrayBuffer;
  readonly speed: number;
  /** The machine's time, in epoch milliseconds, at which both clocks agreed. */
  readonly origin: number;
}

export interface AlarmOptions {
  /**
   * Rings when time passes it, but idle time is not skipped for its sake: what comes round for ever, as a
   * schedule does, would else keep a skipping clock running for ever. @default false
   */
  readonly background?: boolean;
}

interface Alarm {
  readonly at: number;
  readonly ring: () => void;
  readonly background: boolean;
}

/** The longest that setTimeout waits. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export class Clock {
  readonly shared: SharedClock;
  readonly #jumped: Float64Array;
  readonly #skipIdle: boolean;
  readonly #alarms = new Set<Alarm>();
  /** One timer, for the earliest alarm: so alarms ring in their order, also after time was jumped over. */
  #timer: { readonly alarm: Alarm; readonly timeout: NodeJS.Timeout } | undefined;
  #holds = 0;
  #jumpPlanned = false;

  constructor(options: ClockOptions = {}) {
    const speed = options.speed ?? 1;
    if (!(speed > 0 && Number.isFinite(speed))) {
      throw new RangeError(`A clock's speed is a number above 0; given ${speed}`);
    }
    const buffer = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
    this.#jumped = new Float64Array(buffer);
    this.#skipIdle = options.skipIdle ?? false;
    const origin = Date.now();
    this.#jumped[0] = Math.max(0, (options.notBefore ?? origin) - origin);
    this.shared = { jumped: buffer, speed, origin };
  }

  /** Epoch milliseconds. */
  now(): number {
    const { origin, speed } = this.shared;
    return Math.round(origin + (Date.now() - origin) * speed + (this.#jumped[0] ?? 0));
  }

  /** Resolves after `ms` of this clock's milliseconds, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const cancel = this.alarm(this.now() + ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = () => {
        cancel();
        resolve();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Calls `ring` once when the clock reads `at` (epoch milliseconds); the answer calls it off. */
  alarm(at: number, ring: () => void, options: AlarmOptions = {}): () => void {
    const alarm: Alarm = { at, ring, background: options.background ?? false };
    this.#alarms.add(alarm);
    if (!this.#timer || at < this.#timer.alarm.at) this.#arm(alarm);
    this.#planJump();
    return () => this.#drop(alarm);
  }

  /** Time may not jump while `work` goes on; without `skipIdle` it makes no difference. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#holds += 1;
    try {
      return await work();
    } finally {
      this.#holds -= 1;
      this.#planJump();
    }
  }

  /** Gives one hold back while `wait` goes on: whoever only waits works on nothing. To be called by who holds. */
  async release(wait: () => Promise<void>): Promise<void> {
    this.#holds -= 1;
    this.#planJump();
    try {
      await wait();
    } finally {
      this.#holds += 1;
    }
  }

  /**
   * Moves on by so many milliseconds at once. What was due meanwhile rings once, now, as after a time in which the machine
   * was off: a schedule does not make up for the times that it missed.
   */
  leap(ms: number): void {
    this.#jumped[0] = (this.#jumped[0] ?? 0) + Math.max(0, ms);
    this.#ringDue();
  }

  /** Calls off every alarm, so that nothing keeps the process alive. */
  stop(): void {
    this.#alarms.clear();
    this.#armEarliest();
  }

  #armEarliest(): void {
    const earliest = this.#earliest();
    if (earliest) this.#arm(earliest);
    else {
      clearTimeout(this.#timer?.timeout);
      this.#timer = undefined;
    }
  }

  #arm(alarm: Alarm): void {
    clearTimeout(this.#timer?.timeout);
    const wait = Math.min(Math.max(0, (alarm.at - this.now()) / this.shared.speed), LONGEST_TIMEOUT_MS);
    this.#timer = { alarm, timeout: setTimeout(() => this.#ringDue(), wait) };
  }

  /** Those that are due now, each once; one that a ring adds waits for the next turn. */
  #ringDue(): void {
    const now = this.now();
    const due = [...this.#alarms].filter((alarm) => alarm.at <= now).sort((a, b) => a.at - b.at);
    try {
      // An earlier one's ring may have called a later one off.
      for (const alarm of due) if (this.#alarms.delete(alarm)) alarm.ring();
    } finally {
      this.#armEarliest();
    }
  }

  #drop(alarm: Alarm): void {
    this.#alarms.delete(alarm);
    if (this.#timer?.alarm === alarm) this.#armEarliest();
  }

  #earliest(wanted: (alarm: Alarm) => boolean = () => true): Alarm | undefined {
    let earliest: Alarm | undefined;
    for (const alarm of this.#alarms) {
      if (wanted(alarm) && (!earliest || alarm.at < earliest.at)) earliest = alarm;
    }
    return earliest;
  }

  #planJump(): void {
    if (!this.#skipIdle || this.#jumpPlanned) return;
    this.#jumpPlanned = true;
    // Two turns of the event loop, so that promises that are already settled get to take their next hold.
    setImmediate(() =>
      setImmediate(() => {
        this.#jumpPlanned = false;
        this.#jump();
      }),
    );
  }

  /** To the next alarm, if any is waited for; a background alarm that lies before it comes first. */
  #jump(): void {
    if (this.#holds > 0 || !this.#earliest((alarm) => !alarm.background)) return;
    const next = this.#earliest();
    if (!next) return;
    this.#jumped[0] = (this.#jumped[0] ?? 0) + Math.max(0, next.at - this.now());
    this.#alarms.delete(next);
    try {
      next.ring();
    } finally {
      this.#armEarliest();
      this.#planJump();
    }
  }
}
