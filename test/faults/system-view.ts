import { OWN_REGION, type Region } from './configuration.ts';
import type { Deployment } from './deployment.ts';
import type { ObservedOperation, ObservedRow, ObservedSnapshot } from './observed.ts';

/** An image that callers use. */
export interface UsedImage {
  readonly name: string;
  readonly region: Region;
}

type ToldOperation = Omit<ObservedOperation, 'queued'>;

interface ToldSnapshot {
  readonly snapshotId: string;
  readonly startedAt: string;
  readonly takenAt: string;
  readonly counts: { readonly added: number; readonly changed: number; readonly removed: number };
}

/** The newest are looked at: where one is taken every five minutes, there are hundreds. */
const MOST_SNAPSHOTS = 20;

/** What the API and the bus tell, as the app is deployed now. */
export class SystemView {
  readonly #deployment: Deployment;
  readonly #images: readonly UsedImage[];

  constructor(deployment: Deployment, images: readonly UsedImage[]) {
    this.#deployment = deployment;
    this.#images = images;
  }

  get regions(): readonly Region[] {
    return this.#deployment.configuration.regions;
  }

  /** Images whose region is configured now. */
  get images(): readonly UsedImage[] {
    return this.#images.filter(({ region }) => this.regions.includes(region));
  }

  async operations(): Promise<ToldOperation[]> {
    const found: ToldOperation[] = [];
    for (const { name, region } of this.images) {
      const path = `/operations?image=${name}&region=${region}&limit=50`;
      const { text } = await this.#deployment.doors.persist('GET', path);
      const { items = [] }: { items?: ToldOperation[] } = JSON.parse(text);
      found.push(...items);
    }
    return found;
  }

  /** undefined where there is none. */
  async newestSnapshot(region: Region): Promise<string | undefined> {
    const [newest] = await this.#told(`region=${region}&limit=1`);
    return newest?.snapshotId;
  }

  /** Oldest first. @param since epoch milliseconds */
  async snapshots(since: number): Promise<ObservedSnapshot[]> {
    const seen: ObservedSnapshot[] = [];
    for (const region of this.regions) {
      const query = `region=${region}&limit=${MOST_SNAPSHOTS}&since=${new Date(since).toISOString()}`;
      for (const { snapshotId, startedAt, takenAt, counts } of await this.#told(query)) {
        const { text } = await this.#deployment.doors.persist('GET', `/snapshots/${snapshotId}?limit=1000`);
        const { items }: { items: ObservedRow[] } = JSON.parse(text);
        const changes = counts.added + counts.changed + counts.removed;
        seen.push({ snapshotId, startedAt, takenAt, changes, first: snapshotId.endsWith('-1'), rows: items });
      }
    }
    return seen.toSorted((a, b) => a.takenAt.localeCompare(b.takenAt));
  }

  /** Rings the schedule of a region's snapshots. */
  ring(region: Region): void {
    const own = this.regions.length === 1 && region === OWN_REGION;
    const rule = `image-version-snapshot-${own ? 'own-region' : region}-dev`;
    if (!this.#deployment.cloud.events.runSchedule(rule)) throw new Error(`There is no rule ${rule}`);
  }

  async #told(query: string): Promise<ToldSnapshot[]> {
    const { text } = await this.#deployment.doors.persist('GET', `/snapshots?${query}`);
    const { items = [] }: { items?: ToldSnapshot[] } = JSON.parse(text);
    return items;
  }
}
