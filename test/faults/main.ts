import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { synthesize } from '../../local/synthesis.ts';
import { breaches } from './invariants.ts';
import { schedules } from './schedule.ts';
import { SIMULATED_CONTEXT, Simulator } from './simulator.ts';

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

/** Schedules that one local cloud is used for: its tables grow with each. */
const PER_CLOUD = 250;

const assembly = await mkdtemp(join(tmpdir(), 'fault-schedules-'));
let simulator: Simulator | undefined;
let used = 0;

async function fresh(): Promise<Simulator> {
  if (simulator && used < PER_CLOUD) return simulator;
  await simulator?.stop();
  used = 0;
  simulator = await Simulator.start(assembly);
  return simulator;
}

let done = 0;
const began = performance.now();
try {
  await synthesize({ project: process.cwd(), outdir: assembly, context: SIMULATED_CONTEXT });
  const property = fc.asyncProperty(schedules, async (schedule) => {
    const one = await fresh();
    used += 1;
    try {
      const found = breaches(await one.run(schedule));
      if (found.length > 0)
        throw new Error(found.map(({ invariant, what }) => `${invariant}: ${what}`).join('\n'));
    } catch (error) {
      // What it left behind is not the next one's.
      used = PER_CLOUD;
      throw error;
    }
    done += 1;
    if (done % 50 === 0) console.log(`${done} schedules, ${rate()} a second`);
  });
  const details = await fc.check(property, {
    numRuns: runs,
    seed,
    ...(values.path === undefined ? {} : { path: values.path }),
  });
  if (details.failed) {
    console.error(JSON.stringify(details.counterexample?.[0], null, 1));
    console.error(
      details.errorInstance instanceof Error ? details.errorInstance.message : details.errorInstance,
    );
    console.error(
      `again: npm run test:faults -- --runs 1 --seed ${details.seed} --path ${details.counterexamplePath}`,
    );
    process.exitCode = 1;
  } else {
    console.log(`${runs} schedules of seed ${seed}: 0 failed; ${rate()} a second`);
  }
} finally {
  await simulator?.stop();
  rmSync(assembly, { recursive: true, force: true });
}

function rate(): string {
  return ((done * 1000) / (performance.now() - began)).toFixed(2);
}
