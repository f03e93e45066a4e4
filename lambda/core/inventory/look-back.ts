import { DEFAULT_POLICY, LONGEST_DEADLINE_MINUTES, longestRunSeconds } from '../../contract/policy.ts';
import type { OperationRecord } from '../operation/record.ts';
import { EXECUTION_KEPT_MS } from '../queue/own-execution.ts';

/**
 * How far back an image's operations have to be read to find those that had not ended at a time. They are read from the
 * newest to the oldest. How long an operation waited does not matter: the operations of an image run in the order of
 * their acceptance, so once one has run and ended before the time, those that were accepted before it had ended as well.
 * Two kinds do not keep to that order:
 *
 * - A workflow that was started by hand waits for nobody. It lasts no longer than {@link LONGEST_RUN_MS}.
 * - An operation that could not take its place in the queue when it was accepted takes it later, by the sweeper, and may
 *   run after others that were accepted after it. It is found if it is no more than {@link OVERTAKEN_MS} older than those.
 */

/** Whatever deadline is configured, or was when the workflow began. */
const LONGEST_RUN_MS =
  longestRunSeconds({ ...DEFAULT_POLICY, deadlineSeconds: LONGEST_DEADLINE_MINUTES * 60 }) * 1_000;

/** The sweeper comes each minute; an hour is time for an alarm to be answered. Clocks differ by far less. */
const OVERTAKEN_MS = 60 * 60_000;

/** What is needed of a record to know whether earlier ones matter. */
type Accepted = Pick<OperationRecord, 'createdAt' | 'startedAt' | 'finishedAt' | 'ticket'>;

export class LookBack {
  readonly #time: string;
  /** Epoch milliseconds: workflows that were started by hand before then had ended by the time. */
  readonly #byHand: number;
  /** Epoch milliseconds: of what was accepted before then, everything in the queue had ended by the time. */
  #queued = Number.NEGATIVE_INFINITY;

  /** @param time ISO 8601 */
  constructor(time: string) {
    this.#time = time;
    this.#byHand = Date.parse(time) - LONGEST_RUN_MS - OVERTAKEN_MS;
  }

  /**
   * ISO 8601. What was accepted before then had ended by the time in any case: no queued operation is started later than
   * 90 days after its acceptance (docs/decisions/008), and none runs longer than {@link LONGEST_RUN_MS}.
   */
  get earliest(): string {
    return new Date(this.#byHand - EXECUTION_KEPT_MS).toISOString();
  }

  /** @returns whether the operation had not ended at the time */
  matters({ finishedAt }: Accepted): boolean {
    return finishedAt === undefined || finishedAt >= this.#time;
  }

  /**
   * Whether no operation that was accepted before this one matters.
   *
   * @param record the next one, from the newest to the oldest
   */
  endsWith(record: Accepted): boolean {
    const acceptedAt = Date.parse(record.createdAt);
    const hasRunInOrder = record.ticket !== undefined && record.startedAt !== undefined;
    if (hasRunInOrder && !this.matters(record)) {
      this.#queued = Math.max(this.#queued, acceptedAt - OVERTAKEN_MS);
    }
    return acceptedAt < Math.min(this.#queued, this.#byHand);
  }
}
