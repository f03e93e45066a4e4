import type { Acceptance, ObservedEvent, ObservedOperation } from './observed.ts';

/**
 * What was seen of operations before their records went: expired, or replaced by a backup. Under the same key an operation
 * of the same id may be accepted again, so that what is gone is given another id here, in everything that was seen of it.
 */
export class SeenSoFar {
  #operations: readonly ObservedOperation[] = [];
  #accepted: readonly Acceptance[] = [];
  #events: readonly ObservedEvent[] = [];
  #gone: readonly ObservedOperation[] = [];
  #goneAcceptances: readonly Acceptance[] = [];
  #goneEvents: readonly ObservedEvent[] = [];
  #times = 0;

  get operations(): readonly ObservedOperation[] {
    return [...this.#gone, ...this.#operations];
  }

  get accepted(): readonly Acceptance[] {
    return [...this.#goneAcceptances, ...this.#accepted];
  }

  get events(): readonly ObservedEvent[] {
    return [...this.#goneEvents, ...this.#events];
  }

  accept(acceptance: Acceptance): void {
    this.#accepted = [...this.#accepted, acceptance];
  }

  /** What was put on the bus since the last time. */
  sawEvents(events: readonly ObservedEvent[]): void {
    this.#events = [...this.#events, ...events];
  }

  /** Every operation that has a record. */
  sawOperations(operations: readonly ObservedOperation[]): void {
    this.#operations = operations;
  }

  /** Every operation that still has a record, after something that records do not outlive. */
  recordsWent(operations: readonly ObservedOperation[]): void {
    const there = new Set(operations.map(({ operationId }) => operationId));
    const gone = this.#operations.filter(({ operationId }) => !there.has(operationId));
    this.#operations = operations;
    if (gone.length === 0) return;
    this.#times += 1;
    const ids = new Set(gone.map(({ operationId }) => operationId));
    const renamed = (id: string) => `${id} (gone ${this.#times})`;
    const isOfGone = ({ detail }: ObservedEvent) => ids.has(String(detail.operationId));
    this.#gone = [
      ...this.#gone,
      ...gone.map((one) => ({ ...one, operationId: renamed(one.operationId), gone: true })),
    ];
    this.#goneAcceptances = [
      ...this.#goneAcceptances,
      ...this.#accepted
        .filter(({ operationId }) => ids.has(operationId))
        .map((one) => ({ ...one, operationId: renamed(one.operationId) })),
    ];
    this.#accepted = this.#accepted.filter(({ operationId }) => !ids.has(operationId));
    this.#goneEvents = [
      ...this.#goneEvents,
      ...this.#events.filter(isOfGone).map((event) => ({
        ...event,
        detail: { ...event.detail, operationId: renamed(String(event.detail.operationId)) },
      })),
    ];
    this.#events = this.#events.filter((event) => !isOfGone(event));
  }
}
