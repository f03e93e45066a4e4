import type { OperationPolicy } from '../../contract/policy.ts';
import type { ExecutionRef, Next, OperationKind } from '../../contract/workflow.ts';
import type { Fault } from '../fault.ts';
import type { PatchStep } from '../image-version/patch-document.ts';
import type { FullModel } from '../image-version/properties.ts';
import type { OperationRequest } from '../image-version/request.ts';

/**
 * An operation: what a caller asked for, on its way. It is plain JSON, because it travels as the payload of
 * the state machine, and it is the only memory that the Lambdas have: whatever a Lambda must do the same way
 * when it is run again stands in the operation *before* it is done.
 *
 * An operation is a short list of steps; a step is one Cloud Control request, made by one attempt or more:
 *
 *     create   create ─▶ add-aliases ─▶ read        a failed create ─▶ search ─▶ examine ─▶ remove-orphan
 *     update   plan ─▶ update ─▶ read               an alias held elsewhere ─▶ release-aliases ─▶ update
 *     delete   delete
 */
export interface Operation {
  readonly execution: ExecutionRef;
  readonly kind: OperationKind;
  readonly policy: OperationPolicy;
  readonly request: OperationRequest;
  /** The version's ARN: from the start for update and delete, from Cloud Control's answer for create. */
  readonly identifier?: string;
  /** Epoch milliseconds, as all times in here. */
  readonly startedAt: number;
  /** Its first Lambda was run before, with the same input: what it sent then is not known. */
  readonly resumed?: true;
  readonly step: Step;
  readonly phase: Phase;
  /** Every request that was made, oldest first. */
  readonly requests: readonly RequestRecord[];
  /** What went wrong on the way and was waited for, oldest first; of many, the latest. */
  readonly log: readonly LogEntry[];
  /** Aliases that were taken from other versions on the way. */
  readonly released: readonly Holder[];
  readonly polls: number;
}

export interface Step {
  readonly work: Work;
  /** Counts the requests for this step from 1. */
  readonly attempt: number;
  /** Calls in a row that were throttled, broken off or answered with 5xx. */
  readonly callFailures: number;
  /** One of its calls, of whichever attempt, got no answer that says whether it was carried out. */
  readonly unanswered?: true;
  /** It was refused for aliases that another version holds, and these were released, as far as they were there. */
  readonly aliasesReleased?: true;
  readonly startedAt: number;
}

/** What one step asks of Cloud Control. */
export type Work =
  | { readonly name: 'create' }
  | { readonly name: 'add-aliases'; readonly aliases: readonly string[] }
  | { readonly name: 'update' }
  | { readonly name: 'delete' }
  /** Another version holds aliases that are wanted here, and AWS refused to move them. */
  | {
      readonly name: 'release-aliases';
      /** One request for each; the first is next. */
      readonly holders: readonly Holder[];
      /** The step that was refused, with its attempt: it is tried again afterwards. */
      readonly resume: Step;
    }
  /** SageMaker made a version whose creation failed: it goes, and the failure is what the caller hears. */
  | { readonly name: 'remove-orphan'; readonly because: Failure };

/** Another version, and the wanted aliases that it holds. */
export interface Holder {
  readonly identifier: string;
  readonly aliases: readonly string[];
}

/** Where the step stands. */
export type Phase =
  /** The patch is yet to be made from what is there now. */
  | { readonly name: 'plan' }
  /** Ready to be sent. `patch` is fixed before it is sent, so that a repeat sends the same. */
  | { readonly name: 'send'; readonly patch?: readonly PatchStep[]; readonly aliases?: readonly string[] }
  | {
      readonly name: 'await';
      readonly requestToken: string;
      readonly polls: number;
      readonly aliases?: readonly string[];
      /** Somebody asked for it to be cancelled: the next look does so. */
      readonly cancelRequested?: true;
    }
  /** Past the deadline, or as asked: the request is cancelled, and its end awaited until `until`. */
  | {
      readonly name: 'cancel';
      readonly why: CancelReason;
      readonly requestToken: string;
      readonly polls: number;
      readonly until: number;
    }
  /** A creation ended badly: what did it leave behind? */
  | { readonly name: 'examine'; readonly because: Failure; readonly looks: number; readonly until: number }
  /** A creation ended badly and Cloud Control has named no version: was one made all the same? */
  | { readonly name: 'search'; readonly because: Failure; readonly looks: number }
  /** A request failed, and yet its version is gone or may be on its way to be: is that so? */
  | {
      readonly name: 'confirm-gone';
      readonly because: Failure;
      /** Earlier looks that saw the version DELETING. @default 0 */
      readonly looks?: number;
    }
  /** An update was refused: does another version hold the aliases? */
  | { readonly name: 'find-holders'; readonly because: Failure; readonly aliases: readonly string[] }
  /** The goal is reached: the final properties are read. */
  | { readonly name: 'read'; readonly effect: 'created' | 'updated'; readonly looks: number }
  | { readonly name: 'ended'; readonly outcome: Outcome; readonly endedAt: number };

/** `late`: the deadline passed. `asked`: by a caller of the API. */
type CancelReason = 'late' | 'asked';

/** One phase by its name. */
export type PhaseOf<Name extends Phase['name']> = Extract<Phase, { readonly name: Name }>;

export interface RequestRecord {
  readonly step: Work['name'];
  readonly attempt: number;
  readonly requestToken: string;
  readonly at: number;
  /** The last status seen. */
  readonly status: string;
  readonly errorCode?: string;
  /** How often its status was asked for. */
  readonly polls: number;
}

export type LogEntry =
  | {
      readonly event: 'error';
      readonly at: number;
      readonly step: Work['name'];
      readonly name: string;
      readonly message: string;
    }
  /** Before a call or a request is made again. */
  | { readonly event: 'wait'; readonly at: number; readonly step: Work['name']; readonly seconds: number };

/** Why something failed, under AWS's own name where AWS said so. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly retryable: boolean;
  /** Each thing wrong with the input, where that is what failed. */
  readonly faults?: readonly Fault[];
}

export type Outcome =
  | {
      readonly status: 'SUCCEEDED';
      readonly effect: Effect;
      /** With aliases filled in. null after a delete, or where they could not be read: `note` says why. */
      readonly properties: FullModel | null;
      readonly note?: string;
    }
  | { readonly status: 'FAILED'; readonly error: Omit<Failure, 'retryable'> };

/** `unchanged` and `already-gone` are successes for which nothing had to be done. */
export type Effect = 'created' | 'updated' | 'unchanged' | 'deleted' | 'already-gone';

/** An operation and where the state machine goes with it. */
export interface Decision {
  readonly operation: Operation;
  readonly next: Next;
}
