import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RECORD_VARIABLE } from '../local/aws/iam/usage-record.ts';
import { synthesize } from '../local/synthesis.ts';

/** Where the assemblies of a test run are; every test that runs the synthesized app reads them there. */
const VARIABLE = 'TEST_CLOUD_ASSEMBLIES';

/** Where tests leave which permissions they used; `npm run permissions` reads it. */
export const PERMISSION_RECORD = '.permissions';

/** Regions whose images the app under test may touch. */
export const REGIONS = ['us-east-1', 'eu-west-1'] as const;

/** Jest's global setup: synthesizes the app once for all test files, and begins the record of used permissions anew. */
export default async function setup(): Promise<void> {
  process.env[VARIABLE] = mkdtempSync(join(tmpdir(), 'image-versions-assemblies-'));
  const outdir = assemblyDirectory();
  await synthesize({ project: join(__dirname, '..'), outdir, context: { regions: [...REGIONS] } });
  const record = join(__dirname, '..', PERMISSION_RECORD);
  rmSync(record, { recursive: true, force: true });
  process.env[RECORD_VARIABLE] = record;
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
