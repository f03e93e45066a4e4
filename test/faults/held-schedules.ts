import { inspect } from 'node:util';
import * as fc from 'fast-check';
import type { Assemblies } from './assemblies.ts';
import { configurations } from './configuration.ts';
import { Drawn } from './drawn.ts';
import { schedulesOn } from './drawn-schedules.ts';
import { breaches } from './invariants.ts';
import type { Schedule } from './schedule.ts';
import { Simulator } from './simulator.ts';

/** Schedules that one local cloud is used for: its tables grow with each. */
const PER_CLOUD = 250;
/** Schedules of one configuration: another one starts the local cloud anew, which takes as long as some schedules. */
export const PER_BLOCK = 12;
/** Blocks of one seed. */
const MOST_BLOCKS = 10_000;

/** What a schedule broke, each in a line. */
class Breaches extends Error {
  override readonly name = 'Breaches';
}

/** Where schedules are drawn from. The same place gives the same schedules. */
export interface Block {
  readonly seed: number;
  /** From 0 on. */
  readonly block: number;
}

/** Holds one schedule after another against the invariants, and makes a new cloud when the one in use has had enough. */
export class HeldSchedules {
  /** What was in those that were held. */
  readonly drawn = new Drawn();
  readonly #assemblies: Assemblies;
  #simulator: Simulator | undefined;
  #used = 0;
  #held = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(assemblies: Assemblies) {
    this.#assemblies = assemblies;
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
   * Draws the configuration of a block, and schedules on it, and holds them until one breaks something; that one is
   * shrunk.
   *
   * @param parameters `interruptAfterTimeLimit` ends the shrinking with what there is by then
   * @param onHeld called after each that broke nothing
   */
  async check(
    block: Block,
    parameters: Omit<fc.Parameters<[Schedule]>, 'seed'>,
    onHeld: () => void = () => undefined,
  ): Promise<fc.RunDetails<[Schedule]>> {
    const seed = block.seed * MOST_BLOCKS + block.block;
    const [configuration] = fc.sample(configurations, { seed, numRuns: 1 });
    if (!configuration) throw new Error('No configuration was drawn');
    const property = fc.asyncProperty(schedulesOn(configuration), async (schedule) => {
      await this.hold(schedule);
      onHeld();
    });
    return fc.check(property, { ...parameters, seed });
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
    this.drawn.count(schedule);
  }

  async #ready(): Promise<Simulator> {
    if (this.#simulator && this.#used < PER_CLOUD) return this.#simulator;
    await this.#simulator?.stop();
    this.#used = 0;
    this.#simulator = new Simulator(this.#assemblies);
    return this.#simulator;
  }
}

/** A failure as whoever is to mend it needs it: the shortest trace, what it breaks, and how to see it again. */
export function failureIn(
  { seed, block }: Block,
  { counterexample, errorInstance, counterexamplePath }: fc.RunDetails<[Schedule]>,
) {
  return [
    JSON.stringify(counterexample?.[0], null, 1),
    told(errorInstance),
    `again: npm run test:faults -- --runs 1 --seed ${seed} --block ${block} --path ${counterexamplePath}`,
  ].join('\n');
}

/** Breaches are sentences; what went wrong beside them needs its stack and its cause. */
function told(error: unknown): string {
  return error instanceof Breaches ? error.message : inspect(error);
}
