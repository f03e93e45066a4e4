import { Token } from 'aws-cdk-lib';
import { ConfigurationError, readConfiguration } from '../../lib/configuration.ts';

function read(context: Readonly<Record<string, unknown>>) {
  return readConfiguration(context);
}

test('without any context', () => {
  const { regions, ...others } = read({});
  expect(others).toEqual({
    stage: 'dev',
    recordRetentionDays: 91,
    logRetention: 30,
    operationDeadlineMinutes: 120,
    snapshotEveryMinutes: 60,
    fullSnapshotEvery: 24,
    snapshotCallsPerSecond: 20,
    apiRequestsPerSecond: 50,
    maxWaitSeconds: 20,
    reservedConcurrency: undefined,
    alarmEmail: undefined,
  });
  expect(regions.map((region) => Token.isUnresolved(region))).toEqual([true]);
});

const good: readonly (readonly [string, unknown, string, unknown])[] = [
  ['stage', 'a', 'stage', 'a'],
  ['stage', 'team-7-prod', 'stage', 'team-7-prod'],
  ['stage', 'sixteen-letters-', 'stage', undefined],
  ['stage', 'sixteen-letters1', 'stage', 'sixteen-letters1'],
  ['regions', 'us-east-1', 'regions', ['us-east-1']],
  ['regions', 'us-east-1, us-gov-west-1', 'regions', ['us-east-1', 'us-gov-west-1']],
  ['regions', ['eu-west-1', 'cn-north-1'], 'regions', ['eu-west-1', 'cn-north-1']],
  ['recordRetentionDays', '91', 'recordRetentionDays', 91],
  ['recordRetentionDays', 3650, 'recordRetentionDays', 3650],
  ['logRetentionDays', '365', 'logRetention', 365],
  ['operationDeadlineMinutes', '5', 'operationDeadlineMinutes', 5],
  ['operationDeadlineMinutes', 480, 'operationDeadlineMinutes', 480],
  ['snapshotEveryMinutes', '5', 'snapshotEveryMinutes', 5],
  ['snapshotEveryMinutes', 1440, 'snapshotEveryMinutes', 1440],
  ['fullSnapshotEvery', '1', 'fullSnapshotEvery', 1],
  ['fullSnapshotEvery', 10_000, 'fullSnapshotEvery', 10_000],
  ['snapshotCallsPerSecond', '1', 'snapshotCallsPerSecond', 1],
  ['snapshotCallsPerSecond', 1000, 'snapshotCallsPerSecond', 1000],
  ['apiRequestsPerSecond', '1', 'apiRequestsPerSecond', 1],
  ['apiRequestsPerSecond', 10_000, 'apiRequestsPerSecond', 10_000],
  ['maxWaitSeconds', '0', 'maxWaitSeconds', 0],
  ['maxWaitSeconds', 20, 'maxWaitSeconds', 20],
  ['reservedConcurrency', '1', 'reservedConcurrency', 1],
  ['reservedConcurrency', 1000, 'reservedConcurrency', 1000],
  ['alarmEmail', 'team@example.com', 'alarmEmail', 'team@example.com'],
];
test.each(good.filter(([, , , wanted]) => wanted !== undefined))(
  '%s may be %j',
  (key, given, field, wanted) => {
    expect(read({ [key]: given })).toMatchObject({ [field]: wanted });
  },
);

test.each([
  [5, 288],
  ['30', 48],
  // Two of them are less than a day.
  [500, 3],
  [1440, 1],
])(
  'a snapshot each %j minutes is a full one once a day at least, where nothing else is said',
  (minutes, every) => {
    expect(read({ snapshotEveryMinutes: minutes })).toMatchObject({ fullSnapshotEvery: every });
  },
);

const NUMBER = /wanted a whole number from \d+ to \d+\.$/;
const STAGE = /wanted up to 16 lower-case letters/;
const REGIONS = /wanted one or more different region names/;
const RETENTION = /wanted a number of days that CloudWatch Logs knows: 1, 3, 5, 7, .*3653\.$/;
const EMAIL = /wanted an e-mail address\.$/;

const bad: readonly (readonly [string, unknown, RegExp])[] = [
  ['stage', '', STAGE],
  ['stage', 'Dev', STAGE],
  ['stage', '1dev', STAGE],
  ['stage', 'dev_1', STAGE],
  ['stage', 'dev-', STAGE],
  ['stage', '-', STAGE],
  ['stage', 'seventeen-letters', STAGE],
  ['stage', 'dev\n', STAGE],
  ['stage', 5, STAGE],
  ['regions', '', REGIONS],
  ['regions', 'us-east-1,', REGIONS],
  ['regions', 'us-east-1,us-east-1', REGIONS],
  ['regions', 'us-east-1 eu-west-1', REGIONS],
  ['regions', 'everywhere', REGIONS],
  ['regions', '*', REGIONS],
  ['regions', [], REGIONS],
  ['regions', [1], REGIONS],
  ['regions', [['us-east-1']], REGIONS],
  ['regions', null, REGIONS],
  ['regions', { first: 'us-east-1' }, REGIONS],
  ['recordRetentionDays', 0, NUMBER],
  // An execution's name is taken for 90 days after its end.
  ['recordRetentionDays', 90, NUMBER],
  ['recordRetentionDays', 3651, NUMBER],
  ['recordRetentionDays', 1.5, NUMBER],
  ['recordRetentionDays', 'soon', NUMBER],
  ['recordRetentionDays', '', NUMBER],
  ['recordRetentionDays', '1e2', NUMBER],
  ['recordRetentionDays', '-1', NUMBER],
  ['recordRetentionDays', true, NUMBER],
  ['operationDeadlineMinutes', 4, NUMBER],
  // Longer, and the polls of one execution would outgrow its 25,000 events.
  ['operationDeadlineMinutes', 481, NUMBER],
  ['operationDeadlineMinutes', '2 h', NUMBER],
  ['snapshotEveryMinutes', 4, NUMBER],
  ['snapshotEveryMinutes', 1441, NUMBER],
  ['snapshotEveryMinutes', '1 h', NUMBER],
  ['snapshotEveryMinutes', 7.5, NUMBER],
  ['fullSnapshotEvery', 0, NUMBER],
  ['fullSnapshotEvery', 10_001, NUMBER],
  ['snapshotCallsPerSecond', 0, NUMBER],
  ['snapshotCallsPerSecond', 1001, NUMBER],
  ['snapshotCallsPerSecond', 'many', NUMBER],
  ['apiRequestsPerSecond', 0, NUMBER],
  ['apiRequestsPerSecond', 10_001, NUMBER],
  ['apiRequestsPerSecond', '50/s', NUMBER],
  ['maxWaitSeconds', -1, NUMBER],
  ['maxWaitSeconds', 21, NUMBER],
  ['maxWaitSeconds', '5 s', NUMBER],
  ['reservedConcurrency', 0, NUMBER],
  ['reservedConcurrency', 1001, NUMBER],
  ['reservedConcurrency', '', NUMBER],
  ['logRetentionDays', 2, RETENTION],
  ['logRetentionDays', 9999, RETENTION],
  ['logRetentionDays', 'for ever', RETENTION],
  ['alarmEmail', '', EMAIL],
  ['alarmEmail', 'team', EMAIL],
  ['alarmEmail', 'a@example.com,b@example.com', EMAIL],
  ['alarmEmail', 'a b@example.com', EMAIL],
  ['alarmEmail', 5, EMAIL],
];
test.each(bad)('%s may not be %j', (key, given, wanted) => {
  expect(() => read({ [key]: given })).toThrow(ConfigurationError);
  expect(() => read({ [key]: given })).toThrow(`Context "${key}": given ${JSON.stringify(given)}, `);
  expect(() => read({ [key]: given })).toThrow(wanted);
});

test.each([
  ['stagee', 'stage'],
  ['Stage', 'stage'],
  ['stge', 'stage'],
  ['tsage', 'stage'],
  ['region', 'regions'],
  ['REGIONS', 'regions'],
  ['logretentiondays', 'logRetentionDays'],
  ['alarmMail', 'alarmEmail'],
  ['maxWaitSecond', 'maxWaitSeconds'],
])('the key %s is refused, and %s named: its value would be passed over', (key, meant) => {
  expect(() => read({ stage: 'dev', [key]: 'prod' })).toThrow(ConfigurationError);
  expect(() => read({ stage: 'dev', [key]: 'prod' })).toThrow(
    `Context "${key}": given "prod", wanted under the key "${meant}"; there is no key "${key}".`,
  );
});

test.each([
  '@aws-cdk/core:stage',
  'aws:cdk:stage',
  'cli-stage',
  'aws-cdk:stage',
  'availability-zones:account=123456789012:region=us-east-1',
  'team',
  'owner',
  'region-of-the-bucket',
])('the key %s is of others, and passes', (key) => {
  expect(read({ [key]: 'x' })).toMatchObject({ stage: 'dev' });
});
