import {
  CreateImageCommand,
  CreateImageVersionCommand,
  DescribeImageCommand,
  DescribeImageVersionCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { LocalCloud } from '../../local/local-cloud.ts';
import type { Region } from './configuration.ts';
import type { Door } from './schedule.ts';

export type Kind = 'create' | 'update' | 'delete';

/** What was asked for, in a form that may be asked for again. */
export interface Asked {
  readonly kind: Kind;
  readonly by: Door;
  readonly region: Region;
  readonly imageName: string;
  readonly version: number | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly key: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** How often a caller with a key asks again: more often than a schedule has mishaps. */
const PATIENCE = 12;

/** The doors that users have: the API, StartExecution; and SageMaker, for the images. */
export class Doors {
  readonly #cloud: LocalCloud;
  readonly #sfn: SFNClient;
  readonly #sageMaker = new Map<Region, SageMakerClient>();

  constructor(cloud: LocalCloud) {
    this.#cloud = cloud;
    const options = { endpoint: cloud.awsUrl, region: cloud.region, credentials: cloud.credentials };
    this.#sfn = new SFNClient(options);
  }

  close(): void {
    this.#sfn.destroy();
    for (const client of this.#sageMaker.values()) client.destroy();
  }

  async image(region: Region, ImageName: string): Promise<void> {
    const sageMaker = this.#sageMakerOf(region);
    const RoleArn = 'arn:aws:iam::000000000000:role/sagemaker-image';
    await sageMaker.send(new CreateImageCommand({ ImageName, RoleArn }));
    for (;;) {
      const { ImageStatus } = await sageMaker.send(new DescribeImageCommand({ ImageName }));
      if (ImageStatus === 'CREATED') return;
      await this.#cloud.clock.sleep(1000);
    }
  }

  /** Creates a version in SageMaker itself. */
  async version(region: Region, ImageName: string, BaseImage: string, Aliases: string[]): Promise<void> {
    const sageMaker = this.#sageMakerOf(region);
    const created = { ImageName, BaseImage, Aliases, ClientToken: BaseImage.replaceAll(/[^a-z0-9-]/g, '-') };
    await sageMaker.send(new CreateImageVersionCommand(created));
    for (;;) {
      const { ImageVersionStatus } = await sageMaker.send(new DescribeImageVersionCommand({ ImageName }));
      if (ImageVersionStatus === 'CREATED') return;
      await this.#cloud.clock.sleep(1000);
    }
  }

  /** As a careful caller: with a key it asks again until it is answered; without one it asks once. */
  async ask(asked: Asked): Promise<Answer> {
    const { kind, region, imageName, version, properties, key } = asked;
    const versions = `/images/${imageName}/versions`;
    const where = `?region=${region}`;
    switch (kind) {
      case 'create':
        return this.persist('POST', `${versions}${where}`, properties, key);
      case 'update':
        return this.persist('PATCH', `${versions}/${version}${where}`, properties, key);
      case 'delete':
        return this.persist('DELETE', `${versions}/${version}${where}`, undefined, key);
      default:
        return kind satisfies never;
    }
  }

  async persist(method: string, path: string, body?: object, key?: string): Promise<Answer> {
    for (let asked = 1; ; asked += 1) {
      const answer = await this.#request(method, path, body, key);
      const mayRepeat = key !== undefined || method === 'GET';
      if (answer.status < 500 && answer.status !== 429) return answer;
      if (!mayRepeat || asked === PATIENCE) return answer;
      await this.#cloud.clock.sleep(1000);
    }
  }

  /** Starts a workflow by hand. @returns false where it is refused */
  async start(asked: Asked, name: string): Promise<boolean> {
    const { kind, region, imageName, version, properties } = asked;
    const { ReleaseNotes, Aliases, ...rest } = properties;
    const target = { imageName, version, region };
    const changed = {
      ...(ReleaseNotes === undefined ? {} : { ReleaseNotes }),
      ...(Aliases === undefined ? {} : { Aliases }),
    };
    const input =
      kind === 'create'
        ? { properties: { ImageName: imageName, ...rest, ...changed }, region }
        : kind === 'update'
          ? { ...target, properties: changed }
          : target;
    return this.#started(kind, name, input);
  }

  async startAgain(kind: Kind, name: string, request: unknown): Promise<boolean> {
    return this.#started(kind, name, request);
  }

  async stop(kind: Kind, name: string): Promise<void> {
    const executionArn = `${this.#cloud.stateMachineArn(machineName(kind)).replace(':stateMachine:', ':execution:')}:${name}`;
    try {
      await this.#sfn.send(new StopExecutionCommand({ executionArn, error: 'Stopped', cause: 'by hand' }));
    } catch (error) {
      // It may not run yet, or have ended: as somebody finds who stops it in the console.
      if (!(error instanceof Error && error.name === 'ExecutionDoesNotExist')) throw error;
    }
  }

  #sageMakerOf(region: Region): SageMakerClient {
    const known = this.#sageMaker.get(region);
    if (known) return known;
    const { awsUrl: endpoint, credentials } = this.#cloud;
    const client = new SageMakerClient({ endpoint, region, credentials });
    this.#sageMaker.set(region, client);
    return client;
  }

  async #started(kind: Kind, name: string, input: unknown): Promise<boolean> {
    try {
      await this.#sfn.send(
        new StartExecutionCommand({
          stateMachineArn: this.#cloud.stateMachineArn(machineName(kind)),
          name,
          input: JSON.stringify(input),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ExecutionAlreadyExists') return false;
      throw error;
    }
  }

  async #request(method: string, path: string, body?: object, key?: string): Promise<Answer> {
    const response = await fetch(`${this.#cloud.apiUrl}${path}`, {
      method,
      headers: {
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(key ? { 'idempotency-key': key } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : {} };
  }
}

function machineName(kind: Kind): string {
  return `${kind}-image-version-dev`;
}
