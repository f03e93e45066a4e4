import type { Clock } from '../../clock.ts';
import type { Faults } from '../../faults.ts';
import type { Settings } from '../../settings.ts';
import { LOCAL_ACCOUNT, LOCAL_PARTITION } from '../service.ts';
import { resourceNotFound } from './errors.ts';
import type { Image, ImageStatus, ImageStore, ImageVersion, VersionStatus } from './store.ts';

/** A version's new status, as SageMaker tells it to EventBridge. */
export interface VersionStateChange {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly region: string;
  readonly imageArn: string;
  readonly imageVersionArn: string;
  readonly version: number;
  /** DELETED is told when the version is gone (unverified). */
  readonly status: VersionStatus | 'DELETED';
}

/** An image's new status, as SageMaker publishes it on EventBridge. */
export interface ImageStateChange {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly image: Image;
  /** DELETED is sent when the image is gone (unverified). */
  readonly status: ImageStatus | 'DELETED';
}

export interface SageMakerContext {
  readonly store: ImageStore;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly faults: Faults;
  readonly onVersionStateChange: (change: VersionStateChange) => void;
  readonly onImageStateChange: (change: ImageStateChange) => void;
}

export function imageArn(region: string, name: string): string {
  return `arn:${LOCAL_PARTITION}:sagemaker:${region}:${LOCAL_ACCOUNT}:image/${name}`;
}

export function imageVersionArn(region: string, imageName: string, version: number): string {
  return `arn:${LOCAL_PARTITION}:sagemaker:${region}:${LOCAL_ACCOUNT}:image-version/${imageName}/${version}`;
}

/** The image that a name means, by the setting `imageNames`. */
export function findImage(context: SageMakerContext, region: string, name: string): Image | undefined {
  const { store, settings } = context;
  const image = store.image(region, name);
  if (image || settings.current.imageNames === 'case-sensitive') return image;
  return store.images(region).find((one) => one.name.toLowerCase() === name.toLowerCase());
}

/** @throws AwsError ResourceNotFound */
export function existingImage(context: SageMakerContext, region: string, name: string): Image {
  const image = findImage(context, region, name);
  if (!image) throw resourceNotFound(`Image ${imageArn(region, name)}`);
  return image;
}

/** Epoch milliseconds at which something that begins now and takes so many seconds is done. */
export function doneIn(context: SageMakerContext, seconds: number): number {
  return context.clock.now() + seconds * 1000;
}

/** Stores an image and publishes its status. */
export function saveImageStatus(
  context: SageMakerContext,
  image: Image,
  due: number | undefined,
  at: number,
): void {
  context.store.putImage(image, due);
  context.onImageStateChange({ image, status: image.status, at });
}

/** Stores a version and tells its status. */
export function saveStatus(
  context: SageMakerContext,
  version: ImageVersion,
  due: number | undefined,
  at: number,
): void {
  context.store.putVersion(version, due);
  announce(context, version, version.status, at);
}

export function announce(
  context: SageMakerContext,
  version: ImageVersion,
  status: VersionStateChange['status'],
  at: number,
): void {
  context.onVersionStateChange({
    at,
    region: version.region,
    imageArn: version.imageArn,
    imageVersionArn: version.arn,
    version: version.version,
    status,
  });
}
