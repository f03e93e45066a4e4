import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { Faults } from '../../faults.ts';
import type { Settings } from '../../settings.ts';
import { transact } from '../database.ts';
import { type Checked, checkInput, type InputShape } from '../input-shape.ts';
import { unknownOperation } from '../protocol-errors.ts';
import type { AwsJsonService } from '../service.ts';
import type { Settling } from '../settling.ts';
import type { ImageStateChange, SageMakerContext, VersionStateChange } from './context.ts';
import {
  clearAttributes,
  createImageVersion,
  deleteImageVersion,
  describeImageVersion,
  listAliases,
  listImageVersions,
  updateImageVersion,
} from './image-versions.ts';
import { createImage, deleteImage, describeImage, listImages, updateImage } from './images.ts';
import { imageSettling } from './settle.ts';
import { SHAPES } from './shapes.ts';
import { ImageStore, type ImageVersion } from './store.ts';
import { addTags, deleteTags, listTags } from './tags.ts';

export interface SageMakerOptions {
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly faults: Faults;
  /** Shared with every service whose state depends on this one's. */
  readonly settling: Settling;
  /** Told of every status of a version, when it is settled. @default nobody is told */
  readonly onVersionStateChange?: (change: VersionStateChange) => void;
  /** Called for every status of an image, when it is settled. @default - not called */
  readonly onImageStateChange?: (change: ImageStateChange) => void;
  /** Told of every version as it is written, and as it was when it is gone. @default nobody is told */
  readonly onVersionWritten?: (version: ImageVersion, gone: boolean) => void;
}

export interface SageMaker {
  readonly service: AwsJsonService;
  /** For callers within the process; they settle and hold the transaction themselves. */
  readonly operations: SageMakerOperations;
  /** Unsets attributes of a version, for Cloud Control's update handler. */
  clearAttributes(region: string, at: { ImageName: string; Version: number }, names: readonly string[]): void;
  /** Forgets every image and version of every region. */
  reset(): void;
}

export type SageMakerOperations = ReturnType<typeof operationsOf>;
export type SageMakerOperation = keyof SageMakerOperations;

/** SageMaker's image operations over one store. */
export function createSageMaker(options: SageMakerOptions): SageMaker {
  const { database, clock, settings, faults, settling } = options;
  const store = new ImageStore(database, options.onVersionWritten);
  const onVersionStateChange = options.onVersionStateChange ?? (() => undefined);
  const onImageStateChange = options.onImageStateChange ?? (() => undefined);
  const context: SageMakerContext = {
    store,
    clock,
    settings,
    faults,
    onVersionStateChange,
    onImageStateChange,
  };
  const operations = operationsOf(context);
  settling.add(imageSettling(context));
  return {
    operations,
    clearAttributes: (region, at, names) => clearAttributes(context, region, at, names),
    reset: () => store.clear(),
    service: {
      target: 'SageMaker',
      contentType: 'application/x-amz-json-1.1',
      call: async ({ operation, region, input }) => {
        if (!isOperation(operations, operation)) throw unknownOperation(operation);
        // Apart from the operation: what has fallen due stays done when the operation is refused.
        transact(database, () => settling.settle(clock.now()));
        return transact(database, () => operations[operation](region, input));
      },
    },
  };
}

function operationsOf(context: SageMakerContext) {
  /** The operation as it is called: its input checked against its shape first. */
  function checked<const S extends InputShape, O extends object>(
    shape: S,
    run: (context: SageMakerContext, region: string, input: Checked<S>) => O,
  ) {
    return (region: string, input: Readonly<Record<string, unknown>>): O =>
      run(context, region, checkInput(shape, input));
  }
  return {
    CreateImage: checked(SHAPES.CreateImage, createImage),
    DescribeImage: checked(SHAPES.DescribeImage, describeImage),
    UpdateImage: checked(SHAPES.UpdateImage, updateImage),
    DeleteImage: checked(SHAPES.DeleteImage, deleteImage),
    ListImages: checked(SHAPES.ListImages, listImages),
    CreateImageVersion: checked(SHAPES.CreateImageVersion, createImageVersion),
    DescribeImageVersion: checked(SHAPES.DescribeImageVersion, describeImageVersion),
    UpdateImageVersion: checked(SHAPES.UpdateImageVersion, updateImageVersion),
    DeleteImageVersion: checked(SHAPES.DeleteImageVersion, deleteImageVersion),
    ListImageVersions: checked(SHAPES.ListImageVersions, listImageVersions),
    ListAliases: checked(SHAPES.ListAliases, listAliases),
    AddTags: checked(SHAPES.AddTags, addTags),
    ListTags: checked(SHAPES.ListTags, listTags),
    DeleteTags: checked(SHAPES.DeleteTags, deleteTags),
  };
}

function isOperation(operations: SageMakerOperations, name: string): name is SageMakerOperation {
  return Object.hasOwn(operations, name);
}
