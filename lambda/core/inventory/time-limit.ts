import { ERRORS } from '../../contract/errors.ts';
import { CallError } from '../ports.ts';
import type { Allotment } from './ports.ts';

/**
 * The time that a run may read. It is looked at before each call of AWS, so that a run ends in time whatever the size
 * of an image and whatever the rate. Each run makes progress or fails: while it has made none, it goes on reading beyond
 * the moment at which it would hand on, and if there is still none just before it would be cut off, it fails and says
 * why.
 */

/** The run hands on what is left. This is no failure. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** A call that is under way, or its wait of 30 s before it is repeated, ends within this. */
const LAST_CALL = 60_000;

export class TimeLimit {
  readonly #allotment: Allotment;
  readonly #now: () => number;
  #hasProgress = false;
  #at = 'the list of images';
  #throttled = '';

  constructor(allotment: Allotment, now: () => number) {
    this.#allotment = allotment;
    this.#now = now;
  }

  /** The run is to hand on what is left. */
  get isOver(): boolean {
    return this.#hasProgress && this.#allotment.outOfTime();
  }

  /** @param what is read first, for the message of the failure */
  begin(what: string): void {
    this.#at = what;
  }

  throttled({ name, message }: CallError): void {
    this.#throttled = `. AWS throttled a call last: ${name}: ${message}`;
  }

  /** The next run can go on from further than this one did. */
  progress(): void {
    this.#hasProgress = true;
  }

  /**
   * Before each call.
   *
   * @throws OutOfTime once the time is over
   * @throws CallError if it is over for good and nothing was achieved
   */
  check(): void {
    if (this.isOver) throw new OutOfTime('The time of the run is over: what is left is handed on');
    if (this.#hasProgress || this.#now() < this.#allotment.until - LAST_CALL) return;
    const message = `One run of the function is too short for ${this.#at}: it was not read far enough for another run to go on from there. snapshotCallsPerSecond is too low for a region of this size, or AWS throttles its calls${this.#throttled}`;
    throw new CallError(ERRORS.snapshotTooLarge, message, false);
  }
}
