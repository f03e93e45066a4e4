import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RoleResource } from '../../local/assembly/roles.ts';
import { Authorizer } from '../../local/aws/iam/authorizer.ts';
import { grantsOf } from '../../local/aws/iam/grants.ts';
import { usageRecord } from '../../local/aws/iam/usage-record.ts';
import { readRecord } from './read-record.ts';
import { linesOf, reportOn } from './report.ts';

const arn = 'arn:aws:iam::000000000000:role/r';
const table = (name: string) => `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`;
const role: RoleResource = {
  stackName: 'App',
  logicalId: 'Role',
  name: 'r',
  arn,
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
  return readRecord(directory);
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
  expect(() => readRecord(directory)).toThrow('npm test leaves one');
});

test('a record that is none is refused', () => {
  writeFileSync(join(directory, '1.jsonl'), '{"role":"App/Role"}\n');
  expect(() => readRecord(directory)).toThrow(
    '1.jsonl has a line that is no used permission: {"role":"App/Role"}',
  );
});
