import type { Clock } from '../clock.ts';
import { type CallMiddleware, Disconnect } from './call-middleware.ts';

export interface LoggedCall {
  /** Epoch milliseconds of the local cloud's clock. */
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly accessKeyId: string;
  /** `ok`, `disconnected`, or the error's name. */
  readonly outcome: string;
}

const RECENT_CALLS = 1000;

/** Counts every call of a service by its outcome and remembers the last 1000 of them. */
export class CallLog {
  readonly #clock: Clock;
  readonly #counts = new Map<string, Map<string, number>>();
  #recent: LoggedCall[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** To stand outermost, so that faults and limits are counted as the caller saw them. */
  readonly middleware: CallMiddleware = async (call, next) => {
    let outcome = 'ok';
    try {
      return await next();
    } catch (error) {
      outcome = error instanceof Disconnect ? 'disconnected' : error instanceof Error ? error.name : 'Error';
      throw error;
    } finally {
      const { service, operation, region, accessKeyId } = call;
      this.#add({ at: this.#clock.now(), service, operation, region, accessKeyId, outcome });
    }
  };

  /** `{"CloudApiService.CreateResource": {"ok": 3, "ThrottlingException": 1}}` */
  counts(): Record<string, Record<string, number>> {
    return Object.fromEntries(
      [...this.#counts].map(([name, outcomes]) => [name, Object.fromEntries(outcomes)]),
    );
  }

  /** The newest first. */
  recent(limit = RECENT_CALLS): LoggedCall[] {
    return this.#recent.slice(-limit).reverse();
  }

  clear(): void {
    this.#counts.clear();
    this.#recent = [];
  }

  #add(call: LoggedCall): void {
    const name = `${call.service}.${call.operation}`;
    const outcomes = this.#counts.get(name) ?? new Map<string, number>();
    this.#counts.set(name, outcomes.set(call.outcome, (outcomes.get(call.outcome) ?? 0) + 1));
    this.#recent.push(call);
    if (this.#recent.length > 2 * RECENT_CALLS) this.#recent = this.#recent.slice(-RECENT_CALLS);
  }
}
