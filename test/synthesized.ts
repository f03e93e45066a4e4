import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../local/synthesis.ts';

/** Where the one assembly of a test run is; every test that runs the synthesized app reads it there. */
const VARIABLE = 'TEST_CLOUD_ASSEMBLY';

/** Regions whose images the app under test may touch. */
export const REGIONS = ['us-east-1', 'eu-west-1'] as const;

/** Jest's global setup: synthesizes the app once for all test files. */
export default async function setup(): Promise<void> {
  const outdir = mkdtempSync(join(tmpdir(), 'image-versions-assembly-'));
  await synthesize({ project: join(__dirname, '..'), outdir, context: { regions: [...REGIONS] } });
  process.env[VARIABLE] = outdir;
}

export function assemblyDirectory(): string {
  const directory = process.env[VARIABLE];
  if (!directory) throw new Error(`${VARIABLE} is missing: jest.config.js runs the set-up that sets it`);
  return directory;
}
