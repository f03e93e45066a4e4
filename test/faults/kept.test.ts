import { breaches } from './invariants.ts';
import { KEPT } from './kept.ts';
import { simulatedAssemblies } from './simulated-assembly.ts';
import { Simulator } from './simulator.ts';

/** Faults that schedules found are looked for on those schedules, whatever schedules seeds come to make. */

const MINUTES = 60_000;

const simulator = new Simulator(simulatedAssemblies());
afterAll(() => simulator.stop());

test.each(KEPT)(
  'no more: $fault',
  async ({ schedule }) => {
    expect(breaches(await simulator.run(schedule))).toEqual([]);
  },
  5 * MINUTES,
);
