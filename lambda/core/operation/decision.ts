import { NEXT_ACTIONS } from '../../contract/workflow.ts';
import { callDelay } from '../pacing.ts';
import type { CallError } from '../ports.ts';
import type { Decision, Failure, LogEntry, Operation, Outcome, Phase, Step, Work } from './operation.ts';

/** The moves that every decision is made of: each gives the operation and where the machine goes with it. */

/** The moment of a decision, and the chance that jitter takes. */
export interface Moment {
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

export function submitNow(operation: Operation, phase: Phase): Decision {
  return { operation: { ...operation, phase }, next: { action: NEXT_ACTIONS.submit, seconds: 0 } };
}

export function backOff(operation: Operation, seconds: number, now: number): Decision {
  const wait: LogEntry = { event: 'wait', at: now, step: operation.step.work.name, seconds };
  return { operation: logged(operation, wait), next: { action: NEXT_ACTIONS.backOff, seconds } };
}

/** The operation with an error in its log, which is not its end. */
export function withError(
  operation: Operation,
  error: { readonly name: string; readonly message: string },
  now: number,
): Operation {
  const { name, message } = error;
  return logged(operation, { event: 'error', at: now, step: operation.step.work.name, name, message });
}

/** Entries that travel along: enough to see a pattern, and far from a payload's 256 KiB. */
const LOG_LENGTH = 40;

function logged(operation: Operation, entry: LogEntry): Operation {
  return { ...operation, log: [...operation.log, entry].slice(-LOG_LENGTH) };
}

/** Look again in `seconds`; with 0 the check Lambda goes on by itself where it can. */
export function poll(operation: Operation, phase: Phase, seconds: number): Decision {
  return { operation: { ...operation, phase }, next: { action: NEXT_ACTIONS.poll, seconds } };
}

/** A look that failed in a way that can get better is made again; undefined once that was tried often enough. */
export function lookAgain(
  operation: Operation,
  phase: Phase,
  error: CallError,
  moment: Moment,
): Decision | undefined {
  const callFailures = operation.step.callFailures + 1;
  if (!error.transient || callFailures >= operation.policy.maxCalls) return undefined;
  const counted = { ...operation, step: { ...operation.step, callFailures } };
  return poll(withError(counted, error, moment.now), phase, callDelay(callFailures, moment.random));
}

export function end(operation: Operation, outcome: Outcome, now: number): Decision {
  return {
    operation: { ...operation, phase: { name: 'ended', outcome, endedAt: now } },
    next: { action: NEXT_ACTIONS.settle, seconds: 0 },
  };
}

export function fail(operation: Operation, failure: Failure, now: number): Decision {
  const { retryable: _retryable, ...error } = failure;
  return end(operation, { status: 'FAILED', error }, now);
}

export function firstAttempt(work: Work, now: number): Step {
  return { work, attempt: 1, callFailures: 0, startedAt: now };
}

/** When the operation as it stands runs out of time; a clean-up has a time of its own. */
export function limitOf(operation: Operation): number {
  const { policy, startedAt, step } = operation;
  return step.work.name === 'remove-orphan'
    ? step.startedAt + policy.graceSeconds * 1000
    : startedAt + policy.deadlineSeconds * 1000;
}
