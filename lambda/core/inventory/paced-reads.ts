import { imageNameOf } from '../catalogue.ts';
import type { ReadableModel } from '../image-version/properties.ts';
import { callDelay } from '../pacing.ts';
import { CallError, type Circumstances } from '../ports.ts';
import type { InventoryReads, ListedVersion } from './ports.ts';
import type { AdaptiveRate } from './rate.ts';

/**
 * A call is made so often at most, where it is throttled, broken off or answered with 5xx each time. Between them pass
 * 1 + 2 + 4 + 8 + 16 + 30 + 30 = 91 s at most (full jitter, on average half of that). If the reads have a limit, a call
 * that is throttled is repeated until that says no more: it can only come through later, and the rate has fallen.
 */
const MOST_CALLS = 8;

export interface CallCounts {
  readonly calls: number;
  readonly throttled: number;
}

/** Reads of one region: every call at its turn, counted, made again where it may yet succeed; every page read. */
export class PacedReads {
  readonly #region: string;
  readonly #reads: InventoryReads;
  readonly #rate: AdaptiveRate;
  readonly #circumstances: Circumstances;
  readonly #sleep: (milliseconds: number) => Promise<void>;
  readonly #limit: Limit | undefined;
  #calls: number;
  #throttled: number;
  #stopped = false;

  constructor(
    region: string,
    parts: {
      readonly reads: InventoryReads;
      readonly rate: AdaptiveRate;
      readonly circumstances: Circumstances;
      readonly sleep: (milliseconds: number) => Promise<void>;
      readonly before: CallCounts;
      /** @default - calls are made until {@link stop} */
      readonly limit?: Limit;
    },
  ) {
    this.#region = region;
    this.#reads = parts.reads;
    this.#rate = parts.rate;
    this.#circumstances = parts.circumstances;
    this.#sleep = parts.sleep;
    this.#limit = parts.limit;
    this.#calls = parts.before.calls;
    this.#throttled = parts.before.throttled;
  }

  /** No call is made any more: whoever still asks is told that the run has failed. */
  stop(): void {
    this.#stopped = true;
  }

  get counts(): CallCounts {
    return { calls: this.#calls, throttled: this.#throttled };
  }

  /** Names of the region's images. */
  async images(): Promise<string[]> {
    const identifiers = await this.#pages(async (token) => {
      const page = await this.#reads.lists.images(this.#region, token);
      return { items: page.identifiers, nextToken: page.nextToken };
    });
    return [...new Set(identifiers)].map(imageNameOf);
  }

  /** In order of their numbers; undefined where there is no such image. */
  async versions(imageName: string): Promise<ListedVersion[] | undefined> {
    const versions = await this.#pages(async (token) => {
      const page = await this.#reads.images.versions(this.#region, imageName, token);
      return page && { items: page.versions, nextToken: page.nextToken };
    });
    // A list that changes between two pages may tell of one twice: the later one is how it is.
    const byNumber = versions && new Map(versions.map((one) => [one.version, one]));
    return byNumber && [...byNumber.values()].toSorted((a, b) => a.version - b.version);
  }

  /** Every alias of the image, in order; undefined where there is no such image. */
  async aliases(imageName: string): Promise<string[] | undefined> {
    const aliases = await this.#pages(async (token) => {
      const page = await this.#reads.images.aliases(this.#region, imageName, token);
      return page && { items: page.aliases, nextToken: page.nextToken };
    });
    return aliases && [...new Set(aliases)].toSorted();
  }

  /** Identifiers of an image's versions, as Cloud Control lists them. */
  async identifiers(imageName: string): Promise<string[]> {
    const identifiers = await this.#pages(async (token) => {
      const page = await this.#reads.lists.versions(this.#region, imageName, token);
      return page && { items: page.identifiers, nextToken: page.nextToken };
    });
    return [...new Set(identifiers)];
  }

  /** undefined where there is no such version. */
  model(identifier: string): Promise<ReadableModel | undefined> {
    return this.#call(() => this.#reads.requests.read(this.#region, identifier));
  }

  /** undefined where there is no such version. */
  describe(imageName: string, version: number): Promise<ListedVersion | undefined> {
    return this.#call(() => this.#reads.images.describe(this.#region, imageName, version));
  }

  /** Number of the version that has the alias; undefined where none has. */
  holder(imageName: string, alias: string): Promise<number | undefined> {
    return this.#call(() => this.#reads.images.holder(this.#region, imageName, alias));
  }

  async #pages<Item>(
    list: (token: string | undefined) => Promise<Listed<Item> | undefined>,
  ): Promise<Item[] | undefined> {
    const items: Item[] = [];
    let token: string | undefined;
    do {
      const page = await this.#call(() => list(token));
      if (!page) return undefined;
      items.push(...page.items);
      token = page.nextToken;
    } while (token);
    return items;
  }

  #check(): void {
    if (this.#stopped) throw new Error('The run has failed: nothing more is read');
    this.#limit?.check();
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    let refusals = 0;
    for (let failures = 1; ; failures += 1) {
      await this.#rate.turn(() => this.#check());
      this.#calls += 1;
      try {
        const answer = await call();
        this.#rate.succeeded();
        return answer;
      } catch (error) {
        if (!(error instanceof CallError && error.transient)) throw error;
        if (error.throttled) {
          this.#throttled += 1;
          this.#rate.throttled();
          this.#limit?.throttled(error);
          if (this.#limit) refusals += 1;
        }
        if (failures - refusals === MOST_CALLS) throw error;
        await this.#sleep(callDelay(failures, this.#circumstances.random()) * 1_000);
      }
    }
  }
}

/** Whether calls may still be made. */
interface Limit {
  /** Throws if not. */
  check(): void;
  /** A call was throttled and is to be repeated. */
  throttled(error: CallError): void;
}

interface Listed<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string | undefined;
}
