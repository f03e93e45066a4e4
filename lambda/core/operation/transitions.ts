import { ERRORS } from '../../contract/errors.ts';
import type { OperationPolicy } from '../../contract/policy.ts';
import type { ExecutionRef } from '../../contract/workflow.ts';
import { imageVersionArn, parseImageVersionArn } from '../image-version/identifier.ts';
import { aliasesStep, removedBy, type UpdatePlan, withGoal } from '../image-version/patch-document.ts';
import type { FullModel } from '../image-version/properties.ts';
import type { OperationRequest } from '../image-version/request.ts';
import { attemptDelay, callDelay, pollDelay } from '../pacing.ts';
import type { CallError, ProgressEvent } from '../ports.ts';
import {
  backOff,
  end,
  fail,
  firstAttempt,
  limitOf,
  lookAgain,
  type Moment,
  poll,
  submitNow,
  withError,
} from './decision.ts';
import { failureOfCall, failureOfRequest, isNotFound, mayBeAliasRefusal, withNote } from './failure.ts';
import type { Decision, Failure, Operation, Phase, PhaseOf, RequestRecord, Work } from './operation.ts';

/**
 * What an operation does next, given what was just seen: the meaning of Cloud Control's answers, as pure
 * functions. The Lambdas call AWS and hand the answers in here; the state machine does what comes out.
 * How a creation that failed is followed up stands in aftermath.ts.
 */

/** An operation before anything was sent. */
export function begin(
  execution: ExecutionRef,
  request: OperationRequest,
  policy: OperationPolicy,
  now: number,
): Operation {
  return {
    execution,
    kind: request.kind,
    policy,
    request,
    ...(request.kind === 'create' ? {} : { identifier: imageVersionArn(request.target) }),
    startedAt: now,
    step: firstAttempt({ name: request.kind }, now),
    phase: request.kind === 'update' ? { name: 'plan' } : { name: 'send' },
    requests: [],
    log: [],
    polls: 0,
  };
}

/** An update's patch is made: it is put into the operation now and sent by the next submit. */
export function planned(operation: Operation, plan: UpdatePlan, current: FullModel, now: number): Decision {
  switch (plan.outcome) {
    case 'patch': {
      const request = withGoal(operation.request, plan.patch);
      return submitNow({ ...operation, request }, { name: 'send', patch: plan.patch, aliases: plan.aliases });
    }
    case 'unchanged':
      // After an attempt that failed midway, it may have been that attempt that brought about what is there.
      return end(
        operation,
        {
          status: 'SUCCEEDED',
          effect: operation.requests.length === 0 ? 'unchanged' : 'updated',
          properties: current,
        },
        now,
      );
    case 'not-updatable':
      return fail(operation, { name: ERRORS.notUpdatable, message: plan.message, retryable: false }, now);
    case 'invalid': {
      const { faults } = plan;
      const message = faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
      return fail(operation, { name: ERRORS.invalidPatch, message, faults, retryable: false }, now);
    }
  }
}

/** Cloud Control took the request. */
export function sent(operation: Operation, event: ProgressEvent, moment: Moment): Decision {
  const { step, phase } = operation;
  const record: RequestRecord = {
    step: step.work.name,
    attempt: step.attempt,
    requestToken: event.requestToken,
    at: moment.now,
    status: event.status,
    polls: 0,
  };
  const awaiting: Phase = {
    name: 'await',
    requestToken: event.requestToken,
    polls: 0,
    ...(phase.name === 'send' && phase.aliases ? { aliases: phase.aliases } : {}),
  };
  return progressed(
    {
      ...operation,
      requests: [...operation.requests, record],
      step: { ...step, callFailures: 0 },
      phase: awaiting,
    },
    event,
    moment,
  );
}

/** A call of the submit Lambda failed: the plan's reads, or the request itself. */
export function submitFailed(operation: Operation, error: CallError, moment: Moment): Decision {
  if (error.transient) {
    const callFailures = operation.step.callFailures + 1;
    const counted = { ...operation, step: { ...operation.step, callFailures } };
    if (callFailures < operation.policy.maxCalls) {
      const noted = withError(counted, error, moment.now);
      return backOff(noted, callDelay(callFailures, moment.random), moment.now);
    }
    return finalFailure(
      counted,
      withNote(failureOfCall(error), `${callFailures} calls in a row`),
      moment.now,
    );
  }
  return requestFailed(operation, failureOfCall(error), moment);
}

/** What Cloud Control says of the outstanding request. */
export function progressed(operation: Operation, event: ProgressEvent, moment: Moment): Decision {
  const seen = noted(operation, event);
  switch (event.status) {
    case 'PENDING':
    case 'IN_PROGRESS':
    case 'CANCEL_IN_PROGRESS':
      return stillRunning(seen, moment, event.retryAfter);
    case 'SUCCESS':
      return seen.phase.name === 'cancel' ? cancelTooLate(seen, seen.phase, moment) : succeeded(seen, moment);
    case 'FAILED':
      return seen.phase.name === 'cancel' && seen.phase.why === 'late'
        ? cancelEnded(seen, seen.phase, `ended FAILED with ${event.errorCode}`, moment)
        : requestFailed(seen, failureOfRequest(event), moment);
    case 'CANCEL_COMPLETE':
      if (seen.phase.name === 'cancel') {
        return cancelEnded(seen, seen.phase, 'ended CANCEL_COMPLETE', moment);
      }
      return requestFailed(seen, CANCELLED, moment);
    default: {
      const message = `Cloud Control answered the status "${event.status}", which is not documented`;
      return finalFailure(seen, { name: ERRORS.unexpectedStatus, message, retryable: false }, moment.now);
    }
  }
}

/** By the API on a caller's behalf, or by somebody past this system: Cloud Control does not tell who. */
const CANCELLED: Failure = {
  name: ERRORS.cancelled,
  message: 'Its Cloud Control request was cancelled; what it had done by then was not rolled back',
  retryable: false,
};

/** A look at the outstanding request failed. One that can get better is made until the deadline. */
export function checkFailed(operation: Operation, error: CallError, moment: Moment): Decision {
  if (!error.transient) {
    if (operation.phase.name === 'cancel') {
      const ended = `its end could not be seen: ${error.name}: ${error.message}`;
      return cancelEnded(operation, operation.phase, ended, moment);
    }
    const failure = withNote(failureOfCall(error), 'the request was sent and may still be running');
    return finalFailure(operation, { ...failure, retryable: false }, moment.now);
  }
  return stillRunning(withError(operation, error, moment.now), moment);
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

/** The deadline passed before the next request was sent. */
export function overdue(operation: Operation, now: number): Decision {
  const what =
    operation.step.callFailures > 0
      ? 'whether its last call was carried out is not known, because no answer to it arrived'
      : 'nothing was outstanding';
  return finalFailure(operation, timedOut(operation, what), now);
}

/** The final properties, or undefined where a read does not see the version yet. */
export function readBack(
  operation: Operation,
  phase: PhaseOf<'read'>,
  model: FullModel | undefined,
  moment: Moment,
): Decision {
  const { effect, looks } = phase;
  if (model) {
    const kept = removedBy(operation.request).filter((name) => model[name] !== undefined);
    // SageMaker's own API has no way to unset a property, so its handler may pass a removal over (unverified).
    const note = kept.length > 0 ? { note: `AWS did not remove ${kept.join(', ')}` } : {};
    return end(operation, { status: 'SUCCEEDED', effect, properties: model, ...note }, moment.now);
  }
  if (looks + 1 < READS) return poll(operation, { ...phase, looks: looks + 1 }, READ_DELAY);
  const note = `the version could not be read back: not found, ${READS} times`;
  return end(operation, { status: 'SUCCEEDED', effect, properties: null, note }, moment.now);
}

/** A version that was just made is not found for a moment: 5 reads, 2 s apart, 8 s in all. */
const READS = 5;
const READ_DELAY = 2;

/** Reading the result failed. The operation has reached its goal all the same, and says what is missing. */
export function readBackFailed(
  operation: Operation,
  phase: PhaseOf<'read'>,
  error: CallError,
  moment: Moment,
): Decision {
  const { effect } = phase;
  const again = lookAgain(operation, phase, error, moment);
  if (again) return again;
  const note = `the version could not be read back: ${error.name}: ${error.message}`;
  return end(operation, { status: 'SUCCEEDED', effect, properties: null, note }, moment.now);
}

/** The step as a whole came to nothing. A new attempt where that can help, else the end. */
export function retryOrFail(operation: Operation, failure: Failure, moment: Moment): Decision {
  const { step, policy } = operation;
  const delay = attemptDelay(step.attempt, moment.random);
  const at = moment.now + delay * 1000;
  const may =
    failure.retryable &&
    step.attempt < policy.maxAttempts &&
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
function finalFailure(operation: Operation, failure: Failure, now: number): Decision {
  const { work, attempt } = operation.step;
  const told = attempt > 1 ? withNote(failure, `${attempt} attempts`) : failure;
  const version = operation.identifier;
  switch (work.name) {
    case 'create':
    case 'update':
    case 'delete':
      return fail(operation, told, now);
    case 'add-aliases': {
      const note = `${version} was created and stays; these aliases were not set: ${work.aliases.join(', ')}`;
      return fail(operation, withNote(told, note), now);
    }
    case 'release-aliases': {
      const because = withNote(told, `while taking aliases from ${work.holder}`);
      return finalFailure({ ...operation, step: work.resume }, because, now);
    }
    case 'remove-orphan': {
      const note = `it left ${version} behind, which could not be removed: ${told.name}: ${told.message}`;
      return fail(operation, withNote(work.because, note), now);
    }
  }
}

/** Where a step starts, and starts again: an update plans anew, because what is there may have changed. */
export function sendPhase(work: Work): Phase {
  switch (work.name) {
    case 'update':
      return { name: 'plan' };
    case 'add-aliases':
      return { name: 'send', patch: [aliasesStep(work.aliases)], aliases: work.aliases };
    case 'release-aliases':
      return { name: 'send', patch: [aliasesStep(work.keep)] };
    case 'create':
    case 'delete':
    case 'remove-orphan':
      return { name: 'send' };
  }
}

function timedOut(operation: Operation, what: string): Failure {
  const { policy, step } = operation;
  const message = `Not done within ${policy.deadlineSeconds} s, at step ${step.work.name}, attempt ${step.attempt}: ${what}`;
  return { name: ERRORS.timedOut, message, retryable: false };
}

/** Keeps what the event tells: the identifier as soon as it is known, and the request's last status. */
function noted(operation: Operation, event: ProgressEvent): Operation {
  // Only what names a version: everything that follows reads image and number off it.
  const named = event.identifier !== undefined && parseImageVersionArn(event.identifier) !== undefined;
  const identifier = operation.step.work.name === 'create' && named ? event.identifier : undefined;
  const last = operation.requests.at(-1);
  const errorCode = event.errorCode ? { errorCode: event.errorCode } : {};
  return {
    ...operation,
    ...(identifier ? { identifier } : {}),
    requests: last
      ? [...operation.requests.slice(0, -1), { ...last, status: event.status, ...errorCode }]
      : operation.requests,
    step: { ...operation.step, callFailures: 0 },
  };
}

function stillRunning(operation: Operation, moment: Moment, retryAfter?: number): Decision {
  const { phase } = operation;
  if (phase.name !== 'await' && phase.name !== 'cancel') return poll(operation, phase, 0);
  if (phase.name === 'cancel' && moment.now >= phase.until) {
    return cancelEnded(operation, phase, 'had not ended when it was last looked at', moment);
  }
  // Never past the limit, so that the deadline is acted on when it comes.
  const limit = phase.name === 'cancel' ? phase.until : limitOf(operation);
  const wait = pollDelay(phase.polls, moment.random, moment.now, retryAfter);
  const seconds = Math.max(1, Math.min(wait, Math.ceil((limit - moment.now) / 1000)));
  return poll(operation, { ...phase, polls: phase.polls + 1 }, seconds);
}

/** The outstanding request did what it was for. */
function succeeded(operation: Operation, moment: Moment): Decision {
  const { request, step, identifier } = operation;
  const { work } = step;
  switch (work.name) {
    case 'create': {
      if (!identifier) {
        const message = `Cloud Control reported a created version without a version's ARN`;
        return fail(operation, { name: ERRORS.unexpectedAnswer, message, retryable: false }, moment.now);
      }
      return created(operation, request.kind === 'create' ? request.aliases : [], moment);
    }
    case 'add-aliases':
      return poll(operation, { name: 'read', effect: 'created', looks: 0 }, 0);
    case 'update':
      return poll(operation, { name: 'read', effect: 'updated', looks: 0 }, 0);
    case 'delete':
      return end(operation, { status: 'SUCCEEDED', effect: 'deleted', properties: null }, moment.now);
    case 'release-aliases':
      return resume(operation, work);
    case 'remove-orphan':
      return fail(operation, work.because, moment.now);
  }
}

/** The aliases are free: the step that was refused for them is tried again. */
function resume(operation: Operation, work: Extract<Work, { readonly name: 'release-aliases' }>): Decision {
  const step = { ...work.resume, attempt: work.resume.attempt + 1, callFailures: 0 };
  return submitNow({ ...operation, step }, sendPhase(step.work));
}

/** A version stands. Its aliases, if any are wanted, are set by a request of their own (fact 5). */
export function created(operation: Operation, aliases: readonly string[], moment: Moment): Decision {
  if (aliases.length === 0) return poll(operation, { name: 'read', effect: 'created', looks: 0 }, 0);
  const work: Work = { name: 'add-aliases', aliases };
  return submitNow({ ...operation, step: firstAttempt(work, moment.now) }, sendPhase(work));
}

/** The request failed, or was refused. What that means depends on what it was for. */
function requestFailed(operation: Operation, failure: Failure, moment: Moment): Decision {
  const { work, attempt } = operation.step;
  const gone = isNotFound(failure.name);
  switch (work.name) {
    case 'create':
      // AlreadyExists names a version that somebody else made: it is not ours to look into, or to remove.
      if (!operation.identifier || failure.name === 'AlreadyExists')
        return retryOrFail(operation, failure, moment);
      return poll(operation, { name: 'examine', because: failure, looks: 0, until: limitOf(operation) }, 0);
    case 'delete': {
      if (!gone) return retryOrFail(operation, failure, moment);
      // After an attempt that failed midway, it may have been that attempt that removed it.
      const effect = attempt === 1 ? 'already-gone' : 'deleted';
      return end(operation, { status: 'SUCCEEDED', effect, properties: null }, moment.now);
    }
    case 'remove-orphan':
      return gone ? fail(operation, work.because, moment.now) : retryOrFail(operation, failure, moment);
    case 'add-aliases':
      // A version that was just made is not found for a moment.
      if (gone) return retryOrFail(operation, { ...failure, retryable: true }, moment);
      return aliasesRefused(operation, failure, moment);
    case 'update':
      return aliasesRefused(operation, failure, moment);
    case 'release-aliases':
      // A version that is gone holds no alias any more.
      return gone ? resume(operation, work) : retryOrFail(operation, failure, moment);
  }
}

function aliasesRefused(operation: Operation, failure: Failure, moment: Moment): Decision {
  const { phase } = operation;
  const aliases = phase.name === 'await' ? (phase.aliases ?? []) : [];
  if (aliases.length === 0 || !mayBeAliasRefusal(failure)) return retryOrFail(operation, failure, moment);
  return poll(operation, { name: 'find-holders', because: failure, aliases }, 0);
}

/** The end of a request that was cancelled, or of the patience with it. */
function cancelEnded(
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

/** The request was cancelled and had done its work all the same. Asked for in time, that is a success. */
function cancelTooLate(operation: Operation, phase: PhaseOf<'cancel'>, moment: Moment): Decision {
  return phase.why === 'asked'
    ? succeeded(operation, moment)
    : cancelEnded(operation, phase, 'ended SUCCESS', moment);
}

/** A caller asked for the operation to be cancelled. What is outstanding is cancelled by the next look. */
export function heedCancellation(decision: Decision, now: number): Decision {
  const { operation } = decision;
  const { phase, step } = operation;
  switch (phase.name) {
    case 'await':
      return poll(operation, { ...phase, cancelRequested: true }, 0);
    case 'plan':
    case 'send': {
      const message = `Cancelled as asked, before step ${step.work.name} was sent`;
      return finalFailure(operation, { name: ERRORS.cancelled, message, retryable: false }, now);
    }
    case 'cancel':
    case 'examine':
    case 'find-holders':
    case 'read':
    case 'ended':
      return decision;
  }
}
