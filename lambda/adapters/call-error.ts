import { CallError } from '../core/ports.ts';

/**
 * From the SDK's errors to core's {@link CallError}. What counts is the error's *name*: Cloud Control's model
 * gives 404, 409 and 429 where recorded answers say 400. The status matters only for 5xx.
 */

const THROTTLED: readonly string[] = [
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestThrottled',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
];

/**
 * The handler of the resource type, or a service behind it, was unwell: the synchronous forms of the request
 * error codes ServiceInternalError, NetworkFailure and Throttling. By name, because they too come with 400.
 */
const UNWELL: readonly string[] = [
  'ServiceInternalErrorException',
  'NetworkFailureException',
  'HandlerInternalFailureException',
  'InternalFailure',
  'InternalServerError',
  'ServiceUnavailable',
  'ServiceUnavailableException',
];

/** What Node and the SDK call a request that found no server, or an answer that did not arrive. */
const BROKEN_OFF: readonly string[] = [
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ERR_SOCKET_CLOSED',
  'UND_ERR_SOCKET',
  'TimeoutError',
  'RequestTimeout',
];

/** Runs one call; whatever AWS or the network makes of it comes out as a {@link CallError}. */
export async function called<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toCallError(error);
  }
}

/** Runs one call to which AWS may answer, by one of these names, that there is nothing. */
export async function calledUnless<T>(
  absent: readonly string[],
  call: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await called(call);
  } catch (error) {
    if (error instanceof CallError && absent.includes(error.name)) return undefined;
    throw error;
  }
}

/** An error that is none of AWS's or the network's is a fault of ours and is passed on as it is. */
function toCallError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CallError) return error;
  const status = statusOf(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const brokenOff = [error.name, code].find((one) => one !== undefined && BROKEN_OFF.includes(one));
  if (status === undefined && brokenOff === undefined) return error;
  const passing = THROTTLED.includes(error.name) || UNWELL.includes(error.name);
  const transient = brokenOff !== undefined || passing || (status ?? 0) >= 500;
  const name = brokenOff ?? error.name;
  const message = error.message || `The call to ${hostOf(error)} was broken off`;
  return new CallError(name, message, transient, THROTTLED.includes(error.name));
}

/** HTTP status of an answer; undefined where there was none. */
function statusOf(error: Error): number | undefined {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null)
    return undefined;
  const { $metadata } = error;
  return 'httpStatusCode' in $metadata && typeof $metadata.httpStatusCode === 'number'
    ? $metadata.httpStatusCode
    : undefined;
}

function hostOf(error: Error): string {
  return 'address' in error && typeof error.address === 'string' ? error.address : 'AWS';
}
