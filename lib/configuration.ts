import { Aws } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LONGEST_WAIT_SECONDS } from '../lambda/contract/api-limits.ts';
import { LONGEST_DEADLINE_MINUTES } from '../lambda/contract/policy.ts';
import { type ContextKey, meantBy } from './context-keys.ts';

/**
 * What can be set when the app is synthesized, by `--context key=value` or in cdk.json. `bin/app.ts` is the
 * only reader of context; everything below it takes props.
 */
export interface Configuration {
  /** Part of every physical name, so that several stages stand side by side in one account. @default dev */
  readonly stage: string;
  /** Regions whose images may be touched. @default - the region that the stacks are deployed to */
  readonly regions: readonly string[];
  /**
   * Days that the record of a finished operation is kept, and with it its Idempotency-Key. At least 91: Step Functions
   * keeps the name of an execution taken for 90 days after its end, and a key must not be free again before its name.
   * @default 91
   */
  readonly recordRetentionDays: number;
  /** Days that logs are kept; one of the numbers that CloudWatch Logs knows. @default 30 */
  readonly logRetention: RetentionDays;
  /** Minutes after which an operation is cancelled and counts as timed out. @default 120 */
  readonly operationDeadlineMinutes: number;
  /** Minutes from one snapshot of a region's image versions to the next. @default 60 */
  readonly snapshotEveryMinutes: number;
  /** Every so many snapshots everything is read again, not only what seems changed. @default - once a day */
  readonly fullSnapshotEvery: number;
  /** Calls a second and region that a snapshot makes at most, Cloud Control's and SageMaker's together. @default 20 */
  readonly snapshotCallsPerSecond: number;
  /** Requests a second that the API lets in, over all callers together; twice as many may come at once. @default 50 */
  readonly apiRequestsPerSecond: number;
  /**
   * Seconds that the API holds an answer at most, where a caller asks it to wait for an operation's end. While it waits, a
   * function is in use: docs/decisions/017-concurrency.md. 0 to 20. @default 20
   */
  readonly maxWaitSeconds: number;
  /**
   * Concurrent runs that each function of the workflows has to itself, and more than which it does not get.
   * @default - none: all functions of the account share its concurrency
   */
  readonly reservedConcurrency: number | undefined;
  /** Who is told of alarms. @default - nobody: the alarms show in CloudWatch alone */
  readonly alarmEmail: string | undefined;
}

/** A context value that cannot be used: one sentence with the key, what was given and what is wanted. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(key: string, given: unknown, wanted: string) {
    super(`Context "${key}": given ${JSON.stringify(given)}, wanted ${wanted}.`);
  }
}

/**
 * Reads and checks the configuration.
 *
 * @param context all of it; a value given on the command line arrives as text, one in cdk.json as JSON
 * @throws ConfigurationError for the first key that is nearly one of ours, or the first value that cannot be used
 */
export function readConfiguration(context: Readonly<Record<string, unknown>>): Configuration {
  for (const [key, value] of Object.entries(context)) {
    const meant = meantBy(key);
    // Passed over, it would deploy with the default: `--context stagee=prod` the stage dev.
    if (meant) throw new ConfigurationError(key, value, `under the key "${meant}"; there is no key "${key}"`);
  }
  const given = (key: ContextKey) => context[key];
  const number = (key: ContextKey, byDefault: number, least: number, most: number) =>
    wholeNumber(key, given(key), byDefault, least, most);
  // EventBridge's shortest rate is a minute, which a snapshot needs for itself where there is much to read.
  const snapshotEveryMinutes = number('snapshotEveryMinutes', 60, 5, MINUTES_OF_A_DAY);
  return {
    stage: stageOf(given('stage')),
    regions: regionsOf(given('regions')),
    recordRetentionDays: number('recordRetentionDays', 91, 91, 3650),
    logRetention: logRetentionOf(given('logRetentionDays')),
    // A poll is 9 of the 25,000 events that an execution may have, and comes every 14 s on average: 8 hours and
    // the four graces after them are 2,230 polls, or 20,000 events.
    // Cloud Control keeps a request for 7 days and its client token for 36 hours, which is longer.
    operationDeadlineMinutes: number('operationDeadlineMinutes', 120, 5, LONGEST_DEADLINE_MINUTES),
    snapshotEveryMinutes,
    fullSnapshotEvery: number(
      'fullSnapshotEvery',
      Math.ceil(MINUTES_OF_A_DAY / snapshotEveryMinutes),
      1,
      10_000,
    ),
    snapshotCallsPerSecond: number('snapshotCallsPerSecond', 20, 1, 1000),
    // API Gateway's own limit for an account and region is 10,000, unless it is raised.
    apiRequestsPerSecond: number('apiRequestsPerSecond', 50, 1, 10_000),
    maxWaitSeconds: number('maxWaitSeconds', LONGEST_WAIT_SECONDS, 0, LONGEST_WAIT_SECONDS),
    reservedConcurrency:
      given('reservedConcurrency') === undefined ? undefined : number('reservedConcurrency', 1, 1, 1000),
    alarmEmail: alarmEmailOf(given('alarmEmail')),
  };
}

const MINUTES_OF_A_DAY = 24 * 60;

function stageOf(given: unknown): string {
  const stage = given ?? 'dev';
  if (typeof stage === 'string' && /^[a-z]([a-z0-9-]{0,14}[a-z0-9])?$/.test(stage)) return stage;
  throw new ConfigurationError(
    'stage',
    given,
    'up to 16 lower-case letters, digits and dashes, with a letter in front and no dash at the end',
  );
}

function regionsOf(given: unknown): readonly string[] {
  if (given === undefined) return [Aws.REGION];
  const regions: unknown[] =
    typeof given === 'string' ? given.split(',').map((part) => part.trim()) : [given].flat();
  const wanted = 'one or more different region names, such as "us-east-1,eu-west-1"';
  const named = regions.filter(
    (region): region is string => typeof region === 'string' && /^[a-z]{2}(-[a-z]+)+-\d$/.test(region),
  );
  if (named.length === 0 || named.length < regions.length || new Set(named).size < named.length) {
    throw new ConfigurationError('regions', given, wanted);
  }
  return named;
}

function wholeNumber(key: string, given: unknown, byDefault: number, least: number, most: number): number {
  const number = numberOf(given ?? byDefault);
  if (number !== undefined && Number.isInteger(number) && number >= least && number <= most) return number;
  throw new ConfigurationError(key, given, `a whole number from ${least} to ${most}`);
}

/** Only what is written as digits: `Number` would take '', '0x1f' and '1e3' as well. */
function numberOf(given: unknown): number | undefined {
  if (typeof given === 'number') return given;
  return typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : undefined;
}

function logRetentionOf(given: unknown): RetentionDays {
  const known = Object.values(RetentionDays).filter(
    (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
  );
  const number = numberOf(given ?? RetentionDays.ONE_MONTH);
  const retention = known.find((days) => days === number);
  if (retention !== undefined) return retention;
  const wanted = `a number of days that CloudWatch Logs knows: ${known.toSorted((a, b) => a - b).join(', ')}`;
  throw new ConfigurationError('logRetentionDays', given, wanted);
}

function alarmEmailOf(given: unknown): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/.test(given)) return given;
  throw new ConfigurationError('alarmEmail', given, 'an e-mail address');
}
