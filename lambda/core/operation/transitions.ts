import { ERRORS } from '../../contract/errors.ts';
import type { OperationPolicy } from '../../contract/policy.ts';
import type { ExecutionRef } from '../../contract/workflow.ts';
import { imageVersionArn, parseImageVersionArn } from '../image-version/identifier.ts';
import { aliasesStep, type UpdatePlan, withGoal } from '../image-version/patch-document.ts';
import type { FullModel } from '../image-version/properties.ts';
import type { OperationRequest } from '../image-version/request.ts';
import { callDelay, pollDelay } from '../pacing.ts';
import type { CallError, ProgressEvent } from '../ports.ts';
import { finalFailure, retryOrFail, sendPhase, timedOut } from './attempts.ts';
import { cancelEnded } from './cancellation.ts';
import {
  backOff,
  end,
  fail,
  firstAttempt,
  limitOf,
  type Moment,
  poll,
  submitNow,
  withError,
} from './decision.ts';
import {
  failureOfCall,
  failureOfRequest,
  isNotFound,
  madeNothing,
  mayBeAliasRefusal,
  mayHaveActed,
  mayProceed,
  withNote,
} from './failure.ts';
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
    released: [],
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
          effect: mayHaveActed(operation) ? 'updated' : 'unchanged',
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
    const sent = operation.phase.name === 'send' && !error.throttled;
    const unanswered = sent ? ({ unanswered: true } as const) : {};
    const counted = { ...operation, step: { ...operation.step, ...unanswered, callFailures } };
    if (callFailures < operation.policy.maxCalls) {
      const again = { ...withError(counted, error, moment.now), phase: phaseAfter(operation, error) };
      return backOff(again, callDelay(callFailures, moment.random), moment.now);
    }
    return finalFailure(
      counted,
      withNote(
        failureOfCall(error),
        error.throttled
          ? `${callFailures} calls in a row`
          : `${callFailures} calls in a row; whether one of them was carried out is not known`,
      ),
      moment.now,
    );
  }
  return requestFailed(operation, failureOfCall(error), moment);
}

/**
 * A throttled request was not carried out, and what is there may change before it is sent again: the step starts anew, so
 * that it does not take back what others did meanwhile. Where no answer came, the same is sent.
 */
function phaseAfter({ phase, step }: Operation, error: CallError): Phase {
  return error.throttled ? sendPhase(step.work) : phase;
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
      if (seen.phase.name !== 'cancel') return requestFailed(seen, failureOfRequest(event), moment);
      if (seen.phase.why === 'late') {
        return cancelEnded(seen, seen.phase, `ended FAILED with ${event.errorCode}`, moment);
      }
      // Nobody wants another attempt.
      return requestFailed(seen, { ...failureOfRequest(event), retryable: false }, moment);
    case 'CANCEL_COMPLETE':
      if (seen.phase.name === 'cancel') {
        return cancelEnded(seen, seen.phase, 'ended CANCEL_COMPLETE', moment);
      }
      return requestFailed(seen, CANCELLED, moment);
    default: {
      const about = seen.identifier ? ` (of ${seen.identifier})` : '';
      const message = `Cloud Control answered the status "${event.status}", which is not documented; the request${about} may still be running`;
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

/** The deadline passed before the next request was sent. */
export function overdue(operation: Operation, now: number): Decision {
  const what =
    operation.step.callFailures > 0
      ? 'whether its last call was carried out is not known, because no answer to it arrived'
      : 'nothing was outstanding';
  return finalFailure(operation, timedOut(operation, what), now);
}

/** Keeps what the event tells: the identifier as soon as it is known, and the request's last status. */
function noted(operation: Operation, event: ProgressEvent): Operation {
  const identifier = operation.step.work.name === 'create' ? createdIdentifier(event) : undefined;
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

/**
 * The version that a creation's event names: by its identifier or, where a failed creation has none, in its message
 * (`AWS::SageMaker::ImageVersion [<arn>] failed to create`, AWS's public handler).
 *
 * @returns only what is the ARN of a version: everything that follows reads the number off it
 */
function createdIdentifier({ identifier, statusMessage }: ProgressEvent): string | undefined {
  const told = /\[(arn:[^\]\s]{1,1000})\] failed to create/.exec(statusMessage ?? '')?.[1];
  return [identifier, told].find((arn) => arn !== undefined && parseImageVersionArn(arn) !== undefined);
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
      return aliasesReleased(operation, work, moment);
    case 'remove-orphan':
      return fail(operation, work.because, moment.now);
  }
}

type ReleaseAliases = Extract<Work, { readonly name: 'release-aliases' }>;

/** One version gave its aliases up, or is gone. */
export function aliasesReleased(operation: Operation, work: ReleaseAliases, moment: Moment): Decision {
  const [holder] = work.holders;
  const released = holder ? [...operation.released, holder] : operation.released;
  return nextHolder({ ...operation, released }, work, moment);
}

/** The next holder's turn, or that of the step that was refused for what they hold. */
function nextHolder(operation: Operation, work: ReleaseAliases, moment: Moment): Decision {
  const holders = work.holders.slice(1);
  if (holders.length > 0) {
    const next: Work = { ...work, holders };
    return submitNow({ ...operation, step: firstAttempt(next, moment.now) }, sendPhase(next));
  }
  const step = { ...work.resume, callFailures: 0 };
  return submitNow({ ...operation, step }, sendPhase(step.work));
}

/**
 * A version stands. Its aliases, if any are wanted, are set by a request of their own: an alias that is given at creation
 * stays on the version if its creation fails, and can be neither removed nor used again. This first request needs no plan,
 * because nobody had time to give the version an alias.
 */
export function created(operation: Operation, aliases: readonly string[], moment: Moment): Decision {
  if (aliases.length === 0) return poll(operation, { name: 'read', effect: 'created', looks: 0 }, 0);
  const work: Work = { name: 'add-aliases', aliases };
  const first: Phase = { name: 'send', patch: [aliasesStep(aliases)], aliases };
  return submitNow({ ...operation, step: firstAttempt(work, moment.now) }, first);
}

/**
 * The aliases that a created version has by now were read, before the request that adds the wanted ones is made again. The
 * patch states the full set, so it repeats what others added meanwhile.
 */
export function aliasesPlanned(
  operation: Operation,
  work: Extract<Work, { readonly name: 'add-aliases' }>,
  current: readonly string[],
): Decision {
  const missing = work.aliases.filter((alias) => !current.includes(alias));
  if (missing.length === 0) return poll(operation, { name: 'read', effect: 'created', looks: 0 }, 0);
  return submitNow(operation, {
    name: 'send',
    patch: [aliasesStep([...current, ...missing])],
    aliases: missing,
  });
}

/** The aliases that a holder has by now were read: it keeps those that are not wanted elsewhere. */
export function releasePlanned(
  operation: Operation,
  work: ReleaseAliases,
  current: readonly string[],
  moment: Moment,
): Decision {
  const [holder, ...others] = work.holders;
  const aliases = holder?.aliases.filter((alias) => current.includes(alias)) ?? [];
  if (!holder) return nextHolder(operation, work, moment);
  if (aliases.length === 0) {
    // An earlier attempt may have released them: they point to nothing until they are set again.
    const mayBeOurs = operation.step.attempt > 1 || operation.step.unanswered === true;
    return mayBeOurs ? aliasesReleased(operation, work, moment) : nextHolder(operation, work, moment);
  }
  const held: Work = { ...work, holders: [{ ...holder, aliases }, ...others] };
  const keep = current.filter((alias) => !aliases.includes(alias));
  const step = { ...operation.step, work: held };
  return submitNow({ ...operation, step }, { name: 'send', patch: [aliasesStep(keep)] });
}

/** The request failed, or was refused. What that means depends on what it was for. */
function requestFailed(operation: Operation, failure: Failure, moment: Moment): Decision {
  const { work } = operation.step;
  const gone = isNotFound(failure.name);
  switch (work.name) {
    case 'create':
      if (madeNothing(failure.name)) {
        // Nor is it ours to look into, or to remove, what else it may name.
        const { identifier: _notOurs, ...rest } = operation;
        return retryOrFail(rest, failure, moment);
      }
      if (!operation.identifier) return retryOrFail(operation, failure, moment);
      return poll(operation, { name: 'examine', because: failure, looks: 0, until: limitOf(operation) }, 0);
    case 'delete':
    case 'remove-orphan':
      if (mayProceed(failure.name)) return poll(operation, { name: 'confirm-gone', because: failure }, 0);
      return gone ? saidToBeGone(operation, failure) : retryOrFail(operation, failure, moment);
    case 'release-aliases':
      return gone ? saidToBeGone(operation, failure) : retryOrFail(operation, failure, moment);
    case 'add-aliases':
      // A version that was just made is not found for a moment.
      if (gone && operation.phase.name !== 'cancel') {
        return retryOrFail(operation, { ...failure, retryable: true }, moment);
      }
      return aliasesRefused(operation, failure, moment);
    case 'update':
      return aliasesRefused(operation, failure, moment);
  }
}

/** Should the version stand all the same, the request is made again, unless nobody wants another attempt. */
function saidToBeGone(operation: Operation, failure: Failure): Decision {
  const because = { ...failure, retryable: operation.phase.name !== 'cancel' };
  return poll(operation, { name: 'confirm-gone', because }, 0);
}

function aliasesRefused(operation: Operation, failure: Failure, moment: Moment): Decision {
  const { phase } = operation;
  const aliases = phase.name === 'await' ? (phase.aliases ?? []) : [];
  if (aliases.length === 0 || !mayBeAliasRefusal(failure)) return retryOrFail(operation, failure, moment);
  return poll(operation, { name: 'find-holders', because: failure, aliases }, 0);
}

/** The request was cancelled and had done its work all the same. Asked for in time, that is a success. */
function cancelTooLate(operation: Operation, phase: PhaseOf<'cancel'>, moment: Moment): Decision {
  return phase.why === 'asked'
    ? succeeded(operation, moment)
    : cancelEnded(operation, phase, 'ended SUCCESS', moment);
}
