import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/local-cloud.ts';
import type { Assemblies } from './assemblies.ts';
import type { Configuration } from './configuration.ts';
import { Doors } from './doors.ts';

/** What stands around the local cloud, however often it is started. */
export type Surroundings = Pick<
  LocalCloudOptions,
  'aroundCalls' | 'invocationFaults' | 'deliveryFaults' | 'onVersionWritten' | 'onFunctionRun'
>;

const DAY_MS = 86_400_000;
/** Lambda starts as many as there are invocations; one that waited for a worker here would hold up the clock. */
const WORKERS_PER_FUNCTION = 8;

interface Running {
  readonly cloud: LocalCloud;
  readonly doors: Doors;
  readonly configuration: Configuration;
}

/** The app on a local cloud whose clock jumps. It may be deployed again over what is stored. */
export class Deployment {
  readonly #assemblies: Assemblies;
  readonly #surroundings: Surroundings;
  readonly #unexpected: unknown[] = [];
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'simulated-cloud-'));
  #running: Running | undefined;

  constructor(assemblies: Assemblies, surroundings: Surroundings) {
    this.#assemblies = assemblies;
    this.#surroundings = surroundings;
  }

  get cloud(): LocalCloud {
    return this.#deployed.cloud;
  }

  get doors(): Doors {
    return this.#deployed.doors;
  }

  get configuration(): Configuration {
    return this.#deployed.configuration;
  }

  /** Updates the stacks in place: executions, events and queues go on. Functions that run are cut off. */
  async upgrade(configuration: Configuration): Promise<void> {
    if (JSON.stringify(configuration) === JSON.stringify(this.#running?.configuration)) return;
    await this.#restart(configuration, false);
  }

  /** Removes the stacks and deploys them again, so many days later: the tables stayed, and nothing else of the app. */
  async deployAnew(configuration: Configuration, daysGone: number): Promise<void> {
    await this.#restart(configuration, true);
    if (daysGone > 0) await this.wait(daysGone);
  }

  /** Lets days pass in which nothing rings, and expired items go. */
  async wait(days: number): Promise<void> {
    this.cloud.clock.leap(days * DAY_MS);
    await this.cloud.expiry.deleteExpired();
  }

  /** What the local cloud itself did wrong since this was asked last. */
  takeUnexpected(): unknown[] {
    return this.#unexpected.splice(0);
  }

  async stop(): Promise<void> {
    await this.#halt();
    rmSync(this.#dataDir, { recursive: true });
  }

  get #deployed(): Running {
    if (!this.#running) throw new Error('Nothing is deployed');
    return this.#running;
  }

  async #restart(configuration: Configuration, deployedAnew: boolean): Promise<void> {
    const assembly = await this.#assemblies.of(configuration);
    const settings = this.#running?.cloud.settings.current ?? {};
    await this.#halt();
    const cloud = await startLocalCloud({
      ...this.#surroundings,
      assembly,
      dataDir: this.#dataDir,
      deployedAnew,
      settings,
      clock: { skipIdle: true },
      skipFunctionSleeps: true,
      workersPerFunction: WORKERS_PER_FUNCTION,
      onUnexpected: (error) => this.#unexpected.push(error),
    });
    this.#running = { cloud, doors: new Doors(cloud), configuration };
  }

  async #halt(): Promise<void> {
    this.#running?.doors.close();
    await this.#running?.cloud.stop();
    this.#running = undefined;
  }
}
