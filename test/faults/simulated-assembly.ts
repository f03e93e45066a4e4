import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RECORD_VARIABLE } from '../../local/aws/iam/usage-record.ts';
import { assemblyDirectory } from '../synthesized.ts';
import { Assemblies } from './assemblies.ts';

/** The app as it is, with any configuration. */
export function simulatedAssemblies(): Assemblies {
  return assembliesOf(assemblyDirectory());
}

/**
 * Which permissions are used on it is not recorded: what happens by chance, or by mistake, is no reason to grant one.
 *
 * @param base an assembly of the app with its bundles, whatever its configuration
 */
export function assembliesOf(base: string): Assemblies {
  delete process.env[RECORD_VARIABLE];
  const directory = `${base}-varied`;
  mkdirSync(directory, { recursive: true });
  return new Assemblies(join(__dirname, '..', '..'), base, directory);
}
