import type { CallError, VersionDescription } from '../ports.ts';
import { retryOrFail } from './attempts.ts';
import { end, fail, lookAgain, type Moment } from './decision.ts';
import { mayHaveActed, withNote } from './failure.ts';
import type { Decision, Operation, Outcome, PhaseOf } from './operation.ts';
import { holderOf, identifierOf } from './submit.ts';
import { aliasesReleased } from './transitions.ts';

/**
 * What follows when a request was told that its version is gone, where that is as good as done: a deletion has nothing
 * to delete, and what is gone holds no alias. Cloud Control's word alone is not enough: its handler can say so of a
 * version that stands, and SageMaker is one call away.
 */

/** The ARN of the version that is said to be gone. */
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
  const failure = withNote(phase.because, `SageMaker has ${absentee(operation)} in status ${found.status}`);
  return retryOrFail(operation, failure, moment);
}

/** SageMaker could not be asked: Cloud Control's word is all that there is, and what was deleted says so. */
export function confirmFailed(
  operation: Operation,
  phase: PhaseOf<'confirm-gone'>,
  error: CallError,
  moment: Moment,
): Decision {
  const again = lookAgain(operation, phase, error, moment);
  if (again) return again;
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
