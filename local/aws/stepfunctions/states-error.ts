/** An error of Amazon States Language: what Retry and Catch see, and what an execution fails with. */
export class StatesError extends Error {
  readonly error: string;
  override readonly cause: string;

  constructor(error: string, cause: string) {
    super(`${error}: ${cause}`);
    this.name = 'StatesError';
    this.error = error;
    this.cause = cause;
  }
}

/**
 * Whether a Retry's or Catch's ErrorEquals takes this error. States.Runtime is taken by nothing and
 * States.DataLimitExceeded only by its name; States.TaskFailed takes all but States.Timeout
 * (Step Functions developer guide, "Handling errors in Step Functions workflows").
 */
export function takesError(errorEquals: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') return false;
  if (errorEquals.includes(error)) return true;
  if (error === 'States.DataLimitExceeded') return false;
  if (errorEquals.includes('States.ALL')) return true;
  return errorEquals.includes('States.TaskFailed') && error !== 'States.Timeout';
}
