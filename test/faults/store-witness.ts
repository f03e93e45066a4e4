import type { ImageVersion } from '../../local/aws/sagemaker/store.ts';
import type { Moment, StoreHistory } from './observed.ts';

/** Remembers every state that each version of the image store ever had. */
export class StoreWitness {
  readonly #history = new Map<string, Moment[]>();

  get history(): StoreHistory {
    return this.#history;
  }

  written(version: ImageVersion, gone: boolean, at: number): void {
    const moments = this.#history.get(version.arn) ?? [];
    this.#history.set(version.arn, moments);
    const { arn, imageName, status, baseImage, aliases, attributes } = version;
    const stored = {
      arn,
      imageName,
      version: version.version,
      status,
      baseImage,
      aliases,
      releaseNotes: attributes.ReleaseNotes,
    };
    moments.push({ at, version: gone ? undefined : stored });
  }

  forget(): void {
    this.#history.clear();
  }
}
