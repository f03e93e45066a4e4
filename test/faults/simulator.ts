import { startLocalCloud } from '../../local/local-cloud.ts';
import { Doors } from './doors.ts';
import { faultRule, Mishaps } from './mishaps.ts';
import type { Observed } from './observed.ts';
import { Run } from './run.ts';
import { IMAGES, type Schedule } from './schedule.ts';
import { StoreWitness } from './store-witness.ts';

/** Minutes after which an operation is cancelled here: shorter than a stall of an hour. */
const DEADLINE_MINUTES = 30;

/** Of the app that is synthesized for this: the rest of it is as it is deployed. */
export const SIMULATED_CONTEXT = { operationDeadlineMinutes: DEADLINE_MINUTES, snapshotCallsPerSecond: 1000 };

/** The whole local system on a clock that jumps, one schedule after another. */
export class Simulator {
  readonly #cloud: Awaited<ReturnType<typeof startLocalCloud>>;
  readonly #mishaps: Mishaps;
  readonly #witness: StoreWitness;
  readonly #doors: Doors;
  readonly #unexpected: unknown[];
  readonly #name: string;
  #runs = 0;

  private constructor(
    name: string,
    cloud: Awaited<ReturnType<typeof startLocalCloud>>,
    mishaps: Mishaps,
    witness: StoreWitness,
    unexpected: unknown[],
  ) {
    this.#name = name;
    this.#cloud = cloud;
    this.#mishaps = mishaps;
    this.#witness = witness;
    this.#unexpected = unexpected;
    this.#doors = new Doors(cloud);
  }

  /**
   * @param assembly of the app, synthesized with {@link SIMULATED_CONTEXT}
   * @param name in front of the names of its images
   */
  static async start(assembly: string, name = 's'): Promise<Simulator> {
    const mishaps = new Mishaps();
    const witness = new StoreWitness();
    const unexpected: unknown[] = [];
    const cloud = await startLocalCloud({
      assembly,
      clock: { skipIdle: true },
      aroundCalls: mishaps.around,
      invocationFaults: mishaps.invocations,
      deliveryFaults: mishaps.deliveries,
      onVersionWritten: (version, gone) => witness.written(version, gone, cloud.clock.now()),
      onUnexpected: (error) => unexpected.push(error),
    });
    mishaps.casualties = { crash: (functionName, how) => cloud.lambda.crash(functionName, how) };
    return new Simulator(name, cloud, mishaps, witness, unexpected);
  }

  /** Runs a schedule to its end, and a while beyond, and tells what there was to see. */
  async run(schedule: Schedule): Promise<Observed> {
    this.#runs += 1;
    await this.#clear();
    const images = Array.from({ length: IMAGES }, (_none, index) => `${this.#name}${this.#runs}-${index}`);
    this.#cloud.settings.change(schedule.settings);
    for (const image of images) await this.#doors.image(image);
    const run = new Run({ cloud: this.#cloud, doors: this.#doors, witness: this.#witness, images });
    // A first snapshot, so that there is a past, before anything goes wrong.
    await run.snapshotTaken();
    this.#mishaps.plan(schedule.mishaps);
    for (const mishap of schedule.mishaps) {
      if (mishap.at === 'handler') {
        this.#cloud.faults.add(faultRule(mishap.rule, images[mishap.rule.image] ?? ''));
      }
    }
    await run.play(schedule.steps);
    const observed = await run.settled(DEADLINE_MINUTES * 60, () => this.#heal());
    const [unexpected] = this.#unexpected.splice(0);
    if (unexpected !== undefined) throw new Error('The local cloud itself failed', { cause: unexpected });
    return observed;
  }

  async stop(): Promise<void> {
    this.#doors.close();
    await this.#cloud.stop();
  }

  #heal(): void {
    this.#mishaps.plan([]);
    this.#cloud.faults.remove();
  }

  async #clear(): Promise<void> {
    this.#heal();
    this.#cloud.settings.reset();
    await fetch(`${this.#cloud.awsUrl}/_local/reset`, { method: 'POST' });
    this.#witness.forget();
  }
}
