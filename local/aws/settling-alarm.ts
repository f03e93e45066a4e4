import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import type { CallMiddleware } from './call-middleware.ts';
import { transact } from './database.ts';
import type { Settling } from './settling.ts';

/**
 * Lets stored state change on time, also while nobody calls, so that events of it come on time. In the
 * background: a clock that skips idle time does so for those who wait, not for what changes by itself.
 */
export class SettlingAlarm {
  readonly #settling: Settling;
  readonly #clock: Clock;
  readonly #database: DatabaseSync;
  #planned: { readonly at: number; readonly callOff: () => void } | undefined;

  constructor(settling: Settling, clock: Clock, database: DatabaseSync) {
    this.#settling = settling;
    this.#clock = clock;
    this.#database = database;
  }

  /** Any call may bring a change that comes earlier. */
  readonly middleware: CallMiddleware = async (call, next) => {
    try {
      return await next();
    } finally {
      if (call.service === 'CloudApiService' || call.service === 'SageMaker') this.plan();
    }
  };

  plan(): void {
    const at = this.#settling.nextDue();
    if (at === this.#planned?.at) return;
    this.stop();
    if (at === undefined) return;
    const ring = () => {
      this.#planned = undefined;
      transact(this.#database, () => this.#settling.settle(this.#clock.now()));
      this.plan();
    };
    this.#planned = { at, callOff: this.#clock.alarm(at, ring, { background: true }) };
  }

  stop(): void {
    this.#planned?.callOff();
    this.#planned = undefined;
  }
}
