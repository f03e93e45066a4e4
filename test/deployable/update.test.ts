import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JsonObject, synthesized } from '../fixtures/stacks.ts';
import { assemblyDirectory } from '../synthesized.ts';
import { stacksIn } from './apps.ts';
import { type Identities, identities, keptOf } from './kept.ts';
import { resourceRules } from './resource-rules.ts';

/** What an update of a deployed stage does to what is there. docs/upgrade.md says it in words. */

const STACKS = ['data', 'workflow', 'inventory', 'query'] as const;

function resourcesWith(context: JsonObject) {
  const stacks = synthesized(context);
  return STACKS.map((name) => ({ name, resources: stacks[name].resources }));
}

const settled: JsonObject = { regions: 'us-east-1,eu-west-1', alarmEmail: 'team@example.com' };
const before = resourcesWith(settled);
const rules = resourceRules(
  before
    .flatMap(({ resources }) => [...resources.values()].map(({ Type }) => Type))
    .filter((type) => type !== 'AWS::CDK::Metadata'),
);

interface Update {
  readonly replaced: readonly string[];
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** What CloudFormation would do to get from the one to the other, changes in place left out. */
function update(from: Identities, to: Identities): Update {
  const ids = Object.keys(from);
  return {
    replaced: ids.filter((id) => to[id] && JSON.stringify(to[id]) !== JSON.stringify(from[id])),
    removed: ids.filter((id) => !to[id]),
    added: Object.keys(to).filter((id) => !from[id]),
  };
}

function updateTo(context: JsonObject): Update {
  return update(identities(before, rules), identities(resourcesWith({ ...settled, ...context }), rules));
}

test('what must stay is what it was when it was last meant to change: see docs/upgrade.md', () => {
  const deployed = stacksIn(assemblyDirectory()).map(({ name, resources }) => ({
    name,
    resources: resources.resources,
  }));
  const noted: unknown = JSON.parse(readFileSync(join(__dirname, 'kept.json'), 'utf8'));
  expect(keptOf(identities(deployed, rules))).toEqual(noted);
});

/** A setting whose change is to leave everything in its place, with another value. */
const SETTINGS: Readonly<Record<string, JsonObject[string]>> = {
  recordRetentionDays: 3650,
  logRetentionDays: 7,
  operationDeadlineMinutes: 480,
  snapshotEveryMinutes: 5,
  fullSnapshotEvery: 3,
  snapshotCallsPerSecond: 7,
  apiRequestsPerSecond: 200,
  maxWaitSeconds: 0,
  reservedConcurrency: 10,
  alarmEmail: 'others@example.com',
};

test.each(Object.entries(SETTINGS))('another %s (%j) replaces, removes and adds nothing', (key, value) => {
  // One subscription goes and one comes, by an id made of the address.
  const subscription = /^workflow AlarmsTopic(team|others)examplecom/;
  const { replaced, removed, added } = updateTo({ [key]: value });
  expect(replaced).toEqual([]);
  expect([...removed, ...added].filter((id) => !subscription.test(id))).toEqual([]);
});

test('every setting of the README is looked at here', () => {
  const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');
  const [, table = ''] = readme.split('| context | | default |');
  const keys = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, key = '']) => key);
  // Another stage is another system, and of the regions is told below.
  expect(keys.sort()).toEqual([...Object.keys(SETTINGS), 'regions', 'stage'].sort());
});

test('another set of regions makes and removes their rules and alarms, and nothing else', () => {
  const { replaced, removed, added } = updateTo({ regions: 'us-east-1,ap-southeast-2' });
  expect(replaced).toEqual([]);
  expect(removed).not.toEqual([]);
  expect(added).not.toEqual([]);
  for (const id of removed)
    expect(id).toMatch(/^inventory (Schedule|AlarmsSnapshotNotRunning)(euwest1|\w*AllowEvent\w*)/);
  for (const id of added)
    expect(id).toMatch(/^inventory (Schedule|AlarmsSnapshotNotRunning)(apsoutheast2|\w*AllowEvent\w*)/);
});

test('naming the stack’s own region takes its rule for one with a name', () => {
  const own = resourcesWith({ alarmEmail: 'team@example.com' });
  const { replaced, removed, added } = update(identities(own, rules), identities(before, rules));
  expect(replaced).toEqual([]);
  expect(removed).not.toEqual([]);
  expect(added).not.toEqual([]);
  for (const id of removed) expect(id).toMatch(/^inventory (Schedule|AlarmsSnapshotNotRunning)OwnRegion/);
  for (const id of added)
    expect(id).toMatch(/^inventory (Schedule|AlarmsSnapshotNotRunning)(useast1|euwest1)/);
});

test('taking the address of alarms away removes the topic and what hangs on it alone', () => {
  const quiet = resourcesWith({ regions: 'us-east-1,eu-west-1' });
  const { replaced, removed, added } = update(identities(before, rules), identities(quiet, rules));
  expect({ replaced, added }).toEqual({ replaced: [], added: [] });
  expect(removed).not.toEqual([]);
  for (const id of removed) expect(id).toMatch(/^workflow AlarmsTopic/);
});

describe('the comparison sees', () => {
  const all = identities(before, rules);
  const [table = ''] = Object.keys(all).filter((id) => all[id]?.type === 'AWS::DynamoDB::Table');
  const changed = (properties: JsonObject): Identities => ({
    ...all,
    [table]: { type: 'AWS::DynamoDB::Table', replacing: { ...all[table]?.replacing, ...properties } },
  });

  test.each<[string, JsonObject]>([
    ['another name', { TableName: 'another' }],
    ['another key', { KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }] }],
  ])('%s of a table as its replacement', (_what, properties) => {
    expect(update(all, changed(properties)).replaced).toEqual([table]);
  });

  test('another logical id as a removal', () => {
    const { [table]: moved, ...rest } = all;
    expect(moved).toBeDefined();
    expect(update(all, rest).removed).toEqual([table]);
  });
});
