import type { Region } from './configuration.ts';
import type { Deployment } from './deployment.ts';
import type { PastRead } from './observed.ts';

interface Read extends PastRead {
  readonly time: string;
  readonly region: Region;
}

/** Reads what the inventory says of a time, and later asks the same again, whichever regions are configured then. */
export class PastReads {
  readonly #deployment: Deployment;
  readonly #reads = new Map<string, Read>();

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  get reads(): readonly PastRead[] {
    return [...this.#reads.values()];
  }

  /** @param time epoch milliseconds, not later than now */
  async read(time: number, regions: readonly Region[]): Promise<void> {
    for (const region of regions) await this.#read(new Date(time).toISOString(), region);
  }

  async again(): Promise<void> {
    for (const { time, region } of [...this.#reads.values()]) await this.#read(time, region);
  }

  async #read(time: string, region: Region): Promise<void> {
    const path = `/inventory?limit=1000&region=${region}&at=${time}`;
    const { status, text } = await this.#deployment.doors.persist('GET', path);
    // A snapshot that was taken by then is about to be committed: so it is not told yet, and later it is.
    if (status === 503) return;
    const at = `${region} at ${time}`;
    const answers = this.#reads.get(at)?.answers ?? [];
    this.#reads.set(at, { at, time, region, answers: [...answers, status === 200 ? text : `${status}`] });
  }
}
