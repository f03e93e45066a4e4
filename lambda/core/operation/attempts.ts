import { ERRORS } from '../../contract/errors.ts';
import { attemptDelay } from '../pacing.ts';
import { backOff, fail, limitOf, type Moment, poll, withError } from './decision.ts';
import { isBusy, withNote } from './failure.ts';
import type { Decision, Failure, Operation, Phase, Work } from './operation.ts';
import { mayHaveBeenSent } from './search.ts';

/** Beginning a step, beginning it again, and giving it up. */

/** The step as a whole came to nothing. A new attempt where that can help, else the end. */
export function retryOrFail(operation: Operation, failure: Failure, moment: Moment): Decision {
  const { step, policy } = operation;
  const delay = attemptDelay(step.attempt, moment.random);
  const at = moment.now + delay * 1000;
  const mostAttempts = isBusy(failure.name) ? policy.maxBusyAttempts : policy.maxAttempts;
  const may =
    failure.retryable &&
    step.attempt < mostAttempts &&
    at <= step.startedAt + policy.retrySeconds * 1000 &&
    at < limitOf(operation);
  if (!may) return finalFailure(operation, failure, moment.now);
  return backOff(
    {
      ...withError(operation, failure, moment.now),
      step: { ...step, attempt: step.attempt + 1, callFailures: 0 },
      phase: sendPhase(step.work),
    },
    delay,
    moment.now,
  );
}

/** The end of an operation that failed, saying what it leaves behind. The first error is the one told. */
export function finalFailure(operation: Operation, failure: Failure, now: number): Decision {
  const { work, attempt } = operation.step;
  const told = attempt > 1 ? withNote(failure, `${attempt} attempts`) : failure;
  const version = operation.identifier;
  switch (work.name) {
    case 'create':
      return version === undefined && mayHaveBeenSent(operation)
        ? search(operation, told)
        : fail(operation, told, now);
    case 'update':
    case 'delete':
      return fail(operation, withReleased(operation, told), now);
    case 'add-aliases': {
      const note = `${version} was created and stays; these aliases were not set: ${work.aliases.join(', ')}`;
      return fail(operation, withReleased(operation, withNote(told, note)), now);
    }
    case 'release-aliases': {
      const because = withNote(told, `while taking aliases from ${work.holders[0]?.identifier}`);
      return finalFailure({ ...operation, step: work.resume }, because, now);
    }
    case 'remove-orphan': {
      const note = `it left ${version} behind, which could not be removed: ${told.name}: ${told.message}`;
      return fail(operation, withNote(work.because, note), now);
    }
  }
}

/**
 * Cloud Control named no version, and there may be one. Of a request that has ended, one look tells; what may still be
 * under way is looked for 5 times, 8 s in all.
 */
function search(operation: Operation, failure: Failure): Decision {
  const because = { ...failure, retryable: false };
  const hasEnded = operation.requests.at(-1)?.status === 'FAILED' && operation.step.callFailures === 0;
  return poll(operation, { name: 'search', because, looks: hasEnded ? 1 : 5 }, 0);
}

/**
 * Where a step starts, and starts again. Whatever states the full set of a version's aliases is planned each time, because
 * others may have changed them since.
 */
export function sendPhase(work: Work): Phase {
  switch (work.name) {
    case 'update':
    case 'add-aliases':
    case 'release-aliases':
      return { name: 'plan' };
    case 'create':
    case 'delete':
    case 'remove-orphan':
      return { name: 'send' };
  }
}

export function timedOut(operation: Operation, what: string): Failure {
  const { startedAt, step } = operation;
  const began = step.work.name === 'remove-orphan' ? step.startedAt : startedAt;
  const seconds = Math.round((limitOf(operation) - began) / 1000);
  const message = `Not done within ${seconds} s, at step ${step.work.name}, attempt ${step.attempt}: ${what}`;
  return { name: ERRORS.timedOut, message, retryable: false };
}

/** Aliases that were taken from other versions for a step that then failed: they point to nothing now. */
function withReleased(operation: Operation, failure: Failure): Failure {
  if (operation.released.length === 0) return failure;
  const taken = operation.released.map(({ identifier, aliases }) => `${aliases.join(', ')} of ${identifier}`);
  return withNote(failure, `released for it, and now without a version: ${taken.join('; ')}`);
}
