import * as fc from 'fast-check';

/** What a simulated stack is synthesized with. Other context does not change what happens to operations and snapshots. */
export interface Configuration {
  /** The API's own region first. */
  readonly regions: readonly Region[];
  readonly recordRetentionDays: number;
  readonly operationDeadlineMinutes: number;
  readonly snapshotEveryMinutes: number;
  readonly fullSnapshotEvery: number;
  readonly snapshotCallsPerSecond: number;
  readonly apiRequestsPerSecond: number;
}

const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;
export type Region = (typeof REGIONS)[number];

/** The region that the stacks are deployed to. */
export const OWN_REGION: Region = REGIONS[0];

/** What schedules that were kept run on, unless they say otherwise: a deadline that is shorter than a stall of an hour. */
export const USUAL: Configuration = {
  regions: [OWN_REGION],
  recordRetentionDays: 91,
  operationDeadlineMinutes: 30,
  snapshotEveryMinutes: 60,
  fullSnapshotEvery: 24,
  snapshotCallsPerSecond: 1000,
  apiRequestsPerSecond: 50,
};

/** Context as `--context` gives it. With its own region alone, a stack is synthesized as by default: no region is named. */
export function contextOf({ regions, ...rest }: Configuration): Readonly<Record<string, unknown>> {
  return { ...rest, ...(regions.length > 1 ? { regions: [...regions] } : {}) };
}

/** Each limit as often as all that lies between them. */
function within(least: number, most: number, ...usual: readonly number[]): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(least, most, ...usual), fc.integer({ min: least, max: most }));
}

const regions = fc.subarray(REGIONS.slice(1)).map((others): readonly Region[] => [OWN_REGION, ...others]);

/** At the limits of lib/configuration.ts and between them: a value outside of them fails the synthesis. */
const SETTINGS = {
  regions,
  recordRetentionDays: within(91, 3650),
  operationDeadlineMinutes: within(5, 480, 30, 120),
  snapshotEveryMinutes: within(5, 1440, 60),
  fullSnapshotEvery: within(1, 10_000, 2, 24),
  snapshotCallsPerSecond: within(1, 1000, 20),
  apiRequestsPerSecond: within(1, 10_000, 50),
};

export const configurations: fc.Arbitrary<Configuration> = fc.record(SETTINGS);

/** What another deployment of the same stacks changes: regions mostly, for they change what there is to do. */
export const changes: fc.Arbitrary<Partial<Configuration>> = fc.oneof(
  fc.constant({}),
  fc.record({ regions }),
  fc.record(SETTINGS, { requiredKeys: [] }),
);
