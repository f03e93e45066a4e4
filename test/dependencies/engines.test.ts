import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEngines, readInstalled } from './lockfile.ts';

/** The Node versions that the README names are those that package.json and every package take: `npm ci` warns of none. */

type Version = readonly [major: number, minor: number, patch: number];

/** The oldest version that package.json takes, the newest of that line, and later lines. */
const NAMED: readonly Version[] = [
  [22, 13, 0],
  [22, 99, 0],
  [24, 0, 0],
  [26, 0, 0],
];

/** Whether a range of npm's takes a version, as far as the lockfile has such ranges. @throws where it has another */
function takes(range: string, version: Version): boolean {
  return range.split('||').some((one) => {
    const text = one.trim();
    if (text === '*') return true;
    const comparators = text.replaceAll(/(>=)\s+/g, '$1').split(/\s+/);
    return comparators.every((comparator) => takesOne(comparator, version));
  });
}

function takesOne(comparator: string, version: Version): boolean {
  const [, operator, major, minor = '0', patch = '0'] =
    /^(>=|\^|)(\d+)(?:\.(\d+|\*))?(?:\.(\d+))?$/.exec(comparator) ?? [];
  if (major === undefined) throw new Error(`This test cannot read the range ${comparator}`);
  const least: Version = [Number(major), minor === '*' ? 0 : Number(minor), Number(patch)];
  const difference = version[0] - least[0] || version[1] - least[1] || version[2] - least[2];
  return operator === '>=' ? difference >= 0 : version[0] === least[0] && difference >= 0;
}

test('package.json and the README name the same, and the end of Node 20 is behind us', () => {
  const { manifest, lockfile } = readEngines();
  expect(manifest).toBe('^22.13 || >=24');
  expect(lockfile).toBe(manifest);
  const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');
  expect(readme).toContain('Node 22.13 or later');
  expect(takes(manifest, [20, 20, 0])).toBe(false);
});

test.each(NAMED.map((version) => [version.join('.'), version] as const))(
  'no package warns of Node %s',
  (_text, version) => {
    expect(takes(readEngines().manifest, version)).toBe(true);
    const warning = readInstalled().flatMap(({ name, engines }) =>
      engines?.node === undefined || takes(engines.node, version) ? [] : [`${name}: ${engines.node}`],
    );
    expect(warning).toEqual([]);
  },
);

test('the licence that package.json names lies in the project', () => {
  const text = readFileSync(join(__dirname, '..', '..', 'LICENSE'), 'utf8');
  expect(text).toContain('Apache License\n                           Version 2.0, January 2004');
  expect(text).toContain('END OF TERMS AND CONDITIONS');
});
