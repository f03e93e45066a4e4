import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesize } from '../../../local/synthesis.ts';
import { startFuzzedCloud } from './fuzzed-cloud.ts';
import { fuzz } from './fuzzer.ts';
import { reportOf } from './report.ts';

/**
 * Requests made of the OpenAPI document that the API serves, and mutations of them, to the API on the local cloud.
 *
 *     npm run test:fuzz -- --requests 20000 --seed 1 [--assembly cdk.out]
 */

const PROJECT = join(import.meta.dirname, '..', '..', '..');

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    assembly: { type: 'string' },
  },
});
const requests = wholeNumber('--requests', values.requests);
const seed = wholeNumber('--seed', values.seed);

const scratch = mkdtempSync(join(tmpdir(), 'fuzz-'));
try {
  const assembly = values.assembly ?? join(scratch, 'cdk.out');
  if (values.assembly === undefined) {
    const context = { regions: ['us-east-1', 'eu-west-1'] };
    await synthesize({ project: PROJECT, outdir: assembly, context });
  }
  const fuzzed = await startFuzzedCloud(assembly);
  try {
    const began = performance.now();
    const result = await fuzz(fuzzed, requests, seed);
    console.log(reportOf(result, { seed, seconds: (performance.now() - began) / 1000 }));
    for (const error of fuzzed.unexpected) console.error('A fault of the local cloud:', error);
    // Of few requests to an operation all may be wrong.
    const missed = requests >= 1_000 ? result.neverSucceeded.length : 0;
    const sound = result.findings.length + missed + fuzzed.unexpected.length === 0;
    process.exitCode = sound ? 0 : 1;
  } finally {
    await fuzzed.stop();
  }
} finally {
  rmSync(scratch, { recursive: true });
}

function wholeNumber(option: string, given: string): number {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new Error(`${option}: given "${given}", wanted a whole number`);
}
