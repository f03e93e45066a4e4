import * as fc from 'fast-check';
import { HANDLER_ERROR_CODES } from '../../local/faults.ts';
import { type Configuration, changes } from './configuration.ts';
import {
  CALL_MISHAPS,
  DELIVERY_MISHAPS,
  FUNCTION_NAMES,
  type HandlerRule,
  IMAGES,
  INVOCATION_MISHAPS,
  type Mishap,
  RULE_NAMES,
  type Schedule,
  type Step,
  type Stock,
} from './schedule.ts';

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

const callersStep: fc.Arbitrary<Step> = fc.oneof(
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

/** A turn costs a start of the local cloud, or the time until all is quiet: so few schedules have one. */
const turn: fc.Arbitrary<Step> = fc
  .tuple(
    after,
    fc.oneof(
      { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.constantFrom(1, 91) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('upgrade' as const), change: changes }) },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('deploy-anew' as const),
          change: changes,
          daysGone: fc.constantFrom(0, 1, 91),
        }),
      },
      { weight: 1, arbitrary: fc.constant({ do: 'restore-tables' as const }) },
    ),
  )
  .map(([seconds, what]) => ({ ...what, after: seconds }));

const turns = fc.oneof(
  { weight: 5, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.tuple(fc.nat({ max: 8 }), turn), { minLength: 1, maxLength: 2, size: 'max' }),
  },
);

const steps: fc.Arbitrary<readonly Step[]> = fc
  .tuple(fc.array(callersStep, { minLength: 1, maxLength: 8, size: 'max' }), turns)
  .map(([asked, between]) => between.reduce((all, [place, one]) => all.toSpliced(place, 0, one), asked));

/** So much that a run of the inventory cannot read it within its time, where the rate is low. */
const stock: fc.Arbitrary<Stock | undefined> = fc.oneof(
  { weight: 24, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.record({
      images: fc.constantFrom(1, 3),
      versions: fc.constantFrom(1, 15),
      aliases: fc.constantFrom(1, 20),
    }),
  },
);

/** Schedules on an app with this configuration. */
export function schedulesOn(configuration: Configuration): fc.Arbitrary<Schedule> {
  return fc
    .record({
      configuration: fc.constant(configuration),
      stock,
      settings: fc.record({
        aliasTaken: fc.constantFrom('refuse' as const, 'move' as const),
        repeatedToken: fc.constantFrom('conflict' as const, 'original' as const),
        identifierShown: fc.constantFrom('at-once' as const, 'at-end' as const),
        expiredItemsStaySeconds: fc.constantFrom(0, 2 * 86_400, 30 * 86_400),
      }),
      steps,
      mishaps: fc.array(mishap, { maxLength: 6, size: 'max' }),
    })
    .map(({ stock: there, ...schedule }) => ({ ...schedule, ...(there ? { stock: there } : {}) }));
}
