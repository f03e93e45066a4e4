import type { SettlingSource } from '../settling.ts';
import { announce, type SageMakerContext, saveImageStatus, saveStatus } from './context.ts';
import type { Image, ImageVersion } from './store.ts';

/** What SageMaker brings to an end by itself: creates, updates and deletes of images and versions. */
export function imageSettling(context: SageMakerContext): SettlingSource {
  return {
    nextDue: () => context.store.nextDue(),
    settleAt: (at) => {
      // Versions first: an image that is deleted takes along what is left of them.
      for (const version of context.store.dueVersions(at)) settleVersion(context, version, at);
      for (const image of context.store.dueImages(at)) settleImage(context, image, at);
    },
  };
}

function settleVersion(context: SageMakerContext, version: ImageVersion, at: number): void {
  switch (version.status) {
    case 'CREATING': {
      const status = version.failureReason === undefined ? 'CREATED' : 'CREATE_FAILED';
      saveStatus(context, { ...version, status, modifiedAt: at }, version.archiveAt, at);
      return;
    }
    case 'DELETING':
      context.store.deleteVersion(version);
      announce(context, version, 'DELETED', at);
      return;
    case 'CREATED':
    case 'CREATE_FAILED':
    case 'DELETE_FAILED': {
      const attributes = { ...version.attributes, VendorGuidance: 'ARCHIVED' };
      context.store.putVersion({ ...version, attributes, archiveAt: undefined, modifiedAt: at });
      return;
    }
    default:
      version.status satisfies never;
  }
}

function settleImage(context: SageMakerContext, image: Image, at: number): void {
  switch (image.status) {
    case 'CREATING':
    case 'UPDATING':
      saveImageStatus(context, { ...image, status: 'CREATED', modifiedAt: at }, undefined, at);
      return;
    case 'DELETING':
      for (const version of context.store.versions(image.region, image.name)) {
        announce(context, version, 'DELETED', at);
      }
      context.store.deleteImage(image);
      context.onImageStateChange({ image, status: 'DELETED', at });
      return;
    case 'CREATED':
    case 'CREATE_FAILED':
    case 'UPDATE_FAILED':
    case 'DELETE_FAILED':
      context.store.putImage(image);
      return;
    default:
      image.status satisfies never;
  }
}
