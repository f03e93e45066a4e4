import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { judgeLicence } from './licences.ts';
import { type Installed, readInstalled } from './lockfile.ts';

const ROOT = join(__dirname, '..', '..');
const installed = readInstalled();

const anyPackage: Installed = {
  name: 'some-package',
  path: 'node_modules/some-package',
  version: '1.0.0',
  development: true,
};

test('every package is here under a licence that it may have', () => {
  const refused = installed
    .map((one) => ({ path: one.path, ...judgeLicence(one) }))
    .filter(({ kind }) => kind === 'refused');
  expect(refused).toEqual([]);
});

test('the lockfile says of licences what the packages say themselves', () => {
  const described = z.object({ license: z.optional(z.string()) });
  const told = installed.flatMap(({ path, license }) => {
    const file = join(ROOT, path, 'package.json');
    // Those of other platforms are not on this machine.
    if (!existsSync(file)) return [];
    const parsed = described.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success && parsed.data.license !== undefined
      ? [{ path, license, own: parsed.data.license }]
      : [];
  });
  expect(told.length).toBeGreaterThan(300);
  expect(told.filter(({ license, own }) => license !== own)).toEqual([]);
});

test.each([
  ['MIT', false, 'permissive'],
  ['MIT OR Apache-2.0', false, 'permissive'],
  ['(MIT OR GPL-3.0-or-later)', false, 'permissive'],
  ['Apache-2.0 AND MIT', false, 'permissive'],
  ['Apache-2.0 AND GPL-3.0-only', true, 'refused'],
  ['AGPL-3.0-or-later', true, 'refused'],
  ['SEE LICENSE IN LICENSE', true, 'refused'],
  [undefined, true, 'refused'],
] as const)('%s (a tool: %j) is %s', (license, development, kind) => {
  const one = { ...anyPackage, development, ...(license === undefined ? {} : { license }) };
  expect(judgeLicence(one).kind).toBe(kind);
});

test('a tool that is on the list is refused as soon as what is deployed needs it', () => {
  const tool = { ...anyPackage, name: '@cloud-copilot/iam-simulate', license: 'AGPL-3.0-or-later' };
  expect(judgeLicence(tool).kind).toBe('tool');
  expect(judgeLicence({ ...tool, development: false }).kind).toBe('refused');
});
