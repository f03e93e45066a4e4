import { CreateImageCommand, DescribeImageCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import * as z from 'zod/mini';
import type { LocalCloud } from '../../../local/local-cloud.ts';
import type { Dice } from '../../fixtures/dice.ts';
import type { FuzzClient } from './client.ts';
import type { FuzzAnswer } from './contract.ts';
import type { Operation } from './document.ts';
import { type FuzzRequest, withHeader } from './request.ts';

/** What is there, so that requests can ask for it: images, and whatever the answers have told of. */

const IMAGES = ['fuzz-one', 'fuzz-two', 'fuzz-three'];
const ALIASES = ['stable', 'latest', 'v1.0_a'];
const BASE_IMAGE = 'registry/fuzz:1';
const MOST_KNOWN = 40;

const Told = z.looseObject({
  operationId: z.optional(z.string()),
  operation: z.optional(z.looseObject({ operationId: z.string() })),
  nextCursor: z.optional(z.nullable(z.string())),
  items: z.optional(
    z.array(z.looseObject({ snapshotId: z.optional(z.string()), operationId: z.optional(z.string()) })),
  ),
});

export class FuzzWorld {
  readonly #cloud: LocalCloud;
  readonly #client: FuzzClient;
  readonly #operationIds: string[] = [];
  readonly #snapshotIds: string[] = [];
  readonly #keys: string[] = ['key-1'];
  /** Requests of pages that follow others. */
  readonly #pages: FuzzRequest[] = [];

  constructor(cloud: LocalCloud, client: FuzzClient) {
    this.#cloud = cloud;
    this.#client = client;
  }

  /** Makes images, versions with aliases, and two snapshots between which something has changed. */
  async prepare(): Promise<void> {
    const { awsUrl: endpoint, credentials, clock } = this.#cloud;
    for (const region of ['us-east-1', 'eu-west-1']) {
      const client = new SageMakerClient({ endpoint, region, credentials });
      for (const ImageName of IMAGES) {
        const RoleArn = 'arn:aws:iam::000000000000:role/sagemaker-image';
        await client.send(new CreateImageCommand({ ImageName, RoleArn }));
        while ((await client.send(new DescribeImageCommand({ ImageName }))).ImageStatus !== 'CREATED') {
          await clock.sleep(1_000);
        }
      }
      client.destroy();
    }
    for (const notes of ['a "note", 1', 'a "note", 2']) {
      const body = { BaseImage: BASE_IMAGE, ReleaseNotes: notes, Processor: 'CPU' };
      for (const [nth, imageName] of IMAGES.entries()) {
        await this.#done(imageName, { ...body, Aliases: [ALIASES[nth]] });
      }
      await this.#snapshot();
    }
  }

  /** An image's name; now and then none that is there. */
  imageName(dice: Dice): string {
    return dice.chance(0.9) ? dice.of(IMAGES, '') : 'no-such-image';
  }

  /** Of a path or query parameter by its name; undefined where nothing is known for it. */
  value(name: string, dice: Dice): string | undefined {
    switch (name) {
      case 'imageName':
      case 'image':
        return this.imageName(dice);
      case 'version':
        return String(1 + dice.below(3));
      case 'alias':
        return dice.of(ALIASES, '');
      case 'operationId':
        // The newest is most likely to be still on its way.
        return dice.chance(0.5) ? (this.#operationIds.at(-1) ?? 'none') : dice.of(this.#operationIds, 'none');
      case 'snapshotId':
      case 'otherId':
        return dice.chance(0.3) ? 'latest' : dice.of(this.#snapshotIds, 'latest');
      case 'region':
        return dice.chance(0.8) ? 'us-east-1' : 'eu-west-1';
      case 'since':
      case 'at':
        return new Date(this.#cloud.clock.now() - dice.below(3 * 3_600_000)).toISOString();
      case 'Idempotency-Key':
        return this.#key(dice);
      case 'Prefer':
        return `wait=${1 + dice.below(5)}`;
      default:
        return undefined;
    }
  }

  /** A request for a page that follows another, if there is one of that operation. */
  page(path: string, dice: Dice): FuzzRequest | undefined {
    const pages = this.#pages.filter((one) => one.path === path);
    return pages[dice.below(Math.max(1, pages.length))];
  }

  /** Takes up what an answer tells of. */
  learn(request: FuzzRequest, operation: Operation | undefined, answer: FuzzAnswer): void {
    if (!operation || answer.status >= 300 || answer.headers['content-type'] !== 'application/json') return;
    const told = Told.safeParse(JSON.parse(answer.text));
    if (!told.success) return;
    const { operationId, operation: begun, nextCursor, items = [] } = told.data;
    for (const id of [operationId, begun?.operationId]) if (id) keep(this.#operationIds, id);
    for (const item of items) if (item.snapshotId) keep(this.#snapshotIds, item.snapshotId);
    if (nextCursor) {
      const others = request.query.filter(([name]) => name !== 'cursor');
      keep(this.#pages, { ...request, query: [...others, ['cursor', encodeURIComponent(nextCursor)]] });
    }
  }

  /** One that was used before, or a new one. */
  #key(dice: Dice): string {
    if (dice.chance(0.3)) return dice.of(this.#keys, 'key-1');
    const key = `key-${dice.below(1_000_000)}`;
    keep(this.#keys, key);
    return key;
  }

  async #done(imageName: string, body: object): Promise<void> {
    const asked: FuzzRequest = {
      method: 'POST',
      path: `/images/${imageName}/versions`,
      query: [],
      headers: [['Content-Type', 'application/json']],
      body: { text: JSON.stringify(body), encoding: 'utf8' },
    };
    const { status, text } = await this.#client.send(withHeader(asked, 'Prefer', 'wait=20'));
    const told = Told.parse(JSON.parse(text));
    if (status > 202 || !told.operationId) throw new Error(`The world is not made: ${status} ${text}`);
    keep(this.#operationIds, told.operationId);
    await this.#until(`/operations/${told.operationId}`, (said) => /"status":"SUCCEEDED"/.test(said));
  }

  async #snapshot(): Promise<void> {
    const count = this.#snapshotIds.length;
    await this.#client.send({ method: 'POST', path: '/snapshots', query: [], headers: [], body: undefined });
    await this.#until('/snapshots', (said) => {
      for (const { snapshotId } of Told.parse(JSON.parse(said)).items ?? []) {
        if (snapshotId) keep(this.#snapshotIds, snapshotId);
      }
      return this.#snapshotIds.length > count;
    });
  }

  async #until(path: string, isSo: (said: string) => boolean): Promise<void> {
    const end = this.#cloud.clock.now() + 20 * 60_000;
    for (;;) {
      const { text } = await this.#client.send({
        method: 'GET',
        path,
        query: [],
        headers: [],
        body: undefined,
      });
      if (isSo(text)) return;
      if (this.#cloud.clock.now() > end) throw new Error(`The world is not made: ${path} says ${text}`);
      await this.#cloud.clock.sleep(1_000);
    }
  }
}

function keep<T>(list: T[], item: T): void {
  if (list.includes(item)) return;
  list.push(item);
  if (list.length > MOST_KNOWN) list.shift();
}
