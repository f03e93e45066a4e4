import { readDocument } from './document.ts';
import { readInstalled, readManifest } from './lockfile.ts';

/** docs/dependencies.md tells of each dependency, and of nothing that is none. */

const rows = readDocument();
const told = rows.flatMap(({ names }) => names);

test('every dependency has its line, and every line a dependency', () => {
  const { dependencies, devDependencies } = readManifest();
  expect([...new Set(told)].sort()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).sort());
});

test('each line says what for, and under which licence', () => {
  const licences = new Map(
    readInstalled()
      .filter(({ path, name }) => path === `node_modules/${name}`)
      .map(({ name, license }) => [name, license]),
  );
  const wrong = rows.flatMap(({ names, cells: [reason = '', licence = ''] }) =>
    names
      .filter((name) => reason === '' || !licence.includes(licences.get(name) ?? '(none)'))
      .map((name) => `${name}: "${reason}", "${licence}", and it is ${licences.get(name)}`),
  );
  expect(wrong).toEqual([]);
});
