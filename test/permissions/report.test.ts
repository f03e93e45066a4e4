import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RoleResource } from '../../local/assembly/roles.ts';
import { Authorizer } from '../../local/aws/iam/authorizer.ts';
import { grantsOf } from '../../local/aws/iam/grants.ts';
import { usageRecord } from '../../local/aws/iam/usage-record.ts';
import { doubtsAbout } from './doubts.ts';
import { isWhole } from './keep-record.ts';
import { gathered, keep, readKept } from './record.ts';
import { linesOf, reportOn } from './report.ts';

const arn = 'arn:aws:iam::000000000000:role/r';
const table = (name: string) => `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`;
const role: RoleResource = {
  stackName: 'App',
  logicalId: 'Role',
  name: 'r',
  arn,
  id: 'AROAR',
  trust: {},
  statements: [
    {
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
      Resource: [table('a'), table('b')],
    },
    { Effect: 'Deny', Action: 'dynamodb:DeleteItem', Resource: '*' },
  ],
  foreignPolicyArns: [],
};
const grants = grantsOf(role);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'permission-record-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Uses these, by the authorizer that every local run has, and reads back what was written down. */
function recorded(...uses: (readonly [action: string, table: string])[]) {
  const assembly = { functions: [], roles: [role] };
  const authorizer = new Authorizer({ assembly, onUsed: usageRecord(directory) });
  for (const [action, name] of uses) {
    const needed = { action: `dynamodb:${action}`, resource: table(name) };
    authorizer.demandOfRole(arn, 'session', 'us-east-1', needed);
  }
  return gathered(directory);
}

test('each pair of action and resource is a permission of its own, and what is denied is none', () => {
  expect(grants.map(({ role: of, action, resource }) => [of, action, resource])).toEqual([
    ['App/Role', 'dynamodb:GetItem', table('a')],
    ['App/Role', 'dynamodb:GetItem', table('b')],
    ['App/Role', 'dynamodb:PutItem', table('a')],
    ['App/Role', 'dynamodb:PutItem', table('b')],
  ]);
});

test('what was used is written down once, and the rest is told of', () => {
  const used = recorded(['GetItem', 'a'], ['GetItem', 'a'], ['PutItem', 'b']);
  expect(used).toHaveLength(2);
  const report = reportOn(grants, used, []);
  expect(report).toMatchObject({ allowed: 4, used: 2, idle: [] });
  expect(report.unexplained).toEqual([grants[1], grants[2]]);
  expect(linesOf(report).join('\n')).toContain(`App/Role  dynamodb:PutItem  ${table('a')}`);
});

test('what is explained is told of with its reason, and a reason for nothing is, too', () => {
  const reads = { role: /Role$/, action: /GetItem$/, resource: /b$/, reason: 'Because.' };
  const idle = { action: /^s3:/, reason: 'Not needed.' };
  const used = recorded(['GetItem', 'a'], ['PutItem', 'a'], ['PutItem', 'b']);
  const report = reportOn(grants, used, [reads, idle]);
  expect(report.unexplained).toEqual([]);
  expect(report.explained).toEqual(new Map([[reads, [grants[1]]]]));
  expect(report.idle).toEqual([idle]);
  expect(linesOf(report)).toEqual(expect.arrayContaining(['Explained: Because.', '  Not needed.']));
});

test('a reason for what has come to be used is one for nothing', () => {
  const reason = { action: /GetItem$/, reason: 'Because.' };
  const used = recorded(['GetItem', 'a'], ['GetItem', 'b'], ['PutItem', 'a'], ['PutItem', 'b']);
  expect(reportOn(grants, used, [reason])).toMatchObject({ unexplained: [], idle: [reason] });
});

test('a refused call uses nothing', () => {
  expect(() => recorded(['DeleteItem', 'a'])).toThrow('with an explicit deny');
  expect(gathered(directory)).toEqual([]);
});

test('a record that is none is refused', () => {
  writeFileSync(join(directory, '1.jsonl'), '{"role":"App/Role"}\n');
  expect(() => gathered(directory)).toThrow('something that is no used permission: {"role":"App/Role"}');
  const file = join(directory, 'record.json');
  expect(() => readKept(file)).toThrow('npm test leaves one when all tests were run');
  writeFileSync(file, '[]');
  expect(() => readKept(file)).toThrow('is no record of used permissions');
});

test('what is kept is read back, and the next run’s takes its place', () => {
  const file = join(directory, 'kept', 'record.json');
  const first = { startedAt: '2026-11-24T10:00:00.000Z', failed: [], used: recorded(['GetItem', 'a']) };
  const second = { startedAt: '2026-11-24T11:00:00.000Z', failed: ['test/a.test.ts'], used: [] };
  keep(file, first);
  expect(readKept(file)).toEqual(first);
  keep(file, second);
  expect(readKept(file)).toEqual(second);
});

test('a run is whole that had every test of every file', () => {
  const ran = (...files: string[]) =>
    files.map((file) => ({ testFilePath: join(__dirname, '..', '..', file), numFailingTests: 0 }));
  const files = ['test/a.test.ts', 'test/b/c.test.ts'];
  expect(isWhole({ testResults: ran(...files), numPendingTests: 0 }, files)).toBe(true);
  expect(isWhole({ testResults: ran(...files), numPendingTests: 1 }, files)).toBe(false);
  expect(isWhole({ testResults: ran('test/a.test.ts'), numPendingTests: 0 }, files)).toBe(false);
});

describe('a record', () => {
  const startedAt = '2026-11-24T10:00:00.000Z';

  /** Files that were last changed then. */
  function changed(files: Readonly<Record<string, string>>): void {
    for (const folder of ['bin', 'cli', 'examples', 'lambda', 'lib', 'local', 'test/permissions']) {
      mkdirSync(join(directory, folder), { recursive: true });
    }
    for (const [file, at] of Object.entries(files)) {
      writeFileSync(join(directory, file), '');
      utimesSync(join(directory, file), new Date(at), new Date(at));
    }
  }

  test('that is younger than all sources, and of tests that all passed, leaves no doubt', () => {
    changed({ 'lib/a.ts': '2026-11-24T09:00:00Z', 'test/permissions/explained.ts': '2026-11-24T12:00:00Z' });
    expect(doubtsAbout({ startedAt, failed: [] }, directory)).toEqual([]);
  });

  test('that is older than a source, or of a test that failed, says so', () => {
    changed({ 'lib/a.ts': '2026-11-24T09:00:00Z', 'lambda/b.ts': '2026-11-24T10:00:01Z' });
    expect(doubtsAbout({ startedAt, failed: ['test/c.test.ts'] }, directory)).toEqual([
      'What these test files use may be missing, because they failed: test/c.test.ts.',
      `The record is of ${startedAt}, and these files were changed since: lambda/b.ts. Run npm test again.`,
    ]);
  });

  test('names a few of many that were changed', () => {
    changed(
      Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((nth) => [`cli/${nth}.ts`, '2026-11-24T10:00:01Z'])),
    );
    expect(doubtsAbout({ startedAt, failed: [] }, directory)).toEqual([
      expect.stringMatching(/: cli\/\d\.ts(, cli\/\d\.ts){4} and 2 more\. Run npm test again\.$/),
    ]);
  });
});
