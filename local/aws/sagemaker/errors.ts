import { AwsError } from '../service.ts';

/** Names as in SageMaker's service model; the messages of `modifiedConcurrently` and `imageInInvalidState` are known from reports. */

export function resourceNotFound(what: string): AwsError {
  return new AwsError('ResourceNotFound', `${what} does not exist.`);
}

export function resourceInUse(message: string): AwsError {
  return new AwsError('ResourceInUse', message);
}

/** Another version of the image is being created or deleted, or this one is. */
export function modifiedConcurrently(): AwsError {
  return resourceInUse('Resource was modified concurrently');
}

export function limitExceeded(message: string): AwsError {
  return new AwsError('ResourceLimitExceeded', message);
}

/** As users report it of an image that is not CREATED (its creation may have failed, or still go on). */
export function imageInInvalidState(imageName: string): AwsError {
  return invalid(`Image ${imageName} is in an invalid state.`);
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** What an alias that nobody holds is answered with. */
export function accessDenied(message: string): AwsError {
  return new AwsError('AccessDeniedException', message);
}
