import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesize } from '../../local/synthesis.ts';
import { type Configuration, contextOf } from './configuration.ts';

/**
 * The app, synthesized with one configuration after another. Its code is bundled once: an assembly of another
 * configuration is what bin/app.ts synthesizes without bundling, with the bundles of the first.
 */
export class Assemblies {
  readonly #project: string;
  readonly #base: string;
  readonly #directory: string;

  /**
   * @param project where cdk.json stands
   * @param base an assembly of the app with its bundles
   * @param directory an existing one, for all others
   */
  constructor(project: string, base: string, directory: string) {
    this.#project = project;
    this.#base = base;
    this.#directory = directory;
  }

  /** @returns a cloud assembly's directory; the same for the same configuration */
  async of(configuration: Configuration): Promise<string> {
    const name = Buffer.from(Object.values(configuration).join('_')).toString('base64url');
    const directory = join(this.#directory, name);
    if (existsSync(directory)) return directory;
    const outdir = await mkdtemp(`${directory}-`);
    const context = { ...contextOf(configuration), 'aws:cdk:bundling-stacks': [] };
    await synthesize({ project: this.#project, outdir, context });
    useBundles(this.#base, outdir);
    return moved(outdir, directory);
  }
}

/** Of two that make the same directory at once, the first one's is used. */
async function moved(from: string, to: string): Promise<string> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
    await rm(from, { recursive: true });
  }
  return to;
}

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: { Code?: unknown } }>
  >;
}
interface AssetManifest {
  readonly files: Readonly<
    Record<string, { readonly source: { readonly path: string; readonly packaging: string } }>
  >;
}

/** Gives the functions of an assembly that was synthesized without bundling the bundles of another one of the same app. */
function useBundles(base: string, outdir: string): void {
  for (const file of readdirSync(outdir).filter((name) => name.endsWith('.template.json'))) {
    const [from, to] = [base, outdir].map(
      (directory): Template => JSON.parse(readFileSync(join(directory, file), 'utf8')),
    );
    for (const [id, { Type, Properties }] of Object.entries(to?.Resources ?? {})) {
      if (Type !== 'AWS::Lambda::Function') continue;
      const Code = from?.Resources[id]?.Properties.Code;
      if (Code === undefined) throw new Error(`${base} has no code of ${file}'s ${id}`);
      Properties.Code = Code;
    }
    writeFileSync(join(outdir, file), JSON.stringify(to, null, 1));
  }
  for (const file of readdirSync(outdir).filter((name) => name.endsWith('.assets.json'))) {
    const [from, to] = [base, outdir].map(
      (directory): AssetManifest => JSON.parse(readFileSync(join(directory, file), 'utf8')),
    );
    const files = { ...filesOf(to, 'file'), ...filesOf(from, 'zip') };
    writeFileSync(join(outdir, file), JSON.stringify({ ...to, files }, null, 1));
    for (const { source } of Object.values(filesOf(from, 'zip'))) {
      const asset = join(outdir, source.path);
      if (!existsSync(asset)) symlinkSync(join(base, source.path), asset);
    }
  }
}

function filesOf(manifest: AssetManifest | undefined, packaging: string): AssetManifest['files'] {
  const files = Object.entries(manifest?.files ?? {});
  return Object.fromEntries(files.filter(([, { source }]) => source.packaging === packaging));
}
