import type { Checked } from '../input-shape.ts';
import {
  doneIn,
  existingImage,
  findImage,
  imageArn,
  type SageMakerContext,
  saveImageStatus,
  saveStatus,
} from './context.ts';
import { limitExceeded, modifiedConcurrently, resourceInUse } from './errors.ts';
import { listPage } from './listing.ts';
import type { SHAPES } from './shapes.ts';
import type { Image } from './store.ts';

type Input<Operation extends keyof typeof SHAPES> = Checked<(typeof SHAPES)[Operation]>;

export function createImage(context: SageMakerContext, region: string, input: Input<'CreateImage'>) {
  if (findImage(context, region, input.ImageName)) {
    throw resourceInUse(`Image ${imageArn(region, input.ImageName)} already exists.`);
  }
  const limit = context.settings.current.maxImages;
  if (context.store.images(region).length >= limit) {
    throw limitExceeded(`The account-level service limit of ${limit} images is reached.`);
  }
  const now = context.clock.now();
  const image: Image = {
    region,
    name: input.ImageName,
    arn: imageArn(region, input.ImageName),
    roleArn: input.RoleArn,
    displayName: input.DisplayName,
    description: input.Description,
    tags: input.Tags ?? [],
    status: 'CREATING',
    createdAt: now,
    modifiedAt: now,
    nextVersion: 1,
  };
  saveImageStatus(context, image, doneIn(context, context.settings.current.durations.create), now);
  return { ImageArn: image.arn };
}

export function describeImage(context: SageMakerContext, region: string, input: Input<'DescribeImage'>) {
  const image = existingImage(context, region, input.ImageName);
  return { ...summary(image), RoleArn: image.roleArn };
}

export function updateImage(context: SageMakerContext, region: string, input: Input<'UpdateImage'>) {
  const image = existingImage(context, region, input.ImageName);
  refuseWhileChanging(image);
  const now = context.clock.now();
  const dropped = (name: string) => input.DeleteProperties?.includes(name) ?? false;
  const changed: Image = {
    ...image,
    roleArn: input.RoleArn ?? image.roleArn,
    displayName: input.DisplayName ?? (dropped('DisplayName') ? undefined : image.displayName),
    description: input.Description ?? (dropped('Description') ? undefined : image.description),
    status: 'UPDATING',
    modifiedAt: now,
  };
  saveImageStatus(context, changed, doneIn(context, context.settings.current.durations.update), now);
  return { ImageArn: image.arn };
}

/** Takes the image's versions along. */
export function deleteImage(context: SageMakerContext, region: string, input: Input<'DeleteImage'>) {
  const image = existingImage(context, region, input.ImageName);
  refuseWhileChanging(image);
  const versions = context.store.versions(region, image.name);
  if (versions.some(({ status }) => status === 'CREATING' || status === 'DELETING')) {
    throw modifiedConcurrently();
  }
  const now = context.clock.now();
  const due = doneIn(context, context.settings.current.durations.delete);
  for (const version of versions) {
    // Without a due time of its own: it goes with the image.
    saveStatus(context, { ...version, status: 'DELETING', modifiedAt: now }, undefined, now);
  }
  saveImageStatus(context, { ...image, status: 'DELETING', modifiedAt: now }, due, now);
  return {};
}

export function listImages(context: SageMakerContext, region: string, input: Input<'ListImages'>) {
  const named = context.store.images(region).filter((image) => image.name.includes(input.NameContains ?? ''));
  const page = listPage(named, input, (image) => {
    switch (input.SortBy) {
      case 'IMAGE_NAME':
        return image.name;
      case 'LAST_MODIFIED_TIME':
        return image.modifiedAt;
      case 'CREATION_TIME':
      case undefined:
        return image.createdAt;
      default:
        return input.SortBy satisfies never;
    }
  });
  return { Images: page.items.map(summary), ...(page.nextToken && { NextToken: page.nextToken }) };
}

function refuseWhileChanging(image: Image): void {
  switch (image.status) {
    case 'CREATING':
    case 'UPDATING':
    case 'DELETING':
      throw modifiedConcurrently();
    case 'CREATED':
    case 'CREATE_FAILED':
    case 'UPDATE_FAILED':
    case 'DELETE_FAILED':
      return;
    default:
      image.status satisfies never;
  }
}

function summary(image: Image) {
  return {
    ImageName: image.name,
    ImageArn: image.arn,
    ImageStatus: image.status,
    CreationTime: image.createdAt / 1000,
    LastModifiedTime: image.modifiedAt / 1000,
    ...(image.displayName !== undefined && { DisplayName: image.displayName }),
    ...(image.description !== undefined && { Description: image.description }),
  };
}
