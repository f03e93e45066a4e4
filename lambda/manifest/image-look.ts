import { bounded } from '../core/bounded.ts';
import type { ReadableModel } from '../core/image-version/properties.ts';
import { newestSnapshot } from '../core/inventory/as-of.ts';
import type { ListedVersion } from '../core/inventory/ports.ts';
import { AS_MANY_AS_FIT, batches } from '../core/inventory/row-pages.ts';
import type { OperationRecord } from '../core/operation/record.ts';
import { type ManifestReads, ManifestTooLong } from './ports.ts';

/**
 * One image as it stands, for as long as one request takes: its versions, and its latest operations. The operations
 * are read first, so that a version whose create has ended by then is among the versions.
 */

export interface ImageLook {
  /** Epoch milliseconds at which it was begun: what ended after that may not be in it. */
  readonly begunAt: number;
  /** By SageMaker's list, whatever their status; undefined where there is no such image. */
  readonly versions: readonly ListedVersion[] | undefined;
  /** The latest ones, newest first. A moment behind. */
  readonly operations: readonly OperationRecord[];
}

/** One that is on its way has fewer after it than this, or it is told of only once its turn comes. */
const LATEST_OPERATIONS = 100;
/** Versions of an image whose base image is asked for at once. */
const AT_ONCE = 8;

/** Reads each image once. */
export class ImageLooks {
  readonly #reads: ManifestReads;
  readonly #until: number;
  readonly #looks = new Map<string, Promise<ImageLook>>();
  readonly #remembered = new Map<string, Promise<ReadonlyMap<string, string>>>();

  /** @param until epoch milliseconds after which nothing more is begun */
  constructor(reads: ManifestReads, until: number) {
    this.#reads = reads;
    this.#until = until;
  }

  of(region: string, imageName: string): Promise<ImageLook> {
    return once(this.#looks, `${region}/${imageName}`, () => this.#look(region, imageName));
  }

  /**
   * The newest of the versions that was made from a base image, with its properties. Most versions cost no call: a
   * base image is settled when a version is made, so what the inventory remembers of it holds.
   */
  async madeFrom(
    baseImage: string,
    versions: readonly ListedVersion[],
    { region, imageName }: { readonly region: string; readonly imageName: string },
  ): Promise<{ readonly version: ListedVersion; readonly model: ReadableModel } | undefined> {
    if (versions.length === 0) return undefined;
    const remembered = await once(this.#remembered, `${region}/${imageName}`, () =>
      this.#rows(region, imageName),
    );
    const candidates = versions
      .filter((one) => (remembered.get(keyOf(one)) ?? baseImage) === baseImage)
      .toSorted((a, b) => b.version - a.version);
    for (let first = 0; first < candidates.length; first += AT_ONCE) {
      const some = candidates.slice(first, first + AT_ONCE);
      this.#heedTime();
      const models = await bounded(some, AT_ONCE, ({ identifier }) =>
        this.#reads.requests.read(region, identifier),
      );
      for (const [index, version] of some.entries()) {
        const model = models[index];
        if (model?.BaseImage === baseImage) return { version, model };
      }
    }
    return undefined;
  }

  async #look(region: string, imageName: string): Promise<ImageLook> {
    this.#heedTime();
    const begunAt = this.#reads.now();
    const { records } = await this.#reads.operations.list({ region, imageName }, LATEST_OPERATIONS);
    return { begunAt, operations: records, versions: await this.#versions(region, imageName) };
  }

  async #versions(region: string, imageName: string): Promise<ListedVersion[] | undefined> {
    const versions: ListedVersion[] = [];
    let token: string | undefined;
    do {
      this.#heedTime();
      const page = await this.#reads.images.versions(region, imageName, token);
      if (!page) return undefined;
      versions.push(...page.versions);
      token = page.nextToken;
    } while (token);
    return versions;
  }

  /** Base images by version, as the newest snapshot has them. */
  async #rows(region: string, imageName: string): Promise<ReadonlyMap<string, string>> {
    const remembered = new Map<string, string>();
    const snapshot = await newestSnapshot(this.#reads.inventory, region);
    if (!snapshot) return remembered;
    const query = { region, filter: { imageName }, span: { kind: 'at', number: snapshot.number } } as const;
    for await (const { rows } of batches(this.#reads.inventory, query, undefined, () => AS_MANY_AS_FIT)) {
      this.#heedTime();
      for (const { state } of rows) {
        const { BaseImage } = state.properties;
        if (typeof BaseImage === 'string') remembered.set(keyOf(state), BaseImage);
      }
    }
    return remembered;
  }

  #heedTime(): void {
    if (this.#reads.now() < this.#until) return;
    throw new ManifestTooLong('Reading what the manifest is about takes too long');
  }
}

/** A version's number is given once to an image, and again where the image is made anew. */
function keyOf({ identifier, createdAt }: Pick<ListedVersion, 'identifier' | 'createdAt'>): string {
  return `${identifier} ${createdAt}`;
}

function once<T>(kept: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const made = kept.get(key) ?? make();
  kept.set(key, made);
  return made;
}
