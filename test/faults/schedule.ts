import * as fc from 'fast-check';
import { HANDLER_ERROR_CODES } from '../../local/faults.ts';

/**
 * A fault schedule: what callers ask for, one after another, and what goes wrong meanwhile. Plain data, so that it is
 * made from a seed, shrunk when it fails, and printed as the trace that it is.
 */
export interface Schedule {
  readonly settings: Behaviour;
  readonly steps: readonly Step[];
  readonly mishaps: readonly Mishap[];
}

/** Where AWS leaves room, either way: both have to do. */
interface Behaviour {
  readonly aliasTaken: 'refuse' | 'move';
  readonly repeatedToken: 'conflict' | 'original';
  readonly identifierShown: 'at-once' | 'at-end';
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
);

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

const FUNCTION_NAMES = [
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

const CALL_MISHAPS = [
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

const INVOCATION_MISHAPS = ['kill-before', 'kill-after', 'run-twice', 'refuse'] as const;
export type InvocationMishap = (typeof INVOCATION_MISHAPS)[number];

const RULE_NAMES = ['sweep', 'execution-ended', 'snapshot-own-region', 'snapshot-requested'] as const;
type RuleName = (typeof RULE_NAMES)[number];

const DELIVERY_MISHAPS = ['lose', 'twice', 'refuse'] as const;
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

const image = fc.nat({ max: IMAGES - 1 });
const version = fc.integer({ min: 1, max: 3 });
const aliases = fc.subarray(['gpu', 'stable']);
const keyed = fc.boolean();
const by = fc.oneof(
  { weight: 7, arbitrary: fc.constant('api' as const) },
  { weight: 1, arbitrary: fc.constant('hand' as const) },
);
/** Mostly at once, so that much happens at the same time. */
const after = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }) },
  { weight: 1, arbitrary: fc.integer({ min: 7, max: 90 }) },
);
const of = fc.nat({ max: 7 });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('create' as const), image, aliases, keyed, by, after }),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      { do: fc.constant('update' as const), image, version, aliases, keyed, by, after },
      { requiredKeys: ['do', 'image', 'version', 'keyed', 'by', 'after'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('delete' as const), image, version, keyed, by, after }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'repeat' as const,
        'repeat' as const,
        'cancel' as const,
        'stop' as const,
        'start-again' as const,
      ),
      of,
      after,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('snapshot' as const),
      by: fc.constantFrom('schedule' as const, 'api' as const),
      after,
    }),
  },
);

const nth = fc.integer({ min: 1, max: 12 });
const fn = fc.constantFrom(...FUNCTION_NAMES);

const handlerRule: fc.Arbitrary<HandlerRule> = fc
  .record({
    image,
    times: fc.integer({ min: 1, max: 3 }),
    handler: fc.constantFrom('CREATE' as const, 'CREATE' as const, 'UPDATE' as const, 'DELETE' as const),
    effect: fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('fail-request' as const),
          errorCode: fc.constantFrom(...HANDLER_ERROR_CODES),
          when: fc.constantFrom('before' as const, 'after' as const),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('stall' as const), seconds: fc.constantFrom(30, 3600) }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constantFrom('create-failed' as const, 'forget-client-tokens' as const),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('status' as const),
          value: fc.constantFrom('PENDING', 'NEVER_HEARD_OF'),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('error' as const),
          name: fc.constantFrom(
            'ConcurrentOperationException',
            'NetworkFailureException',
            'ServiceInternalErrorException',
            'HandlerInternalFailureException',
          ),
        }),
      },
    ),
  })
  .map(({ effect, ...rule }) => ({ ...rule, ...effect }));

/** What GetResource does just after a create. */
const notYetThere: fc.Arbitrary<HandlerRule> = image.map((which) => ({
  image: which,
  times: 1,
  handler: 'READ',
  kind: 'error',
  name: 'ResourceNotFoundException',
}));

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      at: fc.constant('call' as const),
      fn,
      nth,
      what: fc.constantFrom(...CALL_MISHAPS),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      at: fc.constant('invocation' as const),
      fn,
      nth: fc.integer({ min: 1, max: 5 }),
      what: fc.constantFrom(...INVOCATION_MISHAPS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      at: fc.constant('delivery' as const),
      rule: fc.constantFrom(...RULE_NAMES),
      nth: fc.integer({ min: 1, max: 4 }),
      what: fc.constantFrom(...DELIVERY_MISHAPS),
    }),
  },
  { weight: 6, arbitrary: handlerRule.map((rule) => ({ at: 'handler' as const, rule })) },
  { weight: 1, arbitrary: notYetThere.map((rule) => ({ at: 'handler' as const, rule })) },
);

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  settings: fc.record({
    aliasTaken: fc.constantFrom('refuse' as const, 'move' as const),
    repeatedToken: fc.constantFrom('conflict' as const, 'original' as const),
    identifierShown: fc.constantFrom('at-once' as const, 'at-end' as const),
  }),
  steps: fc.array(step, { minLength: 1, maxLength: 8, size: 'max' }),
  mishaps: fc.array(mishap, { maxLength: 6, size: 'max' }),
});
