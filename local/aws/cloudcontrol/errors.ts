import type { HandlerErrorCode } from '../../faults.ts';
import { AwsError } from '../service.ts';

/** Every error is answered with HTTP 400, whatever the service model says (recorded). */

/** Recorded. */
export function typeNotFound(typeName: string): AwsError {
  return new AwsError('TypeNotFoundException', `The type '${typeName}' cannot be found.`);
}

/** Recorded. */
export function requestTokenNotFound(token: string): AwsError {
  return new AwsError('RequestTokenNotFoundException', `Request with token ${token} was not found`);
}

/** Recorded: of a create whose token was used before. Clients read the earlier RequestToken from it. */
export function clientTokenConflict(clientToken: string, requestToken: string): AwsError {
  return new AwsError(
    'ClientTokenConflictException',
    `ClientToken ${clientToken} is already associated with an existing operation with RequestToken ${requestToken}`,
  );
}

/** Recorded, as is the wording of the violations; that several stand on lines of their own is not. */
export function modelInvalid(violations: readonly string[]): AwsError {
  return new AwsError('ValidationException', `Model validation failed (${violations.join('\n')})`);
}

/** Recorded for a value that lacks a part of the primary identifier. */
export function identifierInvalid(given: string, primaryIdentifier: string): AwsError {
  return validation(`Identifier ${given} is not valid for identifier [/properties/${primaryIdentifier}]`);
}

/** Recorded for createOnlyProperties; that readOnlyProperties are worded alike is unverified. */
export function notUpdatable(
  kind: 'createOnlyProperties' | 'readOnlyProperties',
  names: readonly string[],
): AwsError {
  const paths = names.map((name) => `/properties/${name}`).join(', ');
  return new AwsError('NotUpdatableException', `Invalid patch update: ${kind} [${paths}] cannot be updated`);
}

/** Recorded: cancelling what has ended. */
export function alreadyInStatus(token: string, status: string): AwsError {
  return new AwsError('ValidationException', `Request ${token} is already in status ${status}`);
}

/** Name from the API reference, message unverified. */
export function concurrentOperation(identifier: string, token: string): AwsError {
  return new AwsError(
    'ConcurrentOperationException',
    `Resource ${identifier} is being changed by the request with RequestToken ${token}`,
  );
}

/** As users of other clients report it. */
export function listModelInvalid(typeName: string, violations: readonly string[]): AwsError {
  return new AwsError(
    'InvalidRequestException',
    `Missing or invalid ResourceModel property in ${typeName} list handler request input.Required property: (${violations.join('\n')})`,
  );
}

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** What a resource handler fails with; it ends a request, or answers a read or list. */
export class HandlerFailure extends Error {
  override readonly name = 'HandlerFailure';
  readonly errorCode: HandlerErrorCode;

  constructor(errorCode: HandlerErrorCode, message: string) {
    super(message);
    this.errorCode = errorCode;
  }
}

/** How GetResource and ListResources answer a failed handler (message recorded, names: API reference). */
export function handlerFailed(typeName: string, failure: HandlerFailure, requestToken: string): AwsError {
  return new AwsError(
    EXCEPTIONS[failure.errorCode],
    `${typeName} Handler returned status FAILED: ${failure.message} (HandlerErrorCode: ${failure.errorCode}, RequestToken: ${requestToken})`,
  );
}

const EXCEPTIONS = {
  NotUpdatable: 'NotUpdatableException',
  InvalidRequest: 'InvalidRequestException',
  AccessDenied: 'AccessDeniedException',
  UnauthorizedTaggingOperation: 'HandlerFailureException',
  InvalidCredentials: 'InvalidCredentialsException',
  AlreadyExists: 'AlreadyExistsException',
  NotFound: 'ResourceNotFoundException',
  ResourceConflict: 'ResourceConflictException',
  Throttling: 'ThrottlingException',
  ServiceLimitExceeded: 'ServiceLimitExceededException',
  NotStabilized: 'NotStabilizedException',
  GeneralServiceException: 'GeneralServiceException',
  ServiceInternalError: 'ServiceInternalErrorException',
  ServiceTimeout: 'HandlerFailureException',
  NetworkFailure: 'NetworkFailureException',
  InternalFailure: 'HandlerInternalFailureException',
} as const satisfies Record<HandlerErrorCode, string>;
