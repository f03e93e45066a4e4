import { failureIn, HeldSchedules, PER_BLOCK } from './held-schedules.ts';
import { simulatedAssemblies } from './simulated-assembly.ts';

/** Each on a configuration of its own. */
const BLOCKS = 2;
/** For all of them, and the shrinking of one that fails: so that it is told of before jest gives up. */
const LIMIT_MINUTES = 9;
const MINUTES = 60_000;

/** The one test of a file: schedules of a seed. Jest runs files side by side, and the tests of one in turn. */
export function testSchedules(seed: number): void {
  test(
    `${BLOCKS * PER_BLOCK} schedules of seed ${seed} break nothing`,
    async () => {
      const schedules = new HeldSchedules(simulatedAssemblies());
      const until = performance.now() + LIMIT_MINUTES * MINUTES;
      try {
        for (let block = 0; block < BLOCKS; block += 1) {
          const interruptAfterTimeLimit = until - performance.now();
          const place = { seed, block };
          const details = await schedules.check(place, { numRuns: PER_BLOCK, interruptAfterTimeLimit });
          if (details.failed) throw new Error(failureIn(place, details));
          if (details.numRuns < PER_BLOCK) {
            throw new Error(
              `${schedules.held} schedules were played in ${LIMIT_MINUTES} minutes, wanted ${BLOCKS * PER_BLOCK}: ` +
                `the machine does too much else, or a schedule does not end`,
            );
          }
        }
      } finally {
        await schedules.stop();
      }
    },
    (LIMIT_MINUTES + 4) * MINUTES,
  );
}
