import type { FaultSubject, Faults } from '../../faults.ts';
import type { SettlingSource } from '../settling.ts';
import {
  alreadyInStatus,
  clientTokenConflict,
  concurrentOperation,
  HandlerFailure,
  requestTokenNotFound,
} from './errors.ts';
import { type HandlerSession, imageNameIn, openSession, type SessionMaker } from './handler-session.ts';
import { isGoingOn, type NextStep, type RequestStore, type ResourceRequest } from './request-store.ts';
import type { RequestOperation, ResourceType } from './resource-type.ts';

const HOURS = 3_600_000;
/** For how long a ClientToken is honoured, and a request is kept (AWS API reference). */
const CLIENT_TOKEN_MS = 36 * HOURS;
const KEPT_MS = 7 * 24 * HOURS;
/** How long a handler waits before it looks again, when the work took longer than was reckoned. */
const LOOK_AGAIN_MS = 1000;

export interface Caller {
  readonly region: string;
  readonly accessKeyId: string;
}

/** A create, update or delete that has passed every check that is made before it is accepted. */
export interface NewRequest {
  readonly type: ResourceType;
  readonly operation: RequestOperation;
  /** Of an update or delete; a create gets its own from its handler. */
  readonly identifier: string | undefined;
  readonly clientToken: string | undefined;
  readonly fingerprint: string;
  /** Has the handler begin its work. @returns the identifier. @throws HandlerFailure */
  readonly begin: (session: HandlerSession, token: string) => string;
}

export interface EngineOptions extends SessionMaker {
  readonly store: RequestStore;
  readonly faults: Faults;
  readonly types: ReadonlyMap<string, ResourceType>;
  readonly newId: () => string;
}

/**
 * The life of requests: accepted → IN_PROGRESS → SUCCESS, FAILED or CANCEL_COMPLETE. A handler begins its
 * work when the request is accepted, and what it says shows no earlier than the settings' durations.
 */
export class RequestEngine {
  readonly settling: SettlingSource;
  readonly #options: EngineOptions;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.settling = {
      nextDue: () => options.store.nextDue(),
      settleAt: (at) => {
        for (const request of options.store.dueAt(at)) this.#settle(request, at);
      },
    };
  }

  /**
   * What an earlier request with this ClientToken makes of a new one: the earlier request, to be answered in
   * its stead, or undefined when the token is new.
   * @throws AwsError ClientTokenConflictException
   */
  earlier(caller: Caller, clientToken: string | undefined, fingerprint: string, subject: FaultSubject) {
    if (clientToken === undefined) return undefined;
    const { store, clock, faults, settings } = this.#options;
    const request = store.withClientToken(caller.region, clientToken, clock.now() - CLIENT_TOKEN_MS);
    if (!request || faults.take(['forget-client-tokens'], subject)) return undefined;
    const repeated = request.fingerprint === fingerprint;
    if (repeated && settings.current.repeatedToken === 'original') return request;
    throw clientTokenConflict(clientToken, request.token);
  }

  /** @throws AwsError ConcurrentOperationException */
  refuseConcurrent(caller: Caller, type: ResourceType, identifier: string): void {
    const other = this.#options.store.goingOn(caller.region, type.schema.typeName, identifier);
    if (other) throw concurrentOperation(identifier, other.token);
  }

  accept(caller: Caller, wanted: NewRequest, subject: FaultSubject): ResourceRequest {
    const { store, clock, faults, newId, settings } = this.#options;
    const now = clock.now();
    store.forgetBefore(now - KEPT_MS);
    const token = newId();
    const fault = faults.take(['fail-request', 'stall'], subject);
    const begun = this.#begin(
      caller,
      wanted,
      token,
      fault?.kind === 'fail-request' && fault.when === 'before',
    );

    const { durations } = settings.current;
    let seconds: number | undefined =
      begun.next.kind === 'fail' ? durations.refuse : durationOf(wanted.operation, durations);
    let next: NextStep = begun.next;
    if (fault?.kind === 'fail-request' && next.kind === 'check') {
      next = { kind: 'fail', errorCode: fault.errorCode, message: fault.message };
      if (fault.when === 'before') seconds = durations.refuse;
    } else if (fault?.kind === 'stall') {
      seconds = fault.seconds === undefined ? undefined : seconds + fault.seconds;
    }

    const request: ResourceRequest = {
      token,
      region: caller.region,
      accessKeyId: caller.accessKeyId,
      typeName: wanted.type.schema.typeName,
      operation: wanted.operation,
      identifier: begun.identifier,
      clientToken: wanted.clientToken,
      fingerprint: wanted.fingerprint,
      acceptedAt: now,
      eventAt: now,
      status: 'IN_PROGRESS',
      next,
    };
    // Reckoned from after the handler's beginning, so that SageMaker is not a millisecond later than expected.
    store.put(request, seconds === undefined ? undefined : clock.now() + seconds * 1000);
    return request;
  }

  /** @throws AwsError RequestTokenNotFoundException */
  get(caller: Caller, token: string): ResourceRequest {
    const { store, clock } = this.#options;
    const request = store.get(caller.region, token);
    const kept = request !== undefined && request.acceptedAt >= clock.now() - KEPT_MS;
    if (!kept) throw requestTokenNotFound(token);
    return request;
  }

  /** Every request of the last seven days, the newest first. */
  list(caller: Caller): ResourceRequest[] {
    const { store, clock } = this.#options;
    return store.list(caller.region).filter((request) => request.acceptedAt >= clock.now() - KEPT_MS);
  }

  /**
   * Stops the handler and rolls nothing back: what SageMaker has begun it ends. Cancelling what is cancelled
   * answers the same again (recorded).
   * @throws AwsError ValidationException for a request that has ended otherwise.
   */
  cancel(caller: Caller, token: string): ResourceRequest {
    const request = this.get(caller, token);
    if (request.status === 'CANCEL_COMPLETE') return request;
    if (!isGoingOn(request.status)) throw alreadyInStatus(token, request.status);
    const cancelled: ResourceRequest = {
      ...request,
      status: 'CANCEL_COMPLETE',
      eventAt: this.#options.clock.now(),
    };
    this.#options.store.put(cancelled, undefined);
    return cancelled;
  }

  /** What fault rules are held against when somebody asks for a request. */
  subjectOf(request: ResourceRequest, operation: string): FaultSubject {
    const { region, typeName, identifier } = request;
    const subject = { service: 'CloudApiService', operation, handler: request.operation, typeName, region };
    return identifier === undefined ? subject : { ...subject, imageName: imageNameIn(identifier) };
  }

  #begin(
    caller: Caller,
    wanted: NewRequest,
    token: string,
    withoutWork: boolean,
  ): { identifier: string | undefined; next: NextStep } {
    if (withoutWork) return { identifier: wanted.identifier, next: { kind: 'check' } };
    try {
      const identifier = wanted.begin(openSession(this.#options, caller), token);
      return { identifier, next: { kind: 'check' } };
    } catch (error) {
      return { identifier: wanted.identifier, next: failedStep(error) };
    }
  }

  #settle(request: ResourceRequest, at: number): void {
    const { store } = this.#options;
    const step = this.#stepOf(request);
    switch (step.kind) {
      case 'going-on':
        store.put(request, at + LOOK_AGAIN_MS);
        return;
      case 'done':
        store.put({ ...request, status: 'SUCCESS', eventAt: at }, undefined);
        return;
      case 'fail': {
        const { errorCode, message: statusMessage } = step;
        store.put({ ...request, status: 'FAILED', errorCode, statusMessage, eventAt: at }, undefined);
        return;
      }
      default:
        step satisfies never;
    }
  }

  #stepOf(
    request: ResourceRequest,
  ): Extract<NextStep, { kind: 'fail' }> | { readonly kind: 'going-on' | 'done' } {
    if (request.next.kind === 'fail') return request.next;
    const type = this.#options.types.get(request.typeName);
    if (!type || request.identifier === undefined) return { kind: 'done' };
    try {
      const session = openSession(this.#options, request);
      return { kind: type.check(session, request.identifier, request.operation) };
    } catch (error) {
      return failedStep(error);
    }
  }
}

/** @throws what is not a handler's failure but a defect. */
function failedStep(error: unknown): Extract<NextStep, { kind: 'fail' }> {
  if (!(error instanceof HandlerFailure)) throw error;
  return { kind: 'fail', errorCode: error.errorCode, message: error.message };
}

function durationOf(
  operation: RequestOperation,
  durations: { readonly create: number; readonly update: number; readonly delete: number },
): number {
  switch (operation) {
    case 'CREATE':
      return durations.create;
    case 'UPDATE':
      return durations.update;
    case 'DELETE':
      return durations.delete;
    default:
      return operation satisfies never;
  }
}
