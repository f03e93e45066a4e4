import { errorOf } from '../fault-middleware.ts';
import type { Checked } from '../input-shape.ts';
import { paginate } from '../paging.ts';
import { progressEvent } from './progress-event.ts';
import type { Caller, EngineOptions, RequestEngine } from './request-engine.ts';
import type { ResourceRequest } from './request-store.ts';
import type { SHAPES } from './shapes.ts';

type Input<Operation extends keyof typeof SHAPES> = Checked<(typeof SHAPES)[Operation]>;

/** Requests in one answer of ListResourceRequests when it is not said (AWS API reference). */
const DEFAULT_PAGE = 20;

/** Status, cancel and list: the operations on requests. */
export class RequestOperations {
  readonly #options: EngineOptions;
  readonly #engine: RequestEngine;

  constructor(options: EngineOptions, engine: RequestEngine) {
    this.#options = options;
    this.#engine = engine;
  }

  status(caller: Caller, input: Input<'GetResourceRequestStatus'>) {
    const { faults } = this.#options;
    const request = this.#engine.get(caller, input.RequestToken);
    // The call names no image; only here is it known which one a rule would have to fit.
    const subject = this.#engine.subjectOf(request, 'GetResourceRequestStatus');
    const refusal = faults.take(['throttle', 'error'], subject);
    if (refusal) throw errorOf(refusal);
    const told = faults.take(['status'], subject);
    const event = this.#event(request);
    return { ProgressEvent: told ? { ...event, OperationStatus: told.value } : event };
  }

  cancel(caller: Caller, input: Input<'CancelResourceRequest'>) {
    return { ProgressEvent: this.#event(this.#engine.cancel(caller, input.RequestToken)) };
  }

  /** The newest first. */
  list(caller: Caller, input: Input<'ListResourceRequests'>) {
    const filter = input.ResourceRequestStatusFilter ?? {};
    const requests = this.#engine
      .list(caller)
      .filter(({ operation }) => filter.Operations?.includes(operation) ?? true)
      .filter(({ status }) => filter.OperationStatuses?.includes(status) ?? true);
    const page = paginate(requests, ({ token }) => token, input.MaxResults ?? DEFAULT_PAGE, input.NextToken);
    return {
      ResourceRequestStatusSummaries: page.items.map((request) => this.#event(request)),
      ...(page.nextToken && { NextToken: page.nextToken }),
    };
  }

  #event(request: ResourceRequest) {
    const { settings, clock } = this.#options;
    return progressEvent(request, settings.current, clock.now());
  }
}
