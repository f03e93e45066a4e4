import type { DatabaseSync } from 'node:sqlite';
import { Documents } from '../documents.ts';

export type ImageStatus =
  | 'CREATING'
  | 'CREATED'
  | 'CREATE_FAILED'
  | 'UPDATING'
  | 'UPDATE_FAILED'
  | 'DELETING'
  | 'DELETE_FAILED';

export type VersionStatus = 'CREATING' | 'CREATED' | 'CREATE_FAILED' | 'DELETING' | 'DELETE_FAILED';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** All times are epoch milliseconds. */
export interface Image {
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly displayName?: string | undefined;
  readonly description?: string | undefined;
  readonly tags: readonly Tag[];
  readonly status: ImageStatus;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** The number that the next version gets: numbers are never reused. */
  readonly nextVersion: number;
}

/** What a version's maintainer says of it; all of it can be changed. */
export interface VersionAttributes {
  readonly VendorGuidance?: string | undefined;
  readonly JobType?: string | undefined;
  readonly MLFramework?: string | undefined;
  readonly ProgrammingLang?: string | undefined;
  readonly Processor?: string | undefined;
  readonly Horovod?: boolean | undefined;
  readonly ReleaseNotes?: string | undefined;
}

export interface ImageVersion {
  readonly region: string;
  readonly imageName: string;
  readonly imageArn: string;
  readonly version: number;
  readonly arn: string;
  readonly baseImage: string;
  readonly containerImage: string;
  readonly attributes: VersionAttributes;
  readonly aliases: readonly string[];
  readonly status: VersionStatus;
  /** While CREATING: why it will end as CREATE_FAILED. Afterwards: why it did. */
  readonly failureReason?: string | undefined;
  readonly clientToken?: string | undefined;
  /** When TO_BE_ARCHIVED becomes ARCHIVED. */
  readonly archiveAt?: number | undefined;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** The images and image versions of every region, as SageMaker and Cloud Control both see them. */
export class ImageStore {
  readonly #images: Documents<Image>;
  readonly #versions: Documents<ImageVersion>;

  readonly #onWritten: (version: ImageVersion, gone: boolean) => void;

  /** @param onWritten told of each version as it is put, and as it was when it is deleted */
  constructor(
    database: DatabaseSync,
    onWritten: (version: ImageVersion, gone: boolean) => void = () => undefined,
  ) {
    this.#onWritten = onWritten;
    this.#images = new Documents(database, 'sagemaker_images');
    this.#versions = new Documents(database, 'sagemaker_image_versions');
  }

  image(region: string, name: string): Image | undefined {
    return this.#images.get({ region, parent: '', key: name });
  }

  /** By name. */
  images(region: string): Image[] {
    return this.#images.list(region, '');
  }

  putImage(image: Image, due?: number): void {
    this.#images.put({ region: image.region, parent: '', key: image.name }, image, due);
  }

  /** Changes an image and leaves alone when it changes by itself. */
  amendImage(image: Image): void {
    this.#images.amend({ region: image.region, parent: '', key: image.name }, image);
  }

  deleteImage(image: Image): void {
    for (const version of this.versions(image.region, image.name)) this.deleteVersion(version);
    this.#images.delete({ region: image.region, parent: '', key: image.name });
  }

  version(region: string, imageName: string, version: number): ImageVersion | undefined {
    return this.#versions.get({ region, parent: imageName, key: version });
  }

  /** By number, the oldest first. */
  versions(region: string, imageName: string): ImageVersion[] {
    return this.#versions.list(region, imageName);
  }

  /** @param due when it changes by itself; a version at rest may still be archived then. */
  putVersion(version: ImageVersion, due = version.archiveAt): void {
    const { region, imageName: parent, version: key } = version;
    this.#versions.put({ region, parent, key }, version, due);
    this.#onWritten(version, false);
  }

  deleteVersion(version: ImageVersion): void {
    const { region, imageName: parent, version: key } = version;
    this.#versions.delete({ region, parent, key });
    this.#onWritten(version, true);
  }

  nextDue(): number | undefined {
    const times = [this.#versions.nextDue(), this.#images.nextDue()].filter((due) => due !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  dueVersions(at: number): ImageVersion[] {
    return this.#versions.dueAt(at);
  }

  dueImages(at: number): Image[] {
    return this.#images.dueAt(at);
  }

  clear(): void {
    this.#images.clear();
    this.#versions.clear();
  }
}
