import type { CallError, VersionDescription } from '../ports.ts';
import { retryOrFail } from './attempts.ts';
import { end, fail, lookAgain, type Moment } from './decision.ts';
import { mayHaveActed, withNote } from './failure.ts';
import type { Decision, Operation, Outcome, PhaseOf } from './operation.ts';

/**
 * What follows when a deletion was told that there is nothing to delete. Cloud Control's word alone is not enough to
 * tell a caller that a version is gone: its handler can say so of one that stands, and SageMaker is one call away.
 */

/** @param found undefined where SageMaker has no such version either */
export function goneOrNot(
  operation: Operation,
  phase: PhaseOf<'confirm-gone'>,
  found: VersionDescription | undefined,
  moment: Moment,
): Decision {
  if (!found) return gone(operation, moment.now);
  const failure = withNote(phase.because, `SageMaker has ${operation.identifier} in status ${found.status}`);
  return retryOrFail(operation, failure, moment);
}

/** SageMaker could not be asked: Cloud Control's word is all that there is, and a deletion says so. */
export function confirmFailed(
  operation: Operation,
  phase: PhaseOf<'confirm-gone'>,
  error: CallError,
  moment: Moment,
): Decision {
  const again = lookAgain(operation, phase, error, moment);
  if (again) return again;
  const note = `Cloud Control did not find ${operation.identifier}; SageMaker could not be asked: ${error.name}: ${error.message}`;
  return gone(operation, moment.now, note);
}

function gone(operation: Operation, now: number, unseen?: string): Decision {
  const { work } = operation.step;
  if (work.name === 'remove-orphan') {
    return fail(operation, unseen === undefined ? work.because : withNote(work.because, unseen), now);
  }
  const { note, ...outcome } = mayHaveActed(operation) ? GONE_MEANWHILE : ALREADY_GONE;
  const notes = [note, unseen].filter((one) => one !== undefined);
  return end(operation, { ...outcome, ...(notes.length > 0 ? { note: notes.join('; ') } : {}) }, now);
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
