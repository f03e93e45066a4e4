import type { Assemblies } from './assemblies.ts';
import { CallWitness } from './call-witness.ts';
import { type Configuration, OWN_REGION, USUAL } from './configuration.ts';
import { Deployment } from './deployment.ts';
import { faultRule, Mishaps } from './mishaps.ts';
import { type Observed, STOCK } from './observed.ts';
import { Run } from './run.ts';
import { IMAGES, type Schedule, type Stock } from './schedule.ts';
import { StoreWitness } from './store-witness.ts';
import type { UsedImage } from './system-view.ts';

/** As the local cloud has it. */
const USUAL_EXPIRY = { expiredItemsStaySeconds: 2 * 86_400 };

/** The whole local system on a clock that jumps, one schedule after another. */
export class Simulator {
  readonly #deployment: Deployment;
  readonly #mishaps = new Mishaps();
  readonly #calls = new CallWitness();
  readonly #witness = new StoreWitness();
  readonly #name: string;
  #runs = 0;

  /** @param name in front of the names of its images */
  constructor(assemblies: Assemblies, name = 's') {
    this.#name = name;
    this.#deployment = new Deployment(assemblies, {
      aroundCalls: (call, next) => this.#mishaps.around(call, () => this.#calls.around(call, next)),
      invocationFaults: {
        faultOf: (functionName, nth) => {
          const fault = this.#mishaps.invocations.faultOf(functionName, nth);
          this.#calls.invoked(functionName, fault);
          return fault;
        },
      },
      deliveryFaults: this.#mishaps.deliveries,
      onFunctionRun: ({ functionName }) => this.#calls.ran(functionName),
      onVersionWritten: (version, gone) =>
        this.#witness.written(version, gone, this.#deployment.cloud.clock.now()),
    });
    this.#mishaps.casualties = {
      crash: (functionName, how) => this.#deployment.cloud.lambda.crash(functionName, how),
    };
  }

  /** Runs a schedule to its end, and a while beyond, and tells what there was to see. */
  async run(schedule: Schedule): Promise<Observed> {
    this.#runs += 1;
    const configuration: Configuration = { ...USUAL, ...schedule.configuration };
    await this.#deployment.upgrade(configuration);
    await this.#clear();
    const { cloud } = this.#deployment;
    cloud.settings.change({ ...USUAL_EXPIRY, ...schedule.settings });
    const images = Array.from({ length: IMAGES }, (_none, index): UsedImage => {
      const region = configuration.regions[index % configuration.regions.length] ?? OWN_REGION;
      return { name: `${this.#name}${this.#runs}-${index}`, region };
    });
    for (const { name, region } of images) await this.#deployment.doors.image(region, name);
    if (schedule.stock) await this.#fill(schedule.stock);
    const run = new Run({
      deployment: this.#deployment,
      witness: this.#witness,
      calls: this.#calls,
      images,
      stock: schedule.stock,
    });
    await run.begin(schedule.steps);
    this.#mishaps.plan(schedule.mishaps);
    for (const mishap of schedule.mishaps) {
      if (mishap.at === 'handler') {
        cloud.faults.add(faultRule(mishap.rule, images[mishap.rule.image]?.name ?? ''));
      }
    }
    await run.play(schedule.steps);
    const observed = await run.settled(() => this.#heal());
    const [unexpected] = this.#deployment.takeUnexpected();
    if (unexpected !== undefined) throw new Error('The local cloud itself failed', { cause: unexpected });
    return observed;
  }

  async stop(): Promise<void> {
    await this.#deployment.stop();
  }

  /** In the stack's own region. */
  async #fill({ images, versions, aliases }: Stock): Promise<void> {
    const { doors } = this.#deployment;
    const fillOne = async (image: string) => {
      await doors.image(OWN_REGION, image);
      for (let version = 1; version <= versions; version += 1) {
        const names = Array.from({ length: aliases }, (_none, index) => `stock-${version}-${index}`);
        await doors.version(OWN_REGION, image, `${STOCK}${image}-${version}`, names);
      }
    };
    const names = Array.from(
      { length: images },
      (_none, index) => `${this.#name}${this.#runs}-stock-${index}`,
    );
    await Promise.all(names.map(fillOne));
  }

  #heal(): void {
    this.#mishaps.plan([]);
    this.#deployment.cloud.faults.remove();
  }

  async #clear(): Promise<void> {
    this.#heal();
    this.#deployment.cloud.settings.reset();
    await fetch(`${this.#deployment.cloud.awsUrl}/_local/reset`, { method: 'POST' });
    this.#witness.forget();
    this.#calls.forget();
  }
}
