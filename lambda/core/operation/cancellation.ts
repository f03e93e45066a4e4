import { ERRORS } from '../../contract/errors.ts';
import type { CallError } from '../ports.ts';
import { finalFailure, timedOut } from './attempts.ts';
import { limitOf, lookAgain, type Moment, poll } from './decision.ts';
import type { Decision, Failure, Operation, PhaseOf } from './operation.ts';

/**
 * Requests that are told to stop: because the deadline passed, or because a caller asked. Cloud Control then makes
 * no further call of the handler and rolls nothing back, so what is there afterwards is looked at, not assumed.
 */

/** A caller asked for the operation to be cancelled. What is outstanding is cancelled by the next look. */
export function heedCancellation(decision: Decision, now: number): Decision {
  const { operation } = decision;
  const { phase, step } = operation;
  // What a failed creation left behind goes, however the operation ends.
  if (step.work.name === 'remove-orphan') return decision;
  switch (phase.name) {
    case 'await':
      return poll(operation, { ...phase, cancelRequested: true }, 0);
    case 'plan':
    case 'send':
      return cancelledBeforeSend(operation, false, now);
    case 'cancel':
    case 'examine':
    case 'search':
    case 'confirm-gone':
    case 'find-holders':
    case 'read':
    case 'ended':
      return decision;
  }
}

/**
 * A caller asked for the operation to be cancelled, and its next request is not sent. Neither is one whose answer was
 * lost: sent again, it could do for the first time what nobody wants any more.
 *
 * @param begun an earlier run of the function was permitted to make this very call
 */
export function cancelledBeforeSend(operation: Operation, begun: boolean, now: number): Decision {
  const { step } = operation;
  const lost = begun || (step.callFailures > 0 && step.unanswered === true);
  const message = lost
    ? `Cancelled as asked, before step ${step.work.name} was sent again; whether its last call was carried out is not known, because no answer to it arrived`
    : `Cancelled as asked, before step ${step.work.name} was sent`;
  return finalFailure(operation, { name: ERRORS.cancelled, message, retryable: false }, now);
}

/** The outstanding request was told to stop; its end is awaited. */
export function cancelling(operation: Operation, phase: PhaseOf<'await'>, moment: Moment): Decision {
  const until = moment.now + operation.policy.graceSeconds * 1000;
  const counted = { ...operation, step: { ...operation.step, callFailures: 0 } };
  const why = phase.cancelRequested && moment.now < limitOf(operation) ? 'asked' : 'late';
  const { requestToken } = phase;
  return poll(counted, { name: 'cancel', why, requestToken, polls: 0, until }, 0);
}

/** Cancelling failed. Where that can get better it is tried again; else the request's end is awaited as it is. */
export function cancelFailed(
  operation: Operation,
  phase: PhaseOf<'await'>,
  error: CallError,
  moment: Moment,
): Decision {
  return lookAgain(operation, phase, error, moment) ?? cancelling(operation, phase, moment);
}

/** The end of a request that was cancelled, or of the patience with it. */
export function cancelEnded(
  operation: Operation,
  phase: PhaseOf<'cancel'>,
  ended: string,
  moment: Moment,
): Decision {
  const failure = cancelFailure(operation, phase, ended);
  if (operation.step.work.name === 'create' && operation.identifier) {
    // As asked, there is time to see what becomes of the version; past the deadline one look must do.
    const until = phase.why === 'asked' ? limitOf(operation) : moment.now;
    return poll(operation, { name: 'examine', because: failure, looks: 0, until }, 0);
  }
  return finalFailure(operation, failure, moment.now);
}

function cancelFailure(operation: Operation, phase: PhaseOf<'cancel'>, ended: string): Failure {
  switch (phase.why) {
    case 'late':
      return timedOut(operation, `its request was cancelled and ${ended}`);
    case 'asked': {
      const message = `Cancelled as asked, at step ${operation.step.work.name}: its request ${ended}`;
      return { name: ERRORS.cancelled, message, retryable: false };
    }
  }
}
