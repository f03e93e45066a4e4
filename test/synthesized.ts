import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RECORD_VARIABLE } from '../local/aws/iam/usage-record.ts';
import { synthesize } from '../local/synthesis.ts';

/** Where the assemblies of a test run are; every test that runs the synthesized app reads them there. */
const VARIABLE = 'TEST_CLOUD_ASSEMBLIES';

/** Regions whose images the app under test may touch. */
export const REGIONS = ['us-east-1', 'eu-west-1'] as const;

/** Jest's global setup: synthesizes the app once for all test files, and begins a record of the permissions that it uses. */
export default async function setup(): Promise<void> {
  process.env[VARIABLE] = mkdtempSync(join(tmpdir(), 'image-versions-assemblies-'));
  const outdir = assemblyDirectory();
  await synthesize({ project: join(__dirname, '..'), outdir, context: { regions: [...REGIONS] } });
  // Of this run alone, whatever else is run meanwhile; permissions/keep-record.ts takes it up.
  process.env[RECORD_VARIABLE] = mkdtempSync(join(tmpdir(), 'image-versions-permissions-'));
}

/** Of the app that most tests run. */
export function assemblyDirectory(): string {
  return join(assembliesDirectory(), 'app');
}

/** What lies in it goes when all tests have ended. */
export function assembliesDirectory(): string {
  const directory = process.env[VARIABLE];
  if (!directory) throw new Error(`${VARIABLE} is missing: jest.config.js runs the set-up that sets it`);
  return directory;
}
