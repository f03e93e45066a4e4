import {
  CreateImageVersionCommand,
  DeleteImageVersionCommand,
  UpdateImageVersionCommand,
} from '@aws-sdk/client-sagemaker';
import type { LocalCloudOptions } from '../../local/local-cloud.ts';
import { ApiCloud } from '../api/api-cloud.ts';
import { TestCloud } from '../workflows/cloud.ts';

/** A snapshot as the API tells of it, as far as tests look at it. */
export interface ToldSnapshot {
  readonly snapshotId: string;
  readonly region: string;
  readonly takenAt: string;
  readonly startedAt: string;
  readonly trigger: string;
  readonly full: boolean;
  readonly calls: number;
  readonly throttled: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** What was published of a change. */
export interface ToldChange {
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Longer than Lambda takes for all that it does with one event: three runs, a minute and two apart. */
const PATIENCE = 20 * 60_000;

/** The local cloud, by the doors of the inventory's users; and SageMaker, for what is done past the system. */
export class InventoryCloud {
  readonly api: ApiCloud;
  readonly cloud: TestCloud;
  #made = 0;

  private constructor(cloud: TestCloud) {
    this.cloud = cloud;
    this.api = new ApiCloud(cloud);
  }

  static async start(options: Partial<LocalCloudOptions> = {}): Promise<InventoryCloud> {
    return new InventoryCloud(await TestCloud.start(options));
  }

  /** The schedule of a region rings. */
  async ring(region = 'us-east-1'): Promise<void> {
    const rule = `image-version-snapshot-${region}-dev`;
    const { status } = await fetch(`${this.cloud.cloud.awsUrl}/_local/schedules/${rule}`, { method: 'POST' });
    if (status !== 200) throw new Error(`The schedule ${rule} did not ring: ${status}`);
  }

  async newest(region = 'us-east-1'): Promise<ToldSnapshot | undefined> {
    const { status, body } = await this.api.ask('GET', `/snapshots?region=${region}&limit=1`);
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
    const [newest] = body.items as readonly ToldSnapshot[];
    return newest;
  }

  /** The schedule rings, and what it comes to within twenty minutes is waited for. */
  async taken(region = 'us-east-1'): Promise<ToldSnapshot> {
    const before = await this.newest(region);
    await this.ring(region);
    return this.until(async () => {
      const newest = await this.newest(region);
      return newest && newest.snapshotId !== before?.snapshotId ? newest : undefined;
    });
  }

  /** What comes of a look, once it comes to something. */
  async until<T>(look: () => Promise<T | undefined>): Promise<T> {
    const { clock } = this.cloud.cloud;
    const end = clock.now() + PATIENCE;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (clock.now() > end) throw new Error('Twenty minutes have passed, and it has not come');
      await clock.sleep(1_000);
    }
  }

  /** Rows of a region, as of a time, under a query. */
  async rows(query = ''): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const rows: Readonly<Record<string, unknown>>[] = [];
    let cursor: unknown = null;
    do {
      const next = cursor === null ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
      const { status, body } = await this.api.ask('GET', `/inventory?limit=1000${query}${next}`);
      if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
      rows.push(...(body.items as typeof rows));
      cursor = body.nextCursor;
    } while (cursor !== null);
    return rows;
  }

  /** `<image> <version> <aliases>` of each row. */
  async seen(query = ''): Promise<string[]> {
    return (await this.rows(query)).map(({ imageName, version, properties }) => {
      const aliases = Reflect.get(Object(properties), 'Aliases') as readonly string[];
      return [imageName, version, ...aliases].join(' ');
    });
  }

  /** Changes that were told, repeats included. */
  async told(): Promise<ToldChange[]> {
    const response = await fetch(`${this.cloud.cloud.awsUrl}/_local/events?recent=1000`);
    const { events } = (await response.json()) as {
      readonly events: readonly { readonly event: { 'detail-type': string; detail: ToldChange['detail'] } }[];
    };
    return events
      .map(({ event }) => ({ detailType: event['detail-type'], detail: event.detail }))
      .filter(({ detail }) => 'eventId' in detail);
  }

  /** Events that were given up. */
  async deadLetters(): Promise<readonly unknown[]> {
    const queue = 'image-version-snapshots-undelivered-dev';
    const response = await fetch(`${this.cloud.cloud.awsUrl}/_local/queues/${queue}`);
    const { messages } = (await response.json()) as { readonly messages: readonly unknown[] };
    return messages;
  }

  /** A version that is made past the system, and stands. */
  async make(ImageName: string, more: object = {}, region = 'us-east-1'): Promise<void> {
    const sageMaker = this.cloud.sageMaker(region);
    const before = await this.cloud.versions(ImageName, region);
    this.#made += 1;
    await sageMaker.send(
      new CreateImageVersionCommand({
        ImageName,
        BaseImage: 'registry/image:1',
        ClientToken: `version-${this.#made}`,
        ...more,
      }),
    );
    await this.until(async () => {
      const versions = await this.cloud.versions(ImageName, region);
      return versions.at(-1)?.endsWith(' CREATED') && versions.length > before.length ? true : undefined;
    });
  }

  async change(ImageName: string, Version: number, more: object): Promise<void> {
    await this.cloud.sageMaker().send(new UpdateImageVersionCommand({ ImageName, Version, ...more }));
  }

  async remove(ImageName: string, Version: number): Promise<void> {
    await this.cloud.sageMaker().send(new DeleteImageVersionCommand({ ImageName, Version }));
    await this.until(async () => {
      const versions = await this.cloud.versions(ImageName);
      return versions.some((one) => one.startsWith(`${Version} `)) ? undefined : true;
    });
  }

  async stop(): Promise<void> {
    await this.cloud.stop();
  }
}
