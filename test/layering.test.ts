import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Imports run one way: docs/architecture.md draws it, this holds the code to it. */

const ROOT = join(__dirname, '..');

/** For each room, what it may import besides itself. Longer names are looked up first. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'lambda/contract': [],
  'lambda/core': ['lambda/contract'],
  'lambda/api': ['lambda/core', 'lambda/query', 'lambda/manifest', 'lambda/contract'],
  'lambda/query': ['lambda/core', 'lambda/contract'],
  'lambda/manifest': ['lambda/core', 'lambda/contract'],
  'lambda/adapters': ['lambda/core', 'lambda/contract'],
  'lambda/runtime': ['lambda/core', 'lambda/contract'],
  'lambda/handlers': [
    'lambda/core',
    'lambda/query',
    'lambda/manifest',
    'lambda/api',
    'lambda/adapters',
    'lambda/runtime',
    'lambda/contract',
  ],
  lib: ['lambda/contract'],
  bin: ['lib'],
  local: [],
  examples: ['local'],
  bench: ['local', 'lib'],
  cli: [],
};

/** Packages that a room must do without. */
const FORBIDDEN_PACKAGES: Readonly<Record<string, RegExp>> = {
  'lambda/contract': /^(?!\.)/,
  'lambda/core': /^@aws-sdk|^@aws-lambda-powertools|^aws-cdk-lib|^node:(?!crypto)/,
  'lambda/api': /^@aws-sdk|^@aws-lambda-powertools|^node:/,
  // SQLite is part of the runtime, and is what runs a caller's statement.
  'lambda/query': /^@aws-sdk|^@aws-lambda-powertools|^node:(?!sqlite|worker_threads)/,
  'lambda/manifest': /^@aws-sdk|^@aws-lambda-powertools|^node:(?!crypto)/,
  lib: /^@aws-sdk/,
  lambda: /^aws-cdk-lib|^constructs/,
  local: /^aws-cdk-lib|^constructs/,
};

const ROOMS = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length);

function roomOf(file: string): string | undefined {
  return ROOMS.find((room) => file.startsWith(`${room}/`));
}

const files = globSync('{bin,lib,lambda,local,examples,bench,cli}/**/*.ts', { cwd: ROOT }).map((file) =>
  file.split(sep).join('/'),
);

const imports = files.flatMap((file) => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const specifiers = [...text.matchAll(/^(?:import|export)\s[^'";]*?from '([^']+)'|^import '([^']+)'/gm)];
  return specifiers.map((match) => ({ file, specifier: match[1] ?? match[2] ?? '' }));
});

test('the files and their imports are found', () => {
  expect(files.length).toBeGreaterThan(60);
  expect(imports.length).toBeGreaterThan(200);
});

test('every import of a file stays within what its room may import', () => {
  const strays = imports.filter(({ file, specifier }) => {
    if (!specifier.startsWith('.')) return false;
    const room = roomOf(file);
    const target = roomOf(
      relative(ROOT, join(ROOT, dirname(file), specifier))
        .split(sep)
        .join('/'),
    );
    return (
      room === undefined || target === undefined || (room !== target && !MAY_IMPORT[room]?.includes(target))
    );
  });
  expect(strays).toEqual([]);
});

test('no room uses a package that it must do without', () => {
  const strays = imports.filter(({ file, specifier }) =>
    Object.entries(FORBIDDEN_PACKAGES).some(
      ([room, forbidden]) =>
        file.startsWith(`${room}/`) && !specifier.startsWith('.') && forbidden.test(specifier),
    ),
  );
  expect(strays).toEqual([]);
});

test('core and api ask nobody for the time, for chance or for the environment', () => {
  const strays = files
    .filter((file) => /^lambda\/(core|api|query|manifest)\//.test(file))
    .filter((file) =>
      /Date\.now|new Date\(\)|Math\.random|process\./.test(readFileSync(join(ROOT, file), 'utf8')),
    );
  expect(strays).toEqual([]);
});
