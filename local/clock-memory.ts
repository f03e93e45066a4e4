import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from './clock.ts';

/**
 * How far the local cloud's time had come. A clock that ran twenty times as fast is ahead of the machine's;
 * were the next one to start from the machine's time, everything that is stored would lie in its future.
 */
export class ClockMemory {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      'CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY CHECK (id = 1), at REAL NOT NULL)',
    );
  }

  /** Epoch milliseconds; undefined where no clock has run on this database. */
  read(): number | undefined {
    const row = this.#database.prepare('SELECT at FROM clock').get();
    return typeof row?.at === 'number' ? row.at : undefined;
  }

  write(clock: Clock): void {
    this.#database.prepare('INSERT OR REPLACE INTO clock (id, at) VALUES (1, ?)').run(clock.now());
  }
}
