import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from './clock.ts';

/** How often it is written down where the clock is. */
const REMEMBER_MS = 250;
/**
 * What is written down lies so much of the machine's time ahead: a process that is killed has told times that are later
 * than those it last wrote down, and the next one must not tell them again. Far longer than two writings are apart, for
 * functions tell the time in threads of their own while this one may stand still.
 */
const AHEAD_MS = 2_000;

/**
 * How far the local cloud's time had come. A clock that ran twenty times as fast is ahead of the machine's;
 * were the next one to start from the machine's time, everything that is stored would lie in its future.
 */
export class ClockMemory {
  readonly #database: DatabaseSync;
  #timer: NodeJS.Timeout | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      'CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY CHECK (id = 1), at REAL NOT NULL)',
    );
  }

  /** Epoch milliseconds before which no clock may start; undefined where none has run on this database. */
  read(): number | undefined {
    const row = this.#database.prepare('SELECT at FROM clock').get();
    return typeof row?.at === 'number' ? row.at : undefined;
  }

  /**
   * Keeps up with a clock that runs, so that it may be killed at any moment. One that skips idle time jumps further
   * than is written ahead: it goes on where it was only where it is stopped.
   */
  keep(clock: Clock): void {
    const write = () => this.#write(clock.now() + AHEAD_MS * clock.shared.speed);
    write();
    this.#timer = setInterval(write, REMEMBER_MS);
  }

  /** Writes down where it has stopped, so that the next one goes on from there. */
  stop(clock: Clock): void {
    clearInterval(this.#timer);
    this.#write(clock.now());
  }

  #write(at: number): void {
    this.#database.prepare('INSERT OR REPLACE INTO clock (id, at) VALUES (1, ?)').run(at);
  }
}
