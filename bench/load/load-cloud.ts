import { CreateImageCommand, CreateImageVersionCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { type LocalCloud, startLocalCloud } from '../../local/local-cloud.ts';
import { atOnce } from '../inventory/bench-cloud.ts';
import { Tally } from './tally.ts';

const CREATE_SECONDS = 95;
/**
 * As long as the operations are being accepted none may end, so that all are in the queue at once: those that begin
 * meanwhile take so long. It is the same share of both runs.
 */
const CREATE_SECONDS_MEANWHILE = 450;
/**
 * Enough for 100 reads a second of some 25 ms each; with two they would wait for each other. Many more would take the
 * machine's cores from the thread that plays AWS.
 */
const WORKERS_PER_FUNCTION = 3;
const AT_ONCE = { create: 0, update: 0, delete: 0 };

/** A local cloud with images and versions in it, whose calls are counted. */
export class LoadCloud {
  readonly cloud: LocalCloud;
  readonly tally: Tally;
  readonly sageMaker: SageMakerClient;

  private constructor(cloud: LocalCloud, tally: Tally) {
    this.cloud = cloud;
    this.tally = tally;
    const { awsUrl: endpoint, region, credentials } = cloud;
    this.sageMaker = new SageMakerClient({ endpoint, region, credentials });
  }

  static async start(assembly: string, speed: number, images: number): Promise<LoadCloud> {
    const tally = new Tally();
    const cloud = await startLocalCloud({
      assembly,
      clock: { speed },
      // SageMaker has 250 in a region unless its quota is raised.
      settings: { durations: AT_ONCE, maxImages: images },
      aroundCalls: tally.middleware,
      workersPerFunction: WORKERS_PER_FUNCTION,
      onFunctionRun: tally.onFunctionRun,
    });
    return new LoadCloud(cloud, tally);
  }

  /** Straight at SageMaker, where everything that is made now is there at once. */
  async populate(images: readonly string[], each: number): Promise<void> {
    await atOnce(8, images, async (ImageName) => {
      const RoleArn = 'arn:aws:iam::000000000000:role/image';
      await this.sageMaker.send(new CreateImageCommand({ ImageName, RoleArn }));
      for (let version = 1; version <= each; version += 1) {
        await this.sageMaker.send(
          new CreateImageVersionCommand({
            ImageName,
            BaseImage: `registry/image:${version}`,
            ClientToken: `${ImageName}-${version}`,
            MLFramework: `PyTorch 2.6.${version}`,
            ReleaseNotes: `Release ${version}: passed the nightly training run`,
          }),
        );
      }
    });
  }

  whileAccepting(): void {
    this.cloud.settings.change({ durations: { create: CREATE_SECONDS_MEANWHILE } });
  }

  onceAccepted(): void {
    this.cloud.settings.change({ durations: { create: CREATE_SECONDS } });
  }

  /** State transitions, which are most of what an operation costs. */
  transitions(): number {
    const { machines, store } = this.cloud.executions;
    let transitions = 0;
    for (const arn of machines.keys()) {
      for (let offset = 0, page = store.list(arn, undefined, 0, PAGE); page.length > 0; ) {
        for (const execution of page) transitions += execution.transitions;
        offset += page.length;
        page = store.list(arn, undefined, offset, PAGE);
      }
    }
    return transitions;
  }

  async stop(): Promise<void> {
    this.sageMaker.destroy();
    await this.cloud.stop();
  }
}

const PAGE = 500;
