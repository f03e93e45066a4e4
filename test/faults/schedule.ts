import type { Configuration } from './configuration.ts';

/**
 * A fault schedule: what callers ask for, one after another, and what goes wrong meanwhile. Plain data, so that it is
 * made from a seed, shrunk when it fails, and printed as the trace that it is.
 */
export interface Schedule {
  /** What the app is deployed with at first, where it is not as usual. */
  readonly configuration?: Partial<Configuration>;
  /** What is in the store before anything is asked for. @default - nothing but the images that callers use */
  readonly stock?: Stock;
  readonly settings: Behaviour;
  readonly steps: readonly Step[];
  readonly mishaps: readonly Mishap[];
}

/** Where AWS leaves room, either way: both have to do. */
interface Behaviour {
  readonly aliasTaken: 'refuse' | 'move';
  readonly repeatedToken: 'conflict' | 'original';
  readonly identifierShown: 'at-once' | 'at-end';
  /** How long DynamoDB keeps what has expired. @default two days */
  readonly expiredItemsStaySeconds?: number;
}

/** More images, of so many versions each, of so many aliases each. */
export interface Stock {
  readonly images: number;
  readonly versions: number;
  readonly aliases: number;
}

/** What a caller does, so many seconds of the clock after the one before. `of` counts the operations asked for so far. */
export type Step = { readonly after: number } & (
  | {
      readonly do: 'create';
      readonly image: number;
      readonly aliases: readonly string[];
      readonly keyed: boolean;
      readonly by: Door;
    }
  | {
      readonly do: 'update';
      readonly image: number;
      readonly version: number;
      /** Absent: they stay as they are. */
      readonly aliases?: readonly string[];
      readonly keyed: boolean;
      readonly by: Door;
    }
  | {
      readonly do: 'delete';
      readonly image: number;
      readonly version: number;
      readonly keyed: boolean;
      readonly by: Door;
    }
  | { readonly do: 'repeat' | 'cancel' | 'stop' | 'start-again'; readonly of: number }
  | { readonly do: 'snapshot'; readonly by: 'schedule' | 'api' }
  | Turn
);

/** What happens to the whole system. */
export type Turn =
  /** Nothing is asked for, and nothing runs, for so many days. */
  | { readonly do: 'wait'; readonly days: 1 | 91 }
  /** The stacks are updated amid all that runs. */
  | { readonly do: 'upgrade'; readonly change: Partial<Configuration> }
  /** The stacks are removed amid all that runs; so many days later they are deployed again, over the tables that stayed. */
  | {
      readonly do: 'deploy-anew';
      readonly change: Partial<Configuration>;
      readonly daysGone: 0 | 1 | 91;
    }
  /** Operations' tables are put back to what they were before the first step, as from a backup. */
  | { readonly do: 'restore-tables' };

/** The API, or StartExecution by hand. */
export type Door = 'api' | 'hand';

/** What goes wrong, once: at the so-manieth call, invocation or delivery from the schedule's beginning. */
export type Mishap =
  | { readonly at: 'call'; readonly fn: FunctionName; readonly nth: number; readonly what: CallMishap }
  | {
      readonly at: 'invocation';
      readonly fn: FunctionName;
      readonly nth: number;
      readonly what: InvocationMishap;
    }
  | { readonly at: 'delivery'; readonly rule: RuleName; readonly nth: number; readonly what: DeliveryMishap }
  | { readonly at: 'handler'; readonly rule: HandlerRule };

export const FUNCTION_NAMES = [
  'api-write',
  'api-read',
  'submit-create',
  'submit-update',
  'submit-delete',
  'check',
  'settle',
  'execution-ended',
  'sweep',
  'inventory',
  'api-inventory',
] as const;
type FunctionName = (typeof FUNCTION_NAMES)[number];

export const CALL_MISHAPS = [
  /** Refused for its rate. */
  'throttle',
  /** Answered with 5xx before anything is done. */
  'fault',
  /** Broken off before the work; and after it. */
  'break-off',
  'lose-answer',
  /** Done twice, as when the SDK repeats a call whose answer was lost: a condition that held holds no more. */
  'twice',
  /** The function dies before the call, or after it. */
  'kill-before',
  'kill-after',
  'time-out',
  /** Others overtake it. */
  'slow',
] as const;
export type CallMishap = (typeof CALL_MISHAPS)[number];

export const INVOCATION_MISHAPS = ['kill-before', 'kill-after', 'run-twice', 'refuse'] as const;
export type InvocationMishap = (typeof INVOCATION_MISHAPS)[number];

/** `snapshot-scheduled`: those of every region together. */
export const RULE_NAMES = ['sweep', 'execution-ended', 'snapshot-scheduled', 'snapshot-requested'] as const;
type RuleName = (typeof RULE_NAMES)[number];

export const DELIVERY_MISHAPS = ['lose', 'twice', 'refuse'] as const;
export type DeliveryMishap = (typeof DELIVERY_MISHAPS)[number];

/** What Cloud Control's and SageMaker's own side does, as the local cloud's fault rules have it. */
export type HandlerRule = {
  readonly image: number;
  readonly times: number;
  readonly handler: 'CREATE' | 'UPDATE' | 'DELETE' | 'READ';
} & (
  | { readonly kind: 'fail-request'; readonly errorCode: string; readonly when: 'before' | 'after' }
  | { readonly kind: 'stall'; readonly seconds: number }
  | { readonly kind: 'create-failed' | 'forget-client-tokens' }
  | { readonly kind: 'status'; readonly value: string }
  | { readonly kind: 'error'; readonly name: string }
);

export const IMAGES = 2;
