import { ERRORS } from '../../contract/errors.ts';
import type { CallError, ProgressEvent } from '../ports.ts';
import type { Failure, Operation } from './operation.ts';

/**
 * Which failures can get better. A request that failed with one of these is made anew; everything else is
 * final at once, under AWS's own name and message.
 * Source: the codes that Cloud Control documents as retryable. ServiceTimeout is not classified there.
 */
const RETRYABLE_CODES: readonly string[] = [
  'Throttling',
  'ServiceInternalError',
  'NetworkFailure',
  'ResourceConflict',
];

/**
 * Names with which Cloud Control refuses a call because the resource is being changed by another request:
 * the same state of affairs that a request is told of as ResourceConflict, and it passes the same way.
 */
const BUSY: readonly string[] = ['ConcurrentOperationException', 'ResourceConflictException'];

/** Another change of the same image or version is going on: it passes, but may take minutes. */
export function isBusy(name: string): boolean {
  return name === 'ResourceConflict' || BUSY.includes(name);
}

/**
 * A create that failed with these did not make the version that Cloud Control may name: AlreadyExists names
 * somebody else's, and a conflict was refused before anything was made.
 */
export function madeNothing(name: string): boolean {
  return name === 'AlreadyExists' || isBusy(name);
}

/**
 * Whether a request of the step that is under way, before the one that was just refused, may have done its work: one
 * that failed midway, or of which nothing was heard.
 */
export function mayHaveActed({ resumed, step, requests }: Operation): boolean {
  const harmless = (errorCode: string | undefined) =>
    errorCode !== undefined && (madeNothing(errorCode) || isNotFound(errorCode));
  return (
    resumed === true ||
    step.unanswered === true ||
    requests.some((one) => one.step === step.work.name && !harmless(one.errorCode))
  );
}

/**
 * A deletion that failed with these may be under way in SageMaker all the same. AWS's public handler answers
 * GeneralServiceException for a state that it does not expect while the deletion proceeds, and the other codes end the
 * handler's wait and not SageMaker's work.
 */
const WHILE_DELETING: readonly string[] = [
  'GeneralServiceException',
  'NotStabilized',
  'ServiceTimeout',
  'InternalFailure',
];

/** Whether a deletion may go on, or may be done, although its request failed. */
export function mayProceed(name: string): boolean {
  return WHILE_DELETING.includes(name);
}

/** With these an update can have been refused because another version holds an alias that it adds. */
const ALIAS_REFUSALS: readonly string[] = [
  'ResourceConflict',
  'AlreadyExists',
  'InvalidRequest',
  'GeneralServiceException',
];

/**
 * SageMaker's words (ValidationException, seen as InvalidRequest) for a new version of an image that is not CREATED. An
 * image that is being made or changed becomes CREATED; one whose creation failed does not, and the attempts end.
 */
const IMAGE_NOT_READY = 'is in an invalid state';

/** The failure that a FAILED request tells of. */
export function failureOfRequest(event: ProgressEvent): Failure {
  const name = event.errorCode ?? ERRORS.unexpectedAnswer;
  const message = event.statusMessage ?? 'Cloud Control gave the request neither a message nor a reason';
  const notReady = name === 'InvalidRequest' && message.includes(IMAGE_NOT_READY);
  return { name, message, retryable: notReady || RETRYABLE_CODES.includes(name) };
}

/** The failure that a refused call tells of, once the call is not to be repeated as it is. */
export function failureOfCall(error: CallError): Failure {
  return { name: error.name, message: error.message, retryable: BUSY.includes(error.name) };
}

export function isNotFound(name: string): boolean {
  return name === 'NotFound' || name === 'ResourceNotFoundException';
}

export function mayBeAliasRefusal(failure: Failure): boolean {
  return ALIAS_REFUSALS.includes(failure.name);
}

/** The same failure with something added to its message. */
export function withNote(failure: Failure, note: string): Failure {
  return { ...failure, message: `${failure.message} (${note})` };
}

/**
 * The request that a ClientTokenConflictException speaks of: the same one, sent before by a Lambda whose
 * answer was lost. Its message ends in the request token (recorded); undefined where it does not.
 */
export function conflictingRequest(error: CallError): string | undefined {
  if (error.name !== 'ClientTokenConflictException') return undefined;
  return /RequestToken[\s:=]+([0-9A-Za-z-]+)/.exec(error.message)?.[1];
}
