import { AwsError } from './service.ts';

/** Errors that AWS's front answers before any service sees the call (names: AWS, common errors). */

/** JSON protocols answer it with status 400 (as users report it), REST protocols with 404. */
export function unknownOperation(operation: string, status: 400 | 404 = 400): AwsError {
  return new AwsError('UnknownOperationException', `The local cloud has no operation ${operation}`, status);
}

export function unreadableBody(reason: string): AwsError {
  return new AwsError('SerializationException', reason);
}

export function missingSignature(): AwsError {
  return new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
}

export function incompleteSignature(given: string): AwsError {
  return new AwsError(
    'IncompleteSignatureException',
    `Authorization header requires 'Credential' parameter. Authorization=${given}`,
  );
}

export function bodyTooLarge(limit: number): AwsError {
  return new AwsError('RequestEntityTooLargeException', `The body is longer than ${limit} bytes`, 413);
}

export function internalFailure(): AwsError {
  return new AwsError('InternalFailure', 'The local cloud failed; its own output says why', 500);
}
