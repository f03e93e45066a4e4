/** How a test makes invocations go wrong. */
export interface InvocationFaults {
  /**
   * Asked before each invocation.
   * @param number - counts the function's invocations, from 1
   */
  faultOf(functionName: string, number: number): InvocationFault;
}

export type InvocationFault =
  | { readonly kind: 'none' }
  /** The sandbox dies before the handler starts, or after it has done its work and before it answers. */
  | { readonly kind: 'kill'; readonly when: 'before' | 'after' }
  /** Lambda delivers the event twice; the caller gets the second answer. */
  | { readonly kind: 'run-twice' }
  /** Lambda itself refuses, and the function does not run. */
  | { readonly kind: 'refuse'; readonly error: 'TooManyRequestsException' | 'ServiceException' };

export const noFaults: InvocationFaults = { faultOf: () => ({ kind: 'none' }) };
