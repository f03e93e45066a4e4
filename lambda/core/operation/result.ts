import { ERRORS } from '../../contract/errors.ts';
import type { Crash, ExecutionRef, OperationKind } from '../../contract/workflow.ts';
import { type ImageVersionRef, parseImageVersionArn } from '../image-version/identifier.ts';
import type { FullModel } from '../image-version/properties.ts';
import type { Effect, Failure, LogEntry, Operation, Phase, RequestRecord } from './operation.ts';
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
}

/** What is written down of an operation at its end. */
export interface Ending {
  readonly execution: ExecutionRef;
  readonly settlement: Settlement;
  readonly kind?: OperationKind;
  readonly region?: string;
  readonly identifier?: string;
  readonly imageName?: string;
  readonly version?: number;
  readonly requests: readonly RequestRecord[];
  readonly log: readonly LogEntry[];
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
    requests,
    log: operation.log,
    startedAt: operation.startedAt,
    finishedAt: phase.endedAt,
  };
}

export function endingOfRefusal(execution: ExecutionRef, refusal: Refusal): Ending {
  const { kind, error, at } = refusal;
  return {
    execution,
    settlement: { status: statusOf(error), error },
    kind,
    requests: [],
    log: [],
    startedAt: at,
    finishedAt: at,
  };
}

/**
 * A Lambda gave up for good.
 *
 * @param operation undefined when that was the Lambda that opens the operation
 */
export function endingOfCrash(
  execution: ExecutionRef,
  crash: Crash,
  operation: Operation | undefined,
  now: number,
): Ending {
  const outstanding =
    operation && SENT_PHASES.includes(operation.phase.name)
      ? '; its Cloud Control request may still be running'
      : '';
  const message = `${crash.Error}: ${causeOf(crash)}${outstanding}`;
  const error = { name: ERRORS.workflowCrashed, message };
  if (!operation) {
    return {
      execution,
      settlement: { status: 'FAILED', error },
      requests: [],
      log: [],
      startedAt: now,
      finishedAt: now,
    };
  }
  const outcome = { status: 'FAILED', error } as const;
  return endingOf({ ...operation, phase: { name: 'ended', outcome, endedAt: now } });
}

/** In these a request may be under way: a Lambda that crashed in `send` may have sent it before. */
const SENT_PHASES: readonly Phase['name'][] = ['send', 'await', 'cancel'];

/** Lambda's error as JSON has the message in it; anything else is shown as it is. */
function causeOf(crash: Crash): string {
  try {
    const cause: unknown = JSON.parse(crash.Cause);
    if (typeof cause === 'object' && cause !== null && 'errorMessage' in cause)
      return String(cause.errorMessage);
    return crash.Cause;
  } catch (error) {
    if (error instanceof SyntaxError) return crash.Cause;
    throw error;
  }
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
