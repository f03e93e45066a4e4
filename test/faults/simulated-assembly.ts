import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { RECORD_VARIABLE } from '../../local/aws/iam/usage-record.ts';
import { synthesize } from '../../local/synthesis.ts';
import { assembliesDirectory } from '../synthesized.ts';
import { SIMULATED_CONTEXT } from './simulator.ts';

/**
 * The app as fault schedules run it. Whichever test comes first synthesizes it for all; where two come at once, the
 * first that is done counts. Which permissions are used on it is not recorded: what happens by chance, or by mistake, is
 * no reason to grant one.
 */
export async function simulatedAssembly(): Promise<string> {
  delete process.env[RECORD_VARIABLE];
  const directory = join(assembliesDirectory(), 'simulated');
  if (existsSync(directory)) return directory;
  const outdir = await mkdtemp(`${directory}-`);
  await synthesize({ project: join(__dirname, '..', '..'), outdir, context: SIMULATED_CONTEXT });
  try {
    await rename(outdir, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
    rmSync(outdir, { recursive: true });
  }
  return directory;
}
