import {
  CreateImageCommand,
  CreateImageVersionCommand,
  SageMakerClient,
  UpdateImageVersionCommand,
} from '@aws-sdk/client-sagemaker';
import type { ClockOptions } from '../../local/clock.ts';
import { type LocalCloud, startLocalCloud } from '../../local/local-cloud.ts';
import { Meter, type Metered } from './meter.ts';

/** A local cloud in real time, with images in it, whose inventory can be told to take a snapshot. */

export const TAKER = 'image-version-inventory-dev';
export const READER = 'image-version-api-inventory-dev';
export const TABLE = 'image-version-inventory-dev';
const SCHEDULE = 'image-version-snapshot-own-region-dev';

/** As the API tells of it. */
export interface Snapshot {
  readonly snapshotId: string;
  readonly takenAt: string;
  readonly full: boolean;
  readonly counts: Readonly<Record<'images' | 'versions' | 'added' | 'changed' | 'removed', number>>;
}

export interface Taken extends Metered {
  readonly snapshot: Snapshot;
  /** From the schedule's ring to the function's end. */
  readonly seconds: number;
}

/** A list that is read within so many milliseconds of a change is not relied upon by the next snapshot. */
const SETTLING = 2_500;

export class BenchCloud {
  readonly cloud: LocalCloud;
  readonly meter: Meter;
  readonly sageMaker: SageMakerClient;
  #changes = 0;

  private constructor(cloud: LocalCloud, meter: Meter) {
    this.cloud = cloud;
    this.meter = meter;
    this.sageMaker = new SageMakerClient(this.clientOptions);
  }

  /** Everything that is made or changed is so at once, and no call is throttled. */
  static async start(assembly: string, clock: ClockOptions = {}): Promise<BenchCloud> {
    const meter = new Meter();
    const cloud = await startLocalCloud({
      assembly,
      clock,
      settings: { durations: { create: 0, update: 0, delete: 0 } },
      aroundCalls: meter.middleware,
    });
    return new BenchCloud(cloud, meter);
  }

  /** For calls from outside that are made once. */
  get clientOptions() {
    const { awsUrl: endpoint, region, credentials } = this.cloud;
    return { endpoint, region, credentials, maxAttempts: 1 };
  }

  /** Makes images with two aliases each, on the last two of their versions. */
  async populate(images: number, versions: number): Promise<void> {
    await atOnce(8, [...Array(images).keys()], async (image) => {
      const ImageName = imageName(image);
      const RoleArn = 'arn:aws:iam::000000000000:role/image';
      await this.sageMaker.send(new CreateImageCommand({ ImageName, RoleArn }));
      for (let version = 1; version <= versions; version += 1) {
        const alias = { [versions - 1]: 'stable', [versions]: 'latest' }[version];
        await this.sageMaker.send(
          new CreateImageVersionCommand({
            ImageName,
            ...properties(image, version),
            ClientToken: `${image}-${version}`,
            ...(alias ? { Aliases: [alias] } : {}),
          }),
        );
      }
    });
  }

  /** Changes one version of each of ten images, straight at SageMaker; the next time, others. */
  async changeTen(images: number, versions: number): Promise<void> {
    for (let count = 0; count < 10; count += 1) {
      const change = this.#changes;
      this.#changes += 1;
      await this.sageMaker.send(
        new UpdateImageVersionCommand({
          ImageName: imageName(change % images),
          Version: 1 + (Math.floor(change / images) % versions),
          ReleaseNotes: `Passed the nightly training run ${change}`,
        }),
      );
    }
  }

  /** Until what was changed last is old enough to be told from what may come. */
  settle(): Promise<void> {
    return this.cloud.clock.sleep(SETTLING);
  }

  /** Rings the region's schedule. @throws Error with what the function logged, where no snapshot came of it */
  async takeSnapshot(): Promise<Taken> {
    const before = await this.latest();
    this.meter.reset();
    const began = performance.now();
    await this.ring();
    const seconds = (performance.now() - began) / 1000;
    const metered = this.meter.of(TAKER);
    const snapshot = await this.latest();
    if (!snapshot || snapshot.snapshotId === before?.snapshotId) throw this.failure();
    return { ...metered, snapshot, seconds };
  }

  /** Rings the region's schedule, and resolves when what it calls has ended. */
  async ring(): Promise<void> {
    const { events } = this.cloud;
    if (!events.runSchedule(SCHEDULE)) throw new Error(`The assembly has no schedule ${SCHEDULE}`);
    await events.settled();
  }

  /** The newest snapshot; undefined where there is none. */
  async latest(): Promise<Snapshot | undefined> {
    const response = await this.get('/snapshots/latest?limit=1');
    const body: { snapshot: Snapshot } = JSON.parse(await response.text());
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`The API answered ${response.status}: ${JSON.stringify(body)}`);
    return body.snapshot;
  }

  /** Of the API. The stage lets 50 requests a second in; one that it throttles is asked again. */
  async get(path: string): Promise<Response> {
    for (;;) {
      const response = await fetch(`${this.cloud.apiUrl}${path}`);
      if (response.status !== 429) return response;
      await response.arrayBuffer();
      await this.cloud.clock.sleep(500);
    }
  }

  failure(): Error {
    const logged = this.cloud.lambda.logs.of(TAKER).slice(-20);
    return new Error(`No snapshot was taken. ${TAKER} said:\n${logged.map(({ text }) => text).join('\n')}`);
  }

  async stop(): Promise<void> {
    this.sageMaker.destroy();
    await this.cloud.stop();
  }
}

/** Does something with each of them, so many at once. The first failure ends it. */
export async function atOnce<Item>(
  most: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: most }, worker));
}

export function imageName(index: number): string {
  return `pytorch-training-team-${String(index).padStart(3, '0')}`;
}

/** As long as real ones are. */
function properties(image: number, version: number) {
  const tag = `2.6.${version}-gpu-py312-cu126-ubuntu22.04-sagemaker`;
  return {
    BaseImage: `763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:${tag}`,
    MLFramework: `PyTorch 2.6.${version}`,
    ProgrammingLang: 'Python 3.12',
    Processor: image % 2 === 0 ? 'GPU' : 'CPU',
    JobType: 'TRAINING',
    VendorGuidance: version % 2 === 0 ? 'STABLE' : 'NOT_PROVIDED',
    ReleaseNotes: `Release ${version} of team ${image}: passed the nightly training run`,
  } as const;
}
