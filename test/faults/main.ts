import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesize } from '../../local/synthesis.ts';
import { failureIn, HeldSchedules } from './held-schedules.ts';
import { SIMULATED_CONTEXT } from './simulator.ts';

/**
 * `npm run test:faults -- --runs N --seed S`: so many fault schedules, made from a seed; the first that breaks an
 * invariant is shrunk to the shortest trace that still does, and printed.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    /** Where among the runs of a seed to begin, as a failure prints it. */
    path: { type: 'string' },
  },
});
const [runs, seed] = [values.runs, values.seed].map(Number);
if (
  !Number.isInteger(runs) ||
  !Number.isInteger(seed) ||
  runs === undefined ||
  seed === undefined ||
  runs < 1
) {
  console.error('--runs and --seed are whole numbers, and --runs is 1 or more');
  process.exit(2);
}

const assembly = await mkdtemp(join(tmpdir(), 'fault-schedules-'));
const schedules = new HeldSchedules(assembly);
const began = performance.now();
try {
  await synthesize({ project: process.cwd(), outdir: assembly, context: SIMULATED_CONTEXT });
  const path = values.path === undefined ? {} : { path: values.path };
  const details = await schedules.check({ numRuns: runs, seed, ...path }, () => {
    if (schedules.held % 50 === 0) console.log(`${schedules.held} schedules, ${rate()} a second`);
  });
  if (details.failed) {
    console.error(failureIn(details));
    process.exitCode = 1;
  } else {
    console.log(`${runs} schedules of seed ${seed}: 0 failed; ${rate()} a second`);
  }
} finally {
  await schedules.stop();
  rmSync(assembly, { recursive: true, force: true });
}

function rate(): string {
  return ((schedules.held * 1000) / (performance.now() - began)).toFixed(2);
}
