import { cpSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { bundleOptions, ROOT } from '../../../lib/bundling.ts';
import { loadAssembly } from '../../../local/assembly/assembly.ts';
import type { Mutation } from './mutation.ts';

/**
 * Copies an assembly and bundles the mutation's handlers anew in the copy, with the mistake in them. The project's files
 * stay as they are.
 *
 * @throws Error where the source has changed, so that the mutation would be none
 */
export async function mutantAssembly(assembly: string, directory: string, mutation: Mutation): Promise<void> {
  cpSync(assembly, directory, { recursive: true });
  const { functions } = loadAssembly(directory);
  for (const handler of mutation.handlers) {
    const bundled = functions.find(({ name }) => name === `image-version-${handler}-dev`);
    if (!bundled) throw new Error(`No function of ${assembly} is called image-version-${handler}-dev`);
    const mistake = new Mistake(mutation);
    const outfile = join(bundled.assetDirectory, 'index.mjs');
    await build({ ...bundleOptions(handler), outfile, allowOverwrite: true, plugins: [mistake.plugin] });
    if (!mistake.made) {
      throw new Error(`${handler} does not bundle lambda/${mutation.file}: name the handlers that do`);
    }
  }
}

/** The mutation's file as esbuild loads it, with the mistake in it. */
class Mistake {
  readonly #mutation: Mutation;
  #made = false;

  constructor(mutation: Mutation) {
    this.#mutation = mutation;
  }

  get made(): boolean {
    return this.#made;
  }

  get plugin(): Plugin {
    const path = join(ROOT, 'lambda', this.#mutation.file);
    return {
      name: 'mistake',
      setup: ({ onLoad }) => {
        onLoad({ filter: /\.ts$/ }, async (loaded) => {
          if (loaded.path !== path) return undefined;
          this.#made = true;
          return { contents: mutated(await readFile(path, 'utf8'), this.#mutation), loader: 'ts' };
        });
      },
    };
  }
}

function mutated(source: string, { file, from, to, mistake }: Mutation): string {
  const [before, after, ...more] = source.split(from);
  if (before !== undefined && after !== undefined && more.length === 0) return before + to + after;
  const times = source.split(from).length - 1;
  throw new Error(
    `lambda/${file} has this ${times} times, wanted once: ${JSON.stringify(from)}. ` +
      `Write down anew where the code could go wrong like this: ${mistake}`,
  );
}
