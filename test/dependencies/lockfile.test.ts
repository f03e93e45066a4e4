import { type Installed, readInstalled, readManifest, readRoot } from './lockfile.ts';

/** `npm ci` gives everybody the same files, on every platform and from whichever registry. */

const installed = readInstalled();
const byPath = new Map(installed.map((one) => [one.path, one]));

/** Where Node finds a package that another asks for: beside it, or further up. */
function found(from: string, name: string): Installed | undefined {
  for (let place: string | undefined = from; place !== undefined; place = outer(place)) {
    const one = byPath.get(`${place}/node_modules/${name}`);
    if (one) return one;
  }
  return byPath.get(`node_modules/${name}`);
}

function outer(path: string): string | undefined {
  const end = path.lastIndexOf('/node_modules/');
  return end < 0 ? undefined : path.slice(0, end);
}

test('every dependency of package.json is one version, and the lockfile has the same', () => {
  const { dependencies, devDependencies, overrides } = readManifest();
  const asked = Object.entries({ ...dependencies, ...devDependencies, ...overrides });
  expect(asked.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  expect(readRoot()).toMatchObject({ dependencies, devDependencies });
  for (const [name, version] of asked) expect([name, found('', name)?.version]).toEqual([name, version]);
});

test('no package is asked for twice, as what is deployed and as a tool', () => {
  const { dependencies, devDependencies } = readManifest();
  expect(Object.keys(dependencies).filter((name) => name in devDependencies)).toEqual([]);
});

test('every package is known by its content, and not by where it comes from', () => {
  expect(installed.length).toBeGreaterThan(500);
  const own = installed.filter(({ inBundle }) => !inBundle);
  expect(own.filter(({ integrity }) => !/^sha512-/.test(integrity ?? '')).map(({ path }) => path)).toEqual(
    [],
  );
  expect(installed.filter(({ resolved, link, version }) => resolved || link || !version)).toEqual([]);
});

test('the packages of every platform are there, not only those of the one that made the lockfile', () => {
  const wanted = installed.flatMap(({ path, optionalDependencies = {} }) =>
    Object.entries(optionalDependencies).map(([name, version]) => ({ path, name, version })),
  );
  expect(wanted.length).toBeGreaterThan(60);
  const missing = wanted.filter(({ path, name, version }) => {
    const one = found(path, name);
    return !one || (/^\d/.test(version) && one.version !== version);
  });
  expect(missing).toEqual([]);
});

test('what packages ask for is there', () => {
  const missing = installed.flatMap(({ path, dependencies = {} }) =>
    Object.keys(dependencies)
      .filter((name) => !found(path, name))
      .map((name) => `${path} asks for ${name}`),
  );
  expect(missing).toEqual([]);
});
