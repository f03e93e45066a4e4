/** EventBridge for the rules of an assembly: buses, what is published on them, and schedules. */
import type { DatabaseSync } from 'node:sqlite';
import type { Assembly } from '../../assembly/assembly.ts';
import type { EventBusResource, RuleResource, RuleTarget } from '../../assembly/event-rules.ts';
import type { Clock } from '../../clock.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../json.ts';
import type { Randomness } from '../../randomness.ts';
import { transact } from '../database.ts';
import type { LambdaRuntime } from '../lambda/lambda-runtime.ts';
import type { QueueStore } from '../sqs/queue-store.ts';
import { Deliveries } from './deliveries.ts';
import type { DeliveryFaults } from './delivery-faults.ts';
import { type BusEvent, busEvent, type EventDraft } from './event.ts';
import { EventStore, type RecordedEvent } from './event-store.ts';
import { type ScheduleStatus, Schedules } from './schedules.ts';

export interface EventBridgeOptions {
  readonly assembly: Pick<Assembly, 'region' | 'eventBuses' | 'rules' | 'asynchronous'>;
  readonly database: DatabaseSync;
  readonly queues: QueueStore;
  readonly lambda: LambdaRuntime;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly faults: DeliveryFaults;
  /** See Deliveries. @default every function may */
  readonly mayReport?: (functionArn: string, queueArn: string) => void;
  readonly onUnexpected: (error: unknown) => void;
}

export class EventBridge {
  readonly buses: readonly EventBusResource[];
  readonly rules: readonly RuleResource[];
  readonly #options: EventBridgeOptions;
  readonly #store: EventStore;
  readonly #deliveries: Deliveries;
  readonly #schedules: Schedules;

  constructor(options: EventBridgeOptions) {
    const { assembly, database, clock } = options;
    this.#options = options;
    this.buses = assembly.eventBuses;
    this.rules = assembly.rules;
    this.#store = new EventStore(database);
    this.#deliveries = new Deliveries({
      ...options,
      store: this.#store,
      rules: assembly.rules,
      asynchronous: assembly.asynchronous,
    });
    this.#schedules = new Schedules({
      rules: assembly.rules,
      store: this.#store,
      clock,
      isBusy: ({ arn }) => this.#deliveries.isBusy(arn),
      ring: (rule) => this.#ring(rule),
    });
  }

  /** By name or ARN; undefined when the assembly has no such bus. */
  bus(nameOrArn: string): EventBusResource | undefined {
    return this.buses.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn);
  }

  /** Records an event and sends it to the targets of every rule that it matches. May be part of a transaction. */
  publish(busName: string, draft: EventDraft): BusEvent {
    const { randomness, assembly, database, clock } = this.#options;
    const event = busEvent(draft, randomness.uuid(), assembly.region);
    const rules = this.rules.filter(
      (rule) => rule.enabled && rule.busName === busName && rule.pattern?.matches(event),
    );
    transact(database, () => {
      const names = rules.map(({ name }) => name);
      this.#store.record({ bus: busName, at: clock.now(), rules: names, event });
      for (const rule of rules) this.#send(rule, event, false);
    });
    this.#deliveries.wake();
    return event;
  }

  /** What was published, newest first. */
  recent(options: { readonly bus?: string; readonly limit?: number } = {}): RecordedEvent[] {
    return this.#store.recent(options.bus, options.limit ?? 1000);
  }

  /** Resolves when no event is on its way; one that waits for another attempt is not. */
  settled(): Promise<void> {
    return this.#deliveries.settled();
  }

  schedules(): ScheduleStatus[] {
    return this.#schedules.list();
  }

  /** Rings a rule's schedule now. False when no rule of that name has one. */
  runSchedule(ruleName: string): boolean {
    return this.#schedules.run(ruleName);
  }

  /** Starts the schedules, and takes up what an earlier process left undelivered. */
  resume(): void {
    this.#deliveries.resume();
    this.#schedules.start();
  }

  stop(): void {
    this.#schedules.stop();
    this.#deliveries.stop();
  }

  /** Rules and buses were removed, and what was under way to their targets is gone. To be called before `resume`. */
  removeStacks(): void {
    this.#store.clear();
    this.#store.forgetSchedules();
  }

  reset(): void {
    this.#store.clear();
  }

  #ring(rule: RuleResource): void {
    const { randomness, assembly, database, clock } = this.#options;
    const draft: EventDraft = {
      source: 'aws.events',
      detailType: 'Scheduled Event',
      detail: {},
      resources: [rule.arn],
      time: clock.now(),
    };
    // To its own rule alone: a scheduled event is on no bus.
    const event = busEvent(draft, randomness.uuid(), assembly.region);
    transact(database, () => this.#send(rule, event, true));
    this.#deliveries.wake();
  }

  #send(rule: RuleResource, event: BusEvent, background: boolean): void {
    for (const target of rule.targets) {
      this.#deliveries.add(rule, target, payloadFor(target, event), background);
    }
  }
}

/** JSON text. */
function payloadFor({ input }: RuleTarget, event: JsonObject): string {
  switch (input.kind) {
    case 'event':
      return JSON.stringify(event);
    case 'constant':
      return JSON.stringify(parseJson(input.json));
    case 'path':
      return JSON.stringify(atPath(event, input.path.split('.').slice(1)));
    default:
      return input satisfies never;
  }
}

/** What is not there is null (unverified). */
function atPath(value: Json, names: readonly string[]): Json {
  return names.reduce<Json>((at, name) => (isJsonObject(at) ? (at[name] ?? null) : null), value);
}
