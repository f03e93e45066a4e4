import type { OperationKind } from '../contract/workflow.ts';
import type { PatchStep } from './image-version/patch-document.ts';
import type { ReadableModel } from './image-version/properties.ts';
import type { Operation } from './operation/operation.ts';
import type { OperationRecord, OperationStatus } from './operation/record.ts';
import type { Ending, OperationError, OperationResult } from './operation/result.ts';

/**
 * The outside world as core sees it: one method for each call, no waiting and no meaning. Every method may
 * throw {@link CallError}; nothing else is expected of them.
 */

/** A call that AWS refused, or whose answer did not arrive. */
export class CallError extends Error {
  /** Could the same call succeed a moment later: throttled, broken off, or answered with 5xx? */
  readonly transient: boolean;
  /** Was it refused for its rate, and so for certain not carried out? Of an answer that is lost nobody knows. */
  readonly throttled: boolean;

  /** @param name AWS's own name for the error, for instance `ValidationException` */
  constructor(name: string, message: string, transient: boolean, throttled = false) {
    super(message);
    this.name = name;
    this.transient = transient;
    this.throttled = throttled;
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
  /** The versions of an image that were made from this base image at `since` (epoch milliseconds) or later. */
  madeFrom(
    region: string,
    imageName: string,
    baseImage: string,
    since: number,
  ): Promise<readonly VersionDescription[]>;
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

/** How a workflow found the record of the operation that it is to carry out. */
type Opening =
  | {
      readonly outcome: 'opened';
      /** Epoch milliseconds at which it was opened first. */
      readonly startedAt: number;
      /** It may have been opened before: by a Lambda that came no further than that, or further. */
      readonly again: boolean;
    }
  /** The id belongs to another execution, or to something else that was asked for. */
  | { readonly outcome: 'taken' }
  /** It was cancelled before its workflow began. */
  | { readonly outcome: 'cancelled' };

/** Whether a request may be sent. */
export type SendClaim =
  | { readonly outcome: 'send' }
  /** @property begun an earlier run was permitted to make this very call, and may have made it */
  | { readonly outcome: 'cancelled'; readonly begun: boolean };

/** The workflows' side of the records. All may be repeated; none touches another execution's record. */
export interface OperationRecords {
  /** @param input what the execution was started with, in the form that was checked */
  open(operation: Operation, input: unknown): Promise<Opening>;
  /**
   * Asked just before a request is sent: may it be sent, or has a caller asked for the operation to be cancelled? `call`
   * names this call of this request and is written down with the permission, so that a run of the function that follows
   * one which was cut off can tell that the request may have been sent.
   */
  claimSend(operation: Operation, call: string): Promise<SendClaim>;
  /** Writes down how far it has come. @returns whether a caller has asked for it to be cancelled */
  note(operation: Operation): Promise<boolean>;
  /**
   * Whether another operation has been running since this creation began, or runs, that is to make a version of the
   * same image from the same base image. A moment behind.
   */
  hasTwin(operation: Operation): Promise<boolean>;
  /** Writes down how it ended. @returns the record as it stands then; undefined where it is another execution's */
  close(ending: Ending): Promise<StoredRecord | undefined>;
}

/** A record, and whether everything that follows from its end has been done. */
export interface StoredRecord extends OperationRecord {
  /** Something is still to be done about it: see queue/finish.ts. */
  readonly open: boolean;
}

/** What the index of open operations tells of one: enough to see whether its record need be read at all. */
export interface OpenOperation {
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly status: OperationStatus;
  /** Key of its image, see queue/image-key.ts; absent where it names none. */
  readonly image?: string;
  readonly createdAt: string;
  readonly ticket?: number;
  readonly cancelRequestedAt?: string;
}

/** Everybody else's side of the records. */
export interface RecordStore {
  /** Accepts an operation. @returns false where there is a record of that id already */
  accept(record: OperationRecord): Promise<boolean>;
  /** Reads what was written last. */
  find(operationId: string): Promise<StoredRecord | undefined>;
  /** @returns the record, with the cancellation asked for; undefined where it has ended by then */
  requestCancellation(operationId: string, at: string): Promise<StoredRecord | undefined>;
  /** Ends an operation that has no workflow, or whose workflow cannot end it. @returns false where it had ended */
  conclude(record: OperationRecord, conclusion: Conclusion): Promise<boolean>;
  /** Nothing is left to be done about it. */
  done(operationId: string): Promise<void>;
  /** The operations that are open, oldest first. A moment behind what was written. */
  openOperations(): AsyncIterable<OpenOperation>;
}

/** An end that the workflow did not write down itself. */
export interface Conclusion {
  /** The status that the record must still have. */
  readonly from: 'QUEUED' | 'RUNNING';
  readonly status: Exclude<OperationStatus, 'QUEUED' | 'RUNNING'>;
  readonly at: string;
  readonly error?: OperationError;
  readonly result?: OperationResult;
}

/** The order of each image's operations. An image is named by its region and name, see queue/image-key.ts. */
export interface ImageQueues {
  /** The next number of the image. One that is never used leaves a gap, which means nothing. */
  drawTicket(image: string): Promise<number>;
  /** Takes its place. May be repeated. */
  enter(image: string, ticket: number, operationId: string): Promise<void>;
  leave(image: string, ticket: number): Promise<void>;
  /** The operation whose turn it is: the lowest ticket that has entered and not left. */
  first(image: string): Promise<{ readonly ticket: number; readonly operationId: string } | undefined>;
  /** The tickets that have entered and not left. A moment behind. */
  tickets(image: string): Promise<ReadonlySet<number>>;
  /** How many come before this ticket. */
  ahead(image: string, ticket: number): Promise<number>;
  /** @returns whether the image is this operation's now; it may have been before */
  claim(image: string, operationId: string): Promise<boolean>;
  /** Whose the image is. */
  holder(image: string): Promise<string | undefined>;
  /** Gives the image back, where it is this operation's. */
  release(image: string, operationId: string): Promise<void>;
}

/** How an execution stands, as Step Functions tells. */
export interface ExecutionState {
  readonly status: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  /** Epoch milliseconds. */
  readonly endedAt?: number;
}

export interface Workflows {
  /**
   * Starts the workflow of a kind under the operation's id. Does nothing where an execution has that name already: whose
   * execution it is the sweeper judges (queue/own-execution.ts), which looks at every image each minute.
   */
  start(kind: OperationKind, operationId: string, input: unknown): Promise<void>;
  /** undefined where there is no such execution */
  describe(executionArn: string): Promise<ExecutionState | undefined>;
  /** The kind of operation that an execution carries out; undefined where it is no execution of these machines. */
  kindOf(executionArn: string): OperationKind | undefined;
  /** The ARN that an operation's execution has, or would have. */
  executionArn(kind: OperationKind, operationId: string): string;
}

/** The bus on which ends are told. */
export interface OperationEvents {
  publish(record: OperationRecord): Promise<void>;
}

/** Where a fault that is mended later is told of. */
export type Report = (what: string, error: unknown) => void;
