/**
 * How long to wait before asking or trying again. Pure: randomness comes in as a number in [0, 1).
 * Answers are whole seconds, because that is what a Wait state takes.
 */

/** First wait, factor and ceiling of polling: 2, 3, 4.5, 6.75, 10.1, 15, 15 … seconds. */
const POLL_FIRST = 2;
const POLL_FACTOR = 1.5;
const POLL_CEILING = 15;
/** A wait is spread over this share of itself to either side, so that many workflows don't ask in step. */
const POLL_SPREAD = 0.25;
/**
 * So many looks are as close together as Cloud Control asks for; later ones are no closer than without its
 * asking. A poll is 9 events of an execution's 25,000, so one look a second would end it within 46 minutes.
 */
const POLLS_AS_ASKED = 100;

const CALL_FIRST = 1;
const CALL_CEILING = 30;
const ATTEMPT_FIRST = 8;
const ATTEMPT_CEILING = 60;

/**
 * Seconds until the next look at a request.
 *
 * @param polls how often the request was looked at already
 * @param retryAfter epoch milliseconds at which Cloud Control wants to be asked again. It wins when given, unless
 *   it is past or has been followed for long
 * @returns at least 1
 */
export function pollDelay(polls: number, random: number, now: number, retryAfter?: number): number {
  const asked = retryAfter === undefined ? 0 : Math.ceil((retryAfter - now) / 1000);
  if (asked >= 1 && polls < POLLS_AS_ASKED) return asked;
  const grown = Math.min(POLL_CEILING, POLL_FIRST * POLL_FACTOR ** polls);
  const spread = grown * (1 + POLL_SPREAD * (2 * random - 1));
  return Math.max(asked, Math.min(POLL_CEILING, Math.max(1, Math.round(spread))));
}

/** Seconds before a failed call is made again: full jitter over 1, 2, 4 … 30. `failures` counts from 1. */
export function callDelay(failures: number, random: number): number {
  return fullJitter(CALL_FIRST, CALL_CEILING, failures, random);
}

/** Seconds before a step is tried by a new request: full jitter over 8, 16, 32, 60. `attempt` counts from 1. */
export function attemptDelay(attempt: number, random: number): number {
  return fullJitter(ATTEMPT_FIRST, ATTEMPT_CEILING, attempt, random);
}

/** Never 0: what was refused a moment ago is not asked again in the same instant. */
function fullJitter(first: number, ceiling: number, failures: number, random: number): number {
  return Math.max(1, Math.ceil(random * Math.min(ceiling, first * 2 ** (failures - 1))));
}
