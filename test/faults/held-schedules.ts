import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { breaches } from './invariants.ts';
import { type Schedule, schedules } from './schedule.ts';
import { Simulator } from './simulator.ts';

/** Schedules that one local cloud is used for: its tables grow with each. */
const PER_CLOUD = 250;

/** What a schedule broke, each in a line. */
class Breaches extends Error {
  override readonly name = 'Breaches';
}

/** Holds one schedule after another against the invariants, and makes a new cloud when the one in use has had enough. */
export class HeldSchedules {
  readonly #assembly: string;
  #simulator: Simulator | undefined;
  #used = 0;
  #held = 0;
  #last: Promise<void> = Promise.resolve();

  /** @param assembly of the app, synthesized with SIMULATED_CONTEXT */
  constructor(assembly: string) {
    this.#assembly = assembly;
  }

  /** Schedules that broke nothing. */
  get held(): number {
    return this.#held;
  }

  /** One at a time. @throws Breaches */
  async hold(schedule: Schedule): Promise<void> {
    this.#last = this.#hold(schedule);
    return this.#last;
  }

  /**
   * Makes schedules of a seed and holds them until one breaks something; that one is shrunk.
   *
   * @param parameters `interruptAfterTimeLimit` ends the shrinking with what there is by then
   * @param onHeld told after each that broke nothing
   */
  async check(
    parameters: fc.Parameters<[Schedule]>,
    onHeld: () => void = () => undefined,
  ): Promise<fc.RunDetails<[Schedule]>> {
    const property = fc.asyncProperty(schedules, async (schedule) => {
      await this.hold(schedule);
      onHeld();
    });
    return fc.check(property, parameters);
  }

  /** Waits for what a time limit has left running, whose outcome no longer counts. */
  async stop(): Promise<void> {
    await Promise.allSettled([this.#last]);
    await this.#simulator?.stop();
    this.#simulator = undefined;
  }

  async #hold(schedule: Schedule): Promise<void> {
    const simulator = await this.#ready();
    this.#used += 1;
    try {
      const found = breaches(await simulator.run(schedule));
      if (found.length > 0)
        throw new Breaches(found.map(({ invariant, what }) => `${invariant}: ${what}`).join('\n'));
    } catch (error) {
      // What it left behind is not the next one's.
      this.#used = PER_CLOUD;
      throw error;
    }
    this.#held += 1;
  }

  async #ready(): Promise<Simulator> {
    if (this.#simulator && this.#used < PER_CLOUD) return this.#simulator;
    await this.#simulator?.stop();
    this.#used = 0;
    this.#simulator = await Simulator.start(this.#assembly);
    return this.#simulator;
  }
}

/** A failure as whoever is to mend it needs it: the shortest trace, what it breaks, and how to see it again. */
export function failureIn({
  counterexample,
  errorInstance,
  seed,
  counterexamplePath,
}: fc.RunDetails<[Schedule]>) {
  return [
    JSON.stringify(counterexample?.[0], null, 1),
    told(errorInstance),
    `again: npm run test:faults -- --runs 1 --seed ${seed} --path ${counterexamplePath}`,
  ].join('\n');
}

/** Breaches are sentences; what went wrong beside them needs its stack and its cause. */
function told(error: unknown): string {
  return error instanceof Breaches ? error.message : inspect(error);
}
