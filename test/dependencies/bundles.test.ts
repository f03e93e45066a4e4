import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { handlers, weigh } from '../../bench/bundles/weigh.ts';
import { loadAssembly } from '../../local/assembly/assembly.ts';
import { assemblyDirectory } from '../synthesized.ts';
import { readDocument } from './document.ts';
import { readInstalled, readManifest } from './lockfile.ts';

/** What the functions' bundles are made of. */

const deployed = new Map(
  loadAssembly(assemblyDirectory()).functions.map(({ name, assetDirectory }) => [
    name.replace(/^image-version-(.*)-dev$/, '$1'),
    readFileSync(join(assetDirectory, 'index.mjs')).length,
  ]),
);
const sizes = new Map<string, number>();
const packages = new Set<string>();
beforeAll(async () => {
  for (const handler of handlers()) {
    const weighed = await weigh(handler);
    sizes.set(handler, weighed.size);
    for (const name of weighed.packages.keys()) packages.add(name);
  }
});

test('what is weighed is what is deployed, byte for byte', () => {
  expect(sizes.size).toBe(15);
  expect(sizes).toEqual(deployed);
});

test('no bundle has anything of a tool in it', () => {
  const tools = new Set(
    readInstalled()
      .filter(({ development, path, name }) => development && path === `node_modules/${name}`)
      .map(({ name }) => name),
  );
  expect(tools).toContain('@cloud-copilot/iam-simulate');
  expect(packages.size).toBeGreaterThan(15);
  expect([...packages].filter((name) => tools.has(name))).toEqual([]);
});

test('docs/dependencies.md has the dependencies that are in bundles under that heading, and no others', () => {
  const direct = Object.keys(readManifest().dependencies).filter((name) => packages.has(name));
  const told = readDocument().filter(({ section }) => section.includes('bundles'));
  expect(told.flatMap(({ names }) => names).sort()).toEqual(direct.sort());
});
