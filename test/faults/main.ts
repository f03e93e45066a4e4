import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesize } from '../../local/synthesis.ts';
import { Assemblies } from './assemblies.ts';
import { contextOf, USUAL } from './configuration.ts';
import { failureIn, HeldSchedules, PER_BLOCK } from './held-schedules.ts';

/**
 * `npm run test:faults -- --runs N --seed S`: so many fault schedules, made from a seed; the first that breaks an
 * invariant is shrunk to the shortest trace that still does, and printed.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    /** Where among the blocks of a seed to begin, each of which has a configuration of its own. */
    block: { type: 'string', default: '0' },
    /** Where among the schedules of a block to begin, as a failure prints it. */
    path: { type: 'string' },
  },
});
const [runs = 0, seed = 0, first = 0] = [values.runs, values.seed, values.block].map(Number);
if (![runs, seed, first].every(Number.isInteger) || runs < 1 || first < 0) {
  console.error('--runs, --seed and --block are whole numbers; --runs is 1 or more, --block 0 or more');
  process.exit(2);
}

const directory = await mkdtemp(join(tmpdir(), 'fault-schedules-'));
const [base, others] = [join(directory, 'app'), join(directory, 'others')];
mkdirSync(others);
const schedules = new HeldSchedules(new Assemblies(process.cwd(), base, others));
let began = performance.now();
try {
  await synthesize({ project: process.cwd(), outdir: base, context: contextOf(USUAL) });
  began = performance.now();
  for (let block = first; schedules.held < runs; block += 1) {
    const place = { seed, block };
    const numRuns = Math.min(PER_BLOCK, runs - schedules.held);
    const path = values.path === undefined ? {} : { path: values.path };
    const details = await schedules.check(place, { numRuns, ...path }, () => {
      if (schedules.held % PER_BLOCK === 0) console.log(`${schedules.held} schedules, ${rate()} a second`);
    });
    if (details.failed) {
      console.error(failureIn(place, details));
      process.exitCode = 1;
      break;
    }
  }
  console.log(schedules.drawn.toString());
  if (!process.exitCode) console.log(`${runs} schedules of seed ${seed}: 0 failed; ${rate()} a second`);
} finally {
  await schedules.stop();
  rmSync(directory, { recursive: true, force: true });
}

function rate(): string {
  return ((schedules.held * 1000) / (performance.now() - began)).toFixed(2);
}
