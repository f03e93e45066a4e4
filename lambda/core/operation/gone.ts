import { pollDelay } from '../pacing.ts';
import type { CallError, VersionDescription } from '../ports.ts';
import { retryOrFail } from './attempts.ts';
import { end, fail, limitOf, lookAgain, type Moment, poll } from './decision.ts';
import { isNotFound, mayHaveActed, withNote } from './failure.ts';
import type { Decision, Operation, Outcome, PhaseOf } from './operation.ts';
import { holderOf, identifierOf } from './target.ts';
import { aliasesReleased } from './transitions.ts';

/**
 * What follows when a request failed and its goal may be reached all the same: a version that is gone needs no deletion
 * and holds no alias. Cloud Control's word is not enough. Its handler can say NotFound of a version that stands, and can
 * fail while SageMaker goes on deleting. So SageMaker is asked.
 */

/** The ARN of the version that may be gone. */
export function absentee(operation: Operation): string {
  const { work } = operation.step;
  return work.name === 'release-aliases' ? holderOf(work) : identifierOf(operation);
}

/** @param found undefined where SageMaker has no such version either */
export function goneOrNot(
  operation: Operation,
  phase: PhaseOf<'confirm-gone'>,
  found: VersionDescription | undefined,
  moment: Moment,
): Decision {
  if (!found) return gone(operation, moment);
  const { because, looks = 0 } = phase;
  const deleting = found.status === 'DELETING' && operation.step.work.name !== 'release-aliases';
  if (deleting && moment.now < limitOf(operation)) {
    const waiting = { ...operation, step: { ...operation.step, callFailures: 0 } };
    const delay = pollDelay(looks, moment.random, moment.now);
    return poll(waiting, { name: 'confirm-gone', because, looks: looks + 1 }, delay);
  }
  const reason = found.failureReason === undefined ? '' : `: ${found.failureReason}`;
  const seen = `SageMaker has ${absentee(operation)} in status ${found.status}${reason}`;
  // What SageMaker is still deleting is not asked to be deleted again.
  const failure = deleting ? { ...because, retryable: false } : because;
  return retryOrFail(operation, withNote(failure, seen), moment);
}

/**
 * SageMaker could not be asked. Where Cloud Control said NotFound, its word is all that there is, and what was deleted says
 * so. Any other failure stands.
 */
export function confirmFailed(
  operation: Operation,
  phase: PhaseOf<'confirm-gone'>,
  error: CallError,
  moment: Moment,
): Decision {
  const again = lookAgain(operation, phase, error, moment);
  if (again) return again;
  if (!isNotFound(phase.because.name)) {
    const unseen = `whether ${absentee(operation)} is gone could not be seen: ${error.name}: ${error.message}`;
    return retryOrFail(operation, withNote(phase.because, unseen), moment);
  }
  const note = `Cloud Control did not find ${absentee(operation)}; SageMaker could not be asked: ${error.name}: ${error.message}`;
  return gone(operation, moment, note);
}

function gone(operation: Operation, moment: Moment, unseen?: string): Decision {
  const { work } = operation.step;
  switch (work.name) {
    case 'release-aliases':
      return aliasesReleased(operation, work, moment);
    case 'remove-orphan':
      return fail(
        operation,
        unseen === undefined ? work.because : withNote(work.because, unseen),
        moment.now,
      );
    case 'delete': {
      const { note, ...outcome } = mayHaveActed(operation) ? GONE_MEANWHILE : ALREADY_GONE;
      const notes = [note, unseen].filter((one) => one !== undefined);
      return end(
        operation,
        { ...outcome, ...(notes.length > 0 ? { note: notes.join('; ') } : {}) },
        moment.now,
      );
    }
    case 'create':
    case 'add-aliases':
    case 'update':
      throw new Error(`Step ${work.name} needs its version, and has nothing to confirm`);
  }
}

type Success = Extract<Outcome, { readonly status: 'SUCCEEDED' }>;

const ALREADY_GONE: Success = { status: 'SUCCEEDED', effect: 'already-gone', properties: null };
/** There is nothing to tell by which of the two it was. */
const GONE_MEANWHILE: Success = {
  status: 'SUCCEEDED',
  effect: 'deleted',
  properties: null,
  note: 'not found after a request whose outcome is not known: that one removed it, or it was gone before',
};
