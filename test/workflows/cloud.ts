import { CloudControlClient, GetResourceCommand } from '@aws-sdk/client-cloudcontrol';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateImageCommand,
  DescribeImageCommand,
  ListAliasesCommand,
  ListImageVersionsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/local-cloud.ts';
import { assemblyDirectory } from '../synthesized.ts';

export type Kind = 'create' | 'update' | 'delete';

/** How an execution ended, as DescribeExecution tells. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly error?: string;
  readonly cause?: string;
  /** The execution's output; an empty object when it failed. */
  readonly result: Readonly<Record<string, unknown>>;
}

export const BASE_IMAGE = '763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.6.0-cpu-py312';
const ACCOUNT = '000000000000';

export function versionArn(imageName: string, version: number, region = 'us-east-1'): string {
  return `arn:aws:sagemaker:${region}:${ACCOUNT}:image-version/${imageName}/${version}`;
}

/** The synthesized app on a local cloud whose clock jumps over idle time, and the doors that its users have. */
export class TestCloud {
  readonly cloud: LocalCloud;
  /** Errors of the local cloud itself. */
  readonly unexpected: unknown[];
  readonly logs: string[];
  readonly #sfn: SFNClient;
  readonly #sageMaker = new Map<string, SageMakerClient>();
  readonly #dynamoDb: DynamoDBClient;

  private constructor(cloud: LocalCloud, unexpected: unknown[], logs: string[]) {
    this.cloud = cloud;
    this.unexpected = unexpected;
    this.logs = logs;
    this.#sfn = new SFNClient(this.clientOptions());
    this.#dynamoDb = new DynamoDBClient(this.clientOptions());
  }

  static async start(options: Partial<LocalCloudOptions> = {}): Promise<TestCloud> {
    const unexpected: unknown[] = [];
    const logs: string[] = [];
    const cloud = await startLocalCloud({
      assembly: assemblyDirectory(),
      clock: { skipIdle: true },
      onUnexpected: (error) => unexpected.push(error),
      onLog: ({ text }) => logs.push(text),
      ...options,
    });
    return new TestCloud(cloud, unexpected, logs);
  }

  clientOptions(region = 'us-east-1') {
    return { endpoint: this.cloud.awsUrl, region, credentials: this.cloud.credentials };
  }

  async stop(): Promise<void> {
    this.#sfn.destroy();
    this.#dynamoDb.destroy();
    for (const client of this.#sageMaker.values()) client.destroy();
    await this.cloud.stop();
  }

  /** Between tests: no image, no fault rule, the default settings. */
  async reset(): Promise<void> {
    this.cloud.faults.remove();
    this.cloud.settings.reset();
    await fetch(`${this.cloud.awsUrl}/_local/reset`, { method: 'POST' });
  }

  /** Makes an image and waits until it can have versions. */
  async image(ImageName: string, region = 'us-east-1'): Promise<void> {
    const client = this.sageMaker(region);
    await client.send(
      new CreateImageCommand({ ImageName, RoleArn: `arn:aws:iam::${ACCOUNT}:role/sagemaker-image` }),
    );
    for (;;) {
      const { ImageStatus } = await client.send(new DescribeImageCommand({ ImageName }));
      if (ImageStatus === 'CREATED') return;
      await this.cloud.clock.sleep(1000);
    }
  }

  async begin(kind: Kind, input: unknown, name?: string): Promise<string> {
    const { executionArn } = await this.#sfn.send(
      new StartExecutionCommand({
        stateMachineArn: this.cloud.stateMachineArn(`${kind}-image-version-dev`),
        input: JSON.stringify(input),
        ...(name ? { name } : {}),
      }),
    );
    return executionArn ?? '';
  }

  async ended(executionArn: string): Promise<Execution> {
    await this.cloud.executions.settled(executionArn);
    const execution = await this.#sfn.send(new DescribeExecutionCommand({ executionArn }));
    return {
      arn: executionArn,
      name: execution.name ?? '',
      status: execution.status ?? '',
      ...(execution.error ? { error: execution.error } : {}),
      ...(execution.cause ? { cause: execution.cause } : {}),
      result: JSON.parse(execution.output ?? '{}'),
    };
  }

  /** Starts a workflow as a user does and waits for its end. */
  async run(kind: Kind, input: unknown, name?: string): Promise<Execution> {
    return this.ended(await this.begin(kind, input, name));
  }

  /** A version that stands, with these properties. */
  async version(imageName: string, properties: object = {}): Promise<void> {
    const made = await this.run('create', {
      properties: { ImageName: imageName, BaseImage: BASE_IMAGE, ...properties },
    });
    if (made.status !== 'SUCCEEDED') throw new Error(`${made.error}: ${made.cause}`);
  }

  sageMaker(region = 'us-east-1'): SageMakerClient {
    const client = this.#sageMaker.get(region) ?? new SageMakerClient(this.clientOptions(region));
    this.#sageMaker.set(region, client);
    return client;
  }

  /** Number and status of each version that SageMaker has. */
  async versions(ImageName: string, region = 'us-east-1'): Promise<string[]> {
    const { ImageVersions = [] } = await this.sageMaker(region).send(
      new ListImageVersionsCommand({ ImageName, SortBy: 'CREATION_TIME', SortOrder: 'ASCENDING' }),
    );
    return ImageVersions.map(({ Version, ImageVersionStatus }) => `${Version} ${ImageVersionStatus}`);
  }

  async aliases(ImageName: string, Version: number): Promise<string[]> {
    const { SageMakerImageVersionAliases = [] } = await this.sageMaker().send(
      new ListAliasesCommand({ ImageName, Version }),
    );
    return SageMakerImageVersionAliases.toSorted();
  }

  /** What Cloud Control says a version is. */
  async model(Identifier: string): Promise<Record<string, unknown>> {
    const client = new CloudControlClient(this.clientOptions());
    try {
      const TypeName = 'AWS::SageMaker::ImageVersion';
      const { ResourceDescription } = await client.send(new GetResourceCommand({ TypeName, Identifier }));
      return JSON.parse(ResourceDescription?.Properties ?? '{}');
    } finally {
      client.destroy();
    }
  }

  /** The operation's record. */
  async record(operationId: string): Promise<Record<string, unknown>> {
    const { Item } = await this.#dynamoDb.send(
      new GetItemCommand({
        TableName: 'image-version-operations-dev',
        Key: { operationId: { S: operationId } },
      }),
    );
    return Item ? unmarshall(Item) : {};
  }

  /** How often an operation of Cloud Control was called, whatever came of it. */
  called(operation: string): number {
    const outcomes = this.cloud.calls.counts()[`CloudApiService.${operation}`] ?? {};
    return Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  }

  fault(rule: object): void {
    this.cloud.faults.add(rule);
  }
}
