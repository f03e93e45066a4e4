import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions, ROOT } from '../../lib/bundling.ts';

/** Our own code in a bundle, beside the packages. */
const OWN = '(own code)';

export interface Weighed {
  /** Of the whole bundle, in bytes. */
  readonly size: number;
  /** Bytes of it by package. What is left over is what holds it together. */
  readonly packages: ReadonlyMap<string, number>;
}

/** The functions, by the files that they begin in. */
export function handlers(): string[] {
  const directory = join(ROOT, 'lambda', 'handlers');
  return readdirSync(directory)
    .filter((file) => /^export const handler\b/m.test(readFileSync(join(directory, file), 'utf8')))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();
}

/** Bundles a handler as the stack does, and tells what of the bundle comes from which package. */
export async function weigh(handler: string): Promise<Weighed> {
  const { metafile } = await build({
    ...bundleOptions(handler),
    write: false,
    metafile: true,
    outfile: 'index.mjs',
  });
  const [output, ...others] = Object.values(metafile.outputs);
  if (!output || others.length > 0) throw new Error(`${handler} is not one bundle`);
  const packages = new Map<string, number>();
  for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
    if (bytesInOutput === 0) continue;
    const name = packageOf(file);
    packages.set(name, (packages.get(name) ?? 0) + bytesInOutput);
  }
  return { size: output.bytes, packages };
}

/** @param file as esbuild names it, relative to the project; the innermost node_modules is whose it is */
function packageOf(file: string): string {
  const [, inside] = /.*\bnode_modules\/(.*)$/.exec(file.split(sep).join('/')) ?? [];
  if (inside === undefined) return OWN;
  return inside.split('/', inside.startsWith('@') ? 2 : 1).join('/');
}
