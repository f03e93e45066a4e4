import { failureIn, HeldSchedules } from './held-schedules.ts';
import { simulatedAssembly } from './simulated-assembly.ts';

const SCHEDULES = 50;
/** For all of them, and the shrinking of one that fails: so that it is told of before jest gives up. */
const LIMIT_MINUTES = 9;
const MINUTES = 60_000;

/** The one test of a file: fifty schedules of a seed. Jest runs files side by side, and the tests of one in turn. */
export function testSchedules(seed: number): void {
  test(
    `fifty schedules of seed ${seed} break nothing`,
    async () => {
      const schedules = new HeldSchedules(await simulatedAssembly());
      try {
        const interruptAfterTimeLimit = LIMIT_MINUTES * MINUTES;
        const details = await schedules.check({ numRuns: SCHEDULES, seed, interruptAfterTimeLimit });
        if (details.failed) throw new Error(failureIn(details));
        if (details.numRuns < SCHEDULES) {
          throw new Error(
            `${details.numRuns} schedules were played in ${LIMIT_MINUTES} minutes, wanted ${SCHEDULES}: ` +
              `the machine does too much else, or a schedule does not end`,
          );
        }
      } finally {
        await schedules.stop();
      }
    },
    (LIMIT_MINUTES + 4) * MINUTES,
  );
}
