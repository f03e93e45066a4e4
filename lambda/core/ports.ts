import type { PatchStep } from './image-version/patch-document.ts';
import type { ReadableModel } from './image-version/properties.ts';
import type { Operation } from './operation/operation.ts';
import type { Ending } from './operation/result.ts';

/**
 * The outside world as core sees it: one method for each call, no waiting and no meaning. Every method may
 * throw {@link CallError}; nothing else is expected of them.
 */

/** A call that AWS refused, or whose answer did not arrive. */
export class CallError extends Error {
  /** Could the same call succeed a moment later: throttled, broken off, or answered with 5xx? */
  readonly transient: boolean;

  /** @param name AWS's own name for the error, for instance `ValidationException` */
  constructor(name: string, message: string, transient: boolean) {
    super(message);
    this.name = name;
    this.transient = transient;
  }
}

/** Cloud Control's ProgressEvent, as far as it matters here. */
export interface ProgressEvent {
  readonly requestToken: string;
  /** One of six documented values, and any other that AWS may come to send. */
  readonly status: string;
  readonly identifier?: string;
  readonly errorCode?: string;
  readonly statusMessage?: string;
  /** Epoch milliseconds. */
  readonly retryAfter?: number;
}

/** Cloud Control for AWS::SageMaker::ImageVersion. `clientToken` makes a repeat the same request. */
export interface ImageVersionRequests {
  create(region: string, desiredState: ReadableModel, clientToken: string): Promise<ProgressEvent>;
  update(
    region: string,
    identifier: string,
    patch: readonly PatchStep[],
    clientToken: string,
  ): Promise<ProgressEvent>;
  delete(region: string, identifier: string, clientToken: string): Promise<ProgressEvent>;
  status(region: string, requestToken: string): Promise<ProgressEvent>;
  cancel(region: string, requestToken: string): Promise<ProgressEvent>;
  /** The readable model; undefined where there is no such version (or not yet: reads lag behind creates). */
  read(region: string, identifier: string): Promise<ReadableModel | undefined>;
}

/** What SageMaker knows of a version and Cloud Control does not tell. */
export interface VersionDescription {
  readonly identifier: string;
  /** CREATING, CREATED, CREATE_FAILED, DELETING, DELETE_FAILED. */
  readonly status: string;
  readonly failureReason?: string;
}

export interface ImageVersions {
  /** undefined where there is no such version. */
  describe(region: string, imageName: string, version: number): Promise<VersionDescription | undefined>;
  /** The version that an alias points to; undefined where no version has it. */
  describeAlias(region: string, imageName: string, alias: string): Promise<VersionDescription | undefined>;
  /** Every alias of one version. */
  aliases(region: string, imageName: string, version: number): Promise<readonly string[]>;
}

/** Time and chance, so that every decision can be repeated in a test. */
export interface Circumstances {
  /** Epoch milliseconds. */
  now(): number;
  /** A number in [0, 1). */
  random(): number;
}

/** The operations' records. Both methods may be repeated; neither touches another execution's record. */
export interface OperationRecords {
  /** @returns false where the id belongs to another execution */
  open(operation: Operation): Promise<boolean>;
  close(ending: Ending): Promise<void>;
}
