/**
 * What the state machine and the Lambdas that it calls must spell alike.
 *
 * Life of the payload: `Begin` wraps whatever an execution was started with as {@link Begun}, so that no
 * caller can pass off an operation of their own making; from the first submit on it is {@link Advanced}.
 */

export const OPERATION_KINDS = ['create', 'update', 'delete'] as const;
/** What a caller asked for. */
export type OperationKind = (typeof OPERATION_KINDS)[number];

/** Where the machine's Choice goes after a Lambda has decided. */
export const NEXT_ACTIONS = {
  /** Run the submit Lambda at once: a plan is to be sent, or the next request is due. */
  submit: 'submit',
  /** Wait `next.seconds`, then run the submit Lambda: a new attempt. */
  backOff: 'back-off',
  /** Wait `next.seconds`, then run the check Lambda. */
  poll: 'poll',
  /** Nothing more to do: write the outcome down. */
  settle: 'settle',
} as const;
type NextAction = (typeof NEXT_ACTIONS)[keyof typeof NEXT_ACTIONS];

export interface Next {
  readonly action: NextAction;
  /** Whole seconds that the machine waits first; 0 where it does not wait. */
  readonly seconds: number;
}

/** Which execution this is, as the machine's context object tells. */
export interface ExecutionRef {
  readonly arn: string;
  /** The operation's id. */
  readonly name: string;
}

/** The payload before the first submit. */
export interface Begun {
  readonly execution: ExecutionRef;
  readonly input: unknown;
}

/** The payload afterwards; `crash` is what the machine's Catch adds when a Lambda gave up. */
export interface Advanced<Operation> {
  readonly execution: ExecutionRef;
  readonly operation: Operation;
  readonly next: Next;
  readonly crash?: Crash;
}

/** The payload of an operation that came to nothing at once: its input has faults, or its id is taken. */
export interface Refused<Refusal> {
  readonly execution: ExecutionRef;
  readonly refusal: Refusal;
  readonly next: Next;
}

export interface Crash {
  readonly Error: string;
  readonly Cause: string;
}

/** After so long a function of the workflows is cut off: by then what its execution began has ended. */
export const FUNCTION_SECONDS = 120;

/** Thrown by a Lambda whose table did not answer; the machine runs that Lambda again. */
export const RECORDS_UNAVAILABLE = 'RecordsUnavailable';
