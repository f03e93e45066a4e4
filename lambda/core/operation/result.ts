import { ERRORS } from '../../contract/errors.ts';
import type { ExecutionRef, OperationKind } from '../../contract/workflow.ts';
import { type ImageVersionRef, parseImageVersionArn } from '../image-version/identifier.ts';
import type { FullModel } from '../image-version/properties.ts';
import type { Subject } from '../image-version/subject.ts';
import type { Effect, Failure, Operation } from './operation.ts';
import { imageNameOf } from './target.ts';

/**
 * How an operation ended, as its record keeps it and its execution answers it.
 */

/** What an execution that succeeded answers. */
export interface OperationResult {
  readonly operationId: string;
  readonly kind: OperationKind;
  readonly effect: Effect;
  readonly identifier: string;
  readonly imageName: string;
  readonly version: number;
  readonly region: string;
  /** Under CloudFormation's names, aliases filled in; null after a delete. */
  readonly properties: FullModel | null;
  readonly note?: string;
  /** Cloud Control requests that are known to have been made. */
  readonly requests: number;
  /** How often their status was asked for. */
  readonly polls: number;
  /** The most requests that one step needed; 0 when none was sent. */
  readonly attempts: number;
  readonly durationSeconds: number;
}

export type OperationError = Omit<Failure, 'retryable'>;

export type Settlement =
  | { readonly status: 'SUCCEEDED'; readonly result: OperationResult }
  | { readonly status: 'FAILED' | 'TIMED_OUT' | 'CANCELLED'; readonly error: OperationError };

/** An operation that came to nothing before there was one: its input has faults, or its id is taken. */
export interface Refusal {
  readonly kind: OperationKind;
  readonly error: OperationError;
  readonly at: number;
  /** What its input is about, as far as that can be seen. */
  readonly subject: Subject;
}

/** What is written down of an operation at its end. */
export interface Ending extends Subject {
  readonly execution: ExecutionRef;
  readonly settlement: Settlement;
  readonly kind: OperationKind;
  /** What the operation did. Absent where it ended before it could tell: what its record has stays. */
  readonly done?: Pick<Operation, 'requests' | 'log'>;
  readonly startedAt: number;
  readonly finishedAt: number;
}

export function endingOf(operation: Operation): Ending {
  const { phase, execution, kind, request, requests, identifier } = operation;
  if (phase.name !== 'ended') throw new Error(`An operation in phase ${phase.name} has not ended`);
  const ref = identifier ? parseImageVersionArn(identifier) : undefined;
  return {
    execution,
    settlement: settlementOf(operation, ref),
    kind,
    region: request.region,
    ...(identifier ? { identifier } : {}),
    imageName: imageNameOf(operation),
    ...(ref ? { version: ref.version } : {}),
    done: { requests, log: operation.log },
    startedAt: operation.startedAt,
    finishedAt: phase.endedAt,
  };
}

export function endingOfRefusal(execution: ExecutionRef, refusal: Refusal): Ending {
  const { kind, error, at, subject } = refusal;
  const settlement = { status: statusOf(error), error };
  return { execution, settlement, kind, ...subject, startedAt: at, finishedAt: at };
}

function statusOf(error: OperationError): 'FAILED' | 'TIMED_OUT' | 'CANCELLED' {
  if (error.name === ERRORS.timedOut) return 'TIMED_OUT';
  return error.name === ERRORS.cancelled ? 'CANCELLED' : 'FAILED';
}

function settlementOf(operation: Operation, ref: ImageVersionRef | undefined): Settlement {
  const { execution, kind, phase, polls, requests, startedAt, step } = operation;
  if (phase.name !== 'ended') throw new Error(`An operation in phase ${phase.name} has not ended`);
  const { outcome } = phase;
  if (outcome.status === 'FAILED') {
    const status = statusOf(outcome.error);
    return { status, error: outcome.error };
  }
  if (!ref || !operation.identifier) throw new Error('An operation that succeeded names a version');
  return {
    status: 'SUCCEEDED',
    result: {
      operationId: execution.name,
      kind,
      effect: outcome.effect,
      identifier: operation.identifier,
      imageName: imageNameOf(operation),
      version: ref.version,
      region: ref.region,
      properties: outcome.properties,
      ...(outcome.note ? { note: outcome.note } : {}),
      requests: requests.length,
      polls,
      attempts: Math.max(
        0,
        ...requests.map(({ attempt }) => attempt),
        requests.length > 0 ? step.attempt : 0,
      ),
      durationSeconds: Math.round((phase.endedAt - startedAt) / 100) / 10,
    },
  };
}
