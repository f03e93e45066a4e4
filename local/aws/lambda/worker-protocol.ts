/** What the runtime and the worker thread of a function say to each other. */
import type { SharedClock } from '../../clock.ts';

export interface WorkerStart {
  readonly clock: SharedClock;
  readonly assetDirectory: string;
  readonly handler: string;
  /** Whether the clock may jump while the function only sleeps: see `clock-timers.ts`. */
  readonly clockTimers: boolean;
}

/** The parts of Lambda's context object that are data. */
interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

export interface WorkerInvocation {
  readonly kind: 'invocation';
  /** JSON text. */
  readonly event: string;
  readonly context: InvocationContext;
  /** Epoch milliseconds of the clock at which the function times out. */
  readonly deadline: number;
}

/** Ends the sleeps that are due at this time, in epoch milliseconds of the clock. */
interface WorkerWake {
  readonly kind: 'wake';
  readonly now: number;
}

export type WorkerOrder = WorkerInvocation | WorkerWake;

/** The body of an answer that has `X-Amz-Function-Error`. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export type WorkerMessage =
  /** The handler is loaded. */
  | { readonly kind: 'ready' }
  /** The function only sleeps, until this time of the clock in epoch milliseconds. */
  | { readonly kind: 'asleep'; readonly until: number }
  /** JSON text. */
  | { readonly kind: 'result'; readonly payload: string }
  | { readonly kind: 'failure'; readonly failure: FunctionFailure }
  /** The thread cannot go on: its code did not load, or threw outside of an invocation. */
  | { readonly kind: 'broken'; readonly failure: FunctionFailure };
