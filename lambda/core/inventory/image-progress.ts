import { UNSETTLED } from './digest.ts';

/** An image that was begun and not finished: where the next run goes on. */
export interface Unfinished {
  readonly imageName: string;
  /** The last version that was compared; 0 if none was. */
  readonly after: number;
  /** Of the lists that this was read by; '' if they or what was read are not to be relied on. */
  readonly digest: string;
  /** Aliases whose version is known, with its number. */
  readonly holders: readonly (readonly [alias: string, version: number])[];
}

/** How far an image is read, in this run and those before it. */
export class ImageProgress {
  readonly #imageName: string;
  readonly #earlier: Unfinished | undefined;
  readonly #holders: Map<string, number>;
  readonly #onProgress: () => void;
  #after: number;
  #digest: string;
  #settled = true;

  /** @param onProgress called whenever the next run could go on from further than before */
  constructor(imageName: string, earlier: Unfinished | undefined, onProgress: () => void) {
    this.#imageName = imageName;
    this.#earlier = earlier;
    this.#holders = new Map(earlier?.holders);
    this.#after = earlier?.after ?? 0;
    this.#digest = earlier?.digest ?? UNSETTLED;
    this.#onProgress = onProgress;
  }

  get after(): number {
    return this.#after;
  }

  /** By which the next snapshot tells whether anything has changed. */
  get digest(): string {
    return this.#settled ? this.#digest : UNSETTLED;
  }

  get place(): Unfinished {
    return {
      imageName: this.#imageName,
      after: this.#after,
      digest: this.digest,
      holders: [...this.#holders],
    };
  }

  /** @param digest of the image's lists. If it is not that of the earlier runs, something has changed in between. */
  listed(digest: string): void {
    this.#digest = digest;
    if (this.#earlier && this.#earlier.digest !== digest) this.unsettle();
  }

  /** The next snapshot is to look at the image again, whatever its lists say. */
  unsettle(): void {
    this.#settled = false;
  }

  /** @returns the number of the version that the alias points to, if that is known */
  holderOf(alias: string): number | undefined {
    return this.#holders.get(alias);
  }

  found(alias: string, version: number): void {
    this.#holders.set(alias, version);
    this.#onProgress();
  }

  /** Versions up to this one are compared, and what differs is written. */
  compared(version: number): void {
    this.#after = version;
    this.#onProgress();
  }
}
