import { breaches } from './invariants.ts';
import { KEPT } from './kept.ts';
import { simulatedAssembly } from './simulated-assembly.ts';
import { Simulator } from './simulator.ts';

/** Faults that schedules found are looked for on those schedules, whatever schedules seeds come to make. */

const MINUTES = 60_000;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await Simulator.start(await simulatedAssembly());
}, 5 * MINUTES);
afterAll(() => simulator.stop());

test.each(KEPT)(
  'no more: $fault',
  async ({ schedule }) => {
    expect(breaches(await simulator.run(schedule))).toEqual([]);
  },
  5 * MINUTES,
);
