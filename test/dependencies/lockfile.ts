import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

/** package.json and package-lock.json, as far as it matters what is installed and from where. */

const ROOT = join(import.meta.dirname, '..', '..');

const versions = z.optional(z.record(z.string(), z.string()));

const manifest = z.object({
  engines: z.object({ node: z.string() }),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
  overrides: z.record(z.string(), z.string()),
});

const entry = z.object({
  version: z.optional(z.string()),
  license: z.optional(z.string()),
  engines: z.optional(z.object({ node: z.optional(z.string()) })),
  resolved: z.optional(z.string()),
  integrity: z.optional(z.string()),
  link: z.optional(z.boolean()),
  /** It came inside the package that bundles it. */
  inBundle: z.optional(z.boolean()),
  dev: z.optional(z.boolean()),
  devOptional: z.optional(z.boolean()),
  dependencies: versions,
  devDependencies: versions,
  optionalDependencies: versions,
});

const lockfile = z.object({ lockfileVersion: z.number(), packages: z.record(z.string(), entry) });

export type Manifest = z.infer<typeof manifest>;

export interface Installed extends z.infer<typeof entry> {
  readonly name: string;
  /** Its place, such as node_modules/a/node_modules/b. */
  readonly path: string;
  /** Nothing that is deployed or started needs it. */
  readonly development: boolean;
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
}

export function readManifest(): Manifest {
  return manifest.parse(read('package.json'));
}

/** What the lockfile says that the project itself asks for. */
export function readRoot(): z.infer<typeof entry> {
  const root = lockfile.parse(read('package-lock.json')).packages[''];
  if (!root) throw new Error('package-lock.json has no entry for the project: run npm install');
  return root;
}

/** The Node versions that the project takes, by package.json and by the lockfile. */
export function readEngines(): { readonly manifest: string; readonly lockfile: string | undefined } {
  return { manifest: readManifest().engines.node, lockfile: readRoot().engines?.node };
}

export function readInstalled(): Installed[] {
  const { packages } = lockfile.parse(read('package-lock.json'));
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, one]) => ({
      ...one,
      path,
      name: path.split('node_modules/').at(-1) ?? path,
      development: one.dev === true || one.devOptional === true,
    }));
}
