import { ERRORS } from '../../contract/errors.ts';
import { pollDelay } from '../pacing.ts';
import type { CallError, VersionDescription } from '../ports.ts';
import { retryOrFail, sendPhase } from './attempts.ts';
import {
  fail,
  firstAttempt,
  limitOf,
  lookAgain,
  type Moment,
  poll,
  submitNow,
  withError,
} from './decision.ts';
import { withNote } from './failure.ts';
import type { Decision, Failure, Holder, Operation, PhaseOf, Work } from './operation.ts';
import { madeMeanwhile } from './search.ts';
import { created } from './transitions.ts';

/**
 * What follows when a request failed and left something behind, or was refused for what another version holds.
 * Cleaning up keeps the first error: it is the one that the caller hears.
 */

/**
 * A create request failed after Cloud Control had named a version: SageMaker says what became of it.
 *
 * @param found undefined where there is no such version
 */
export function examined(
  operation: Operation,
  phase: PhaseOf<'examine'>,
  found: VersionDescription | undefined,
  moment: Moment,
): Decision {
  const { because } = phase;
  if (!found) {
    const { identifier: _gone, ...rest } = operation;
    return retryOrFail(rest, because, moment);
  }
  const givenUp = because.name === ERRORS.timedOut || because.name === ERRORS.cancelled;
  switch (found.status) {
    case 'CREATED':
      // The version is what was asked for; only the request lost sight of it. A second one would be a double.
      if (!givenUp) return created(operation, wantedAliases(operation), moment);
      return leave(operation, because, found.status, moment);
    case 'CREATING':
      if (moment.now >= phase.until) return leave(operation, because, found.status, moment);
      return poll(
        { ...operation, step: { ...operation.step, callFailures: 0 } },
        { ...phase, looks: phase.looks + 1 },
        pollDelay(phase.looks, moment.random, moment.now),
      );
    case 'CREATE_FAILED': {
      const reason = found.failureReason;
      const told = reason ? withNote(because, `FailureReason: ${reason}`) : because;
      const work: Work = { name: 'remove-orphan', because: { ...told, retryable: false } };
      return submitNow({ ...operation, step: firstAttempt(work, moment.now) }, sendPhase(work));
    }
    default:
      return leave(operation, because, found.status, moment);
  }
}

/**
 * A creation that may have been sent before was looked for, and found: it goes on with what there is.
 */
export function adopted(operation: Operation, found: VersionDescription, now: number): Decision {
  const { identifier } = found;
  const message = `It was sent before, its answer was not seen, and it made ${identifier}`;
  const noted = withError({ ...operation, identifier }, { name: ERRORS.unexpectedAnswer, message }, now);
  return examine(noted, { ...CREATION_FAILED, retryable: false });
}

/** What Cloud Control says of a creation that came to nothing in SageMaker. */
const CREATION_FAILED = { name: 'GeneralServiceException', message: 'The creation failed in SageMaker' };

/**
 * A creation is given up for which Cloud Control named no version, and SageMaker was asked for what it may have made.
 * That is named and left: whose it is nobody can tell for certain.
 */
export function searched(
  operation: Operation,
  phase: PhaseOf<'search'>,
  found: readonly VersionDescription[],
  moment: Moment,
): Decision {
  const { because, looks } = phase;
  if (found.length === 0 && looks > 1) return poll(operation, { ...phase, looks: looks - 1 }, SEARCH_DELAY);
  const made = madeMeanwhile(found);
  return fail(operation, made === undefined ? because : withNote(because, made), moment.now);
}

/** Seconds between two looks for a version that may yet come to be. */
const SEARCH_DELAY = 2;

export function searchFailed(
  operation: Operation,
  phase: PhaseOf<'search'>,
  error: CallError,
  moment: Moment,
): Decision {
  const again = lookAgain(operation, phase, error, moment);
  if (again) return again;
  const note = `whether a version was made could not be seen: ${error.name}: ${error.message}`;
  return fail(operation, withNote(phase.because, note), moment.now);
}

/** What became of the version is looked into, until the operation's time is up. */
function examine(operation: Operation, because: Failure): Decision {
  return poll(operation, { name: 'examine', because, looks: 0, until: limitOf(operation) }, 0);
}

/** SageMaker could not be asked. */
export function examineFailed(
  operation: Operation,
  phase: PhaseOf<'examine'>,
  error: CallError,
  moment: Moment,
): Decision {
  const again = lookAgain(operation, phase, error, moment);
  if (again) return again;
  const note = `what became of ${operation.identifier} could not be seen: ${error.name}: ${error.message}`;
  return fail(operation, withNote(phase.because, note), moment.now);
}

/**
 * An update that adds aliases was refused. Whether SageMaker moves an alias that another version holds is
 * not documented; where it refuses, the aliases are released there first and the update is then made again.
 * Once in an operation: whoever takes one of them between is another's change, and is told of as that.
 *
 * @param holders empty where no other version holds any of them: then that was not the reason
 */
export function holdersFound(
  operation: Operation,
  phase: PhaseOf<'find-holders'>,
  holders: readonly Holder[],
  moment: Moment,
): Decision {
  const { step, released } = operation;
  const once = released.length > 0 || step.aliasesReleased === true;
  if (holders.length === 0 || once) return retryOrFail(operation, phase.because, moment);
  const work: Work = { name: 'release-aliases', holders, resume: { ...step, aliasesReleased: true } };
  return submitNow({ ...operation, step: firstAttempt(work, moment.now) }, sendPhase(work));
}

/** The holders could not be asked for. Where that does not get better, the refusal stands as it is. */
export function findHoldersFailed(
  operation: Operation,
  phase: PhaseOf<'find-holders'>,
  error: CallError,
  moment: Moment,
): Decision {
  const again = lookAgain(operation, phase, error, moment);
  if (again) return again;
  const note = `whether another version holds an alias could not be seen: ${error.name}: ${error.message}`;
  return retryOrFail(operation, withNote(phase.because, note), moment);
}

function wantedAliases(operation: Operation): readonly string[] {
  return operation.request.kind === 'create' ? operation.request.aliases : [];
}

function leave(operation: Operation, because: Failure, status: string, moment: Moment): Decision {
  const note = `${operation.identifier} is left behind in status ${status}`;
  return fail(operation, withNote(because, note), moment.now);
}
