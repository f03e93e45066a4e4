/**
 * Brings events to the functions that rules name. A delivery is a row until it is over, so a process that is
 * killed has the next one go on with it: each event comes at least once, in no order that can be relied on.
 *
 * Two parties try again, each in its own way. EventBridge hands the event over to Lambda by the rule's retry
 * policy, and what it cannot hand over is a dead letter. Once Lambda has taken it, EventBridge is done: a
 * function that fails is run again by Lambda, and the rule's dead-letter queue never hears of it.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type AsynchronousResource, DEFAULT_ASYNCHRONOUS } from '../../assembly/asynchronous.ts';
import type { RuleResource, RuleTarget } from '../../assembly/event-rules.ts';
import type { Clock } from '../../clock.ts';
import { parseJson } from '../../json.ts';
import type { Randomness } from '../../randomness.ts';
import { transact } from '../database.ts';
import type { LambdaAnswer, LambdaRuntime } from '../lambda/lambda-runtime.ts';
import { AwsError } from '../service.ts';
import type { QueueStore } from '../sqs/queue-store.ts';
import type { DeliveryFaults } from './delivery-faults.ts';
import type { Delivery, EventStore } from './event-store.ts';

export interface DeliveriesOptions {
  readonly store: EventStore;
  readonly database: DatabaseSync;
  readonly rules: readonly RuleResource[];
  readonly asynchronous: readonly AsynchronousResource[];
  readonly queues: QueueStore;
  readonly lambda: LambdaRuntime;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly faults: DeliveryFaults;
  /** Throws AccessDeniedException where a function's role may not send to the queue. @default every function may */
  readonly mayReport?: (functionArn: string, queueArn: string) => void;
  readonly onUnexpected: (error: unknown) => void;
}

interface Addressee {
  readonly rule: RuleResource;
  readonly target: RuleTarget;
}

/** Lambda's own: after a failed asynchronous invocation it waits one minute, then two. */
const FUNCTION_RETRY_DELAYS_MS = [60_000, 120_000];
/** From one second to five minutes, while Lambda itself refuses (developer guide, asynchronous invocation). */
const REFUSED_DELAY_MS = { first: 1000, longest: 300_000 };

export class Deliveries {
  readonly #options: DeliveriesOptions;
  /** Lambda's id of an invocation, for as long as it is tried. After a restart it is another. */
  readonly #requestIds = new Map<number, string>();
  readonly #attemptsOfRule = new Map<string, number>();
  readonly #inFlight = new Map<number, { readonly delivery: Delivery; readonly done: Promise<void> }>();
  #callOff: () => void = () => undefined;
  #pumpPlanned = false;
  #stopped = true;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /** Writes a delivery down; `wake` starts it, when the transaction that it is part of is over. */
  add(rule: RuleResource, target: RuleTarget, payload: string, background: boolean): void {
    const now = this.#options.clock.now();
    this.#options.store.addDelivery({
      ruleArn: rule.arn,
      targetId: target.id,
      payload,
      phase: 'hand-over',
      attempts: 0,
      refusals: 0,
      since: now,
      due: now,
      background,
    });
  }

  /** Begins, with what an earlier process left undone. */
  resume(): void {
    this.#stopped = false;
    this.wake();
  }

  wake(): void {
    if (this.#pumpPlanned || this.#stopped) return;
    this.#pumpPlanned = true;
    // A microtask: after the transaction, and before a clock that skips can jump.
    queueMicrotask(() => {
      this.#pumpPlanned = false;
      this.#pump();
    });
  }

  /** Whether one of the rule's events is being delivered for the first time. */
  isBusy(ruleArn: string): boolean {
    return [...this.#inFlight.values()].some(
      ({ delivery }) => delivery.ruleArn === ruleArn && delivery.attempts === 0,
    );
  }

  /** Resolves when nothing is on its way; what waits for its next attempt is not. */
  async settled(): Promise<void> {
    while (this.#pumpPlanned || this.#inFlight.size > 0) {
      await Promise.all([...this.#inFlight.values()].map(({ done }) => done));
    }
  }

  /** What is on its way is delivered again by the next process. */
  stop(): void {
    this.#stopped = true;
    this.#callOff();
  }

  #pump(): void {
    if (this.#stopped) return;
    const { store, clock } = this.#options;
    const now = clock.now();
    const waiting = store.pending().filter(({ sequence }) => !this.#inFlight.has(sequence));
    for (const { sequence } of waiting.filter(({ due }) => due <= now)) {
      const delivery = store.delivery(sequence);
      if (!delivery) continue;
      const done = this.#run(delivery).finally(() => {
        this.#inFlight.delete(sequence);
        this.wake();
      });
      this.#inFlight.set(sequence, { delivery, done });
    }
    this.#callOff();
    const later = waiting.filter(({ due }) => due > now);
    const callOffs = [true, false].map((background) => {
      const dues = later.filter((delivery) => delivery.background === background).map(({ due }) => due);
      if (dues.length === 0) return () => undefined;
      return clock.alarm(Math.min(...dues), () => this.wake(), { background });
    });
    this.#callOff = () => {
      for (const callOff of callOffs) callOff();
    };
  }

  /** Never rejects. */
  async #run(delivery: Delivery): Promise<void> {
    const { store, clock, onUnexpected } = this.#options;
    try {
      const addressee = this.#addressee(delivery);
      // Its rule was deployed away since.
      if (!addressee) return store.endDelivery(delivery);
      const taken = delivery.phase === 'hand-over' ? this.#handOver(delivery, addressee) : delivery;
      if (taken) await this.#invoke(taken, addressee);
    } catch (error) {
      // A stopping cloud closes the store under what still runs.
      if (this.#stopped) return;
      onUnexpected(error);
      store.changeDelivery({ ...delivery, due: clock.now() + REFUSED_DELAY_MS.longest });
    }
  }

  #addressee({ ruleArn, targetId }: Delivery): Addressee | undefined {
    const rule = this.#options.rules.find(({ arn }) => arn === ruleArn);
    const target = rule?.targets.find(({ id }) => id === targetId);
    return rule && target && { rule, target };
  }

  /** The delivery in Lambda's hands; undefined when it did not come there. */
  #handOver(delivery: Delivery, addressee: Addressee): Delivery | undefined {
    const { store, database, clock, faults } = this.#options;
    const { name } = addressee.rule;
    const number = (this.#attemptsOfRule.get(name) ?? 0) + 1;
    this.#attemptsOfRule.set(name, number);
    const fault = faults.faultOf(name, number);
    const now = clock.now();
    const taken: Delivery = { ...delivery, phase: 'invoke', attempts: 0, since: now, due: now };
    switch (fault.kind) {
      case 'lose':
        store.endDelivery(delivery);
        return undefined;
      case 'refuse':
        this.#handOverFailed(delivery, addressee);
        return undefined;
      case 'twice':
        transact(database, () => {
          store.addDelivery(taken);
          store.changeDelivery(taken);
        });
        return taken;
      case 'none':
        store.changeDelivery(taken);
        return taken;
      default:
        return fault satisfies never;
    }
  }

  #handOverFailed(delivery: Delivery, { rule, target }: Addressee): void {
    const { store, clock } = this.#options;
    const attempts = delivery.attempts + 1;
    const due = clock.now() + this.#backOff(attempts);
    const tooOld = due - delivery.since > target.maximumAgeSeconds * 1000;
    if (attempts <= target.maximumRetryAttempts && !tooOld) {
      store.changeDelivery({ ...delivery, attempts, due });
      return;
    }
    // The names of a dead letter's attributes: EventBridge user guide, "dead-letter queues".
    this.#endAsLetter(delivery, target.deadLetterArn, delivery.payload, {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.functionArn,
      ERROR_CODE: 'THROTTLING',
      ERROR_MESSAGE: 'Rate Exceeded.',
      EXHAUSTED_RETRY_CONDITION: tooOld ? 'MaximumEventAgeInSeconds' : 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: String(attempts - 1),
    });
  }

  async #invoke(delivery: Delivery, { target }: Addressee): Promise<void> {
    const { store, clock, lambda, randomness } = this.#options;
    const { sequence } = delivery;
    const requestId = this.#requestIds.get(sequence) ?? randomness.uuid();
    this.#requestIds.set(sequence, requestId);
    const answer = await lambda.invoke(target.functionArn, delivery.payload, requestId).catch(refusalIn);
    // The workers were ended with it; the next process invokes again.
    if (this.#stopped) return;
    const name = target.functionArn.split(':').at(-1);
    const config = this.#options.asynchronous.find(({ functionName }) => functionName === name);
    const { maximumAgeSeconds, maximumRetryAttempts } = config ?? DEFAULT_ASYNCHRONOUS;
    const inTime = (due: number) => due - delivery.since <= maximumAgeSeconds * 1000;
    if (answer instanceof AwsError) {
      const due = clock.now() + this.#backOff(delivery.refusals + 1);
      if (inTime(due)) store.changeDelivery({ ...delivery, refusals: delivery.refusals + 1, due });
      else this.#failed(delivery, target, config, 'EventAgeExceeded', undefined);
      return;
    }
    if (answer.kind === 'result') {
      this.#requestIds.delete(sequence);
      store.endDelivery(delivery);
      return;
    }
    const attempts = delivery.attempts + 1;
    const due = clock.now() + (FUNCTION_RETRY_DELAYS_MS[attempts - 1] ?? 0);
    if (attempts <= maximumRetryAttempts && inTime(due)) {
      store.changeDelivery({ ...delivery, attempts, due });
    } else {
      const condition = attempts > maximumRetryAttempts ? 'RetriesExhausted' : 'EventAgeExceeded';
      this.#failed({ ...delivery, attempts }, target, config, condition, answer);
    }
  }

  /** The record that Lambda sends to a destination (developer guide, "asynchronous invocation destinations"). */
  #failed(
    delivery: Delivery,
    { functionArn }: RuleTarget,
    config: AsynchronousResource | undefined,
    condition: 'RetriesExhausted' | 'EventAgeExceeded',
    answer: Extract<LambdaAnswer, { kind: 'failure' }> | undefined,
  ): void {
    const { clock, randomness } = this.#options;
    const body = {
      version: '1.0',
      timestamp: new Date(clock.now()).toISOString(),
      requestContext: {
        requestId: answer?.requestId ?? randomness.uuid(),
        functionArn: `${functionArn}:$LATEST`,
        condition,
        approximateInvokeCount: delivery.attempts,
      },
      requestPayload: parseJson(delivery.payload),
      ...(answer && {
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: answer.failure,
      }),
    };
    this.#endAsLetter(delivery, this.#destinationOf(functionArn, config), JSON.stringify(body), {});
  }

  /** As in Lambda, a destination that the function's role may not send to hears nothing; here somebody is told. */
  #destinationOf(functionArn: string, config: AsynchronousResource | undefined): string | undefined {
    const { mayReport, onUnexpected } = this.#options;
    const queueArn = config?.onFailureArn;
    if (queueArn === undefined || mayReport === undefined) return queueArn;
    try {
      mayReport(functionArn, queueArn);
      return queueArn;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      onUnexpected(error);
      return undefined;
    }
  }

  /** The delivery ends and its letter is written, or neither. */
  #endAsLetter(
    delivery: Delivery,
    queueArn: string | undefined,
    body: string,
    attributes: Readonly<Record<string, string>>,
  ): void {
    const { store, database, queues } = this.#options;
    this.#requestIds.delete(delivery.sequence);
    transact(database, () => {
      store.endDelivery(delivery);
      if (queueArn !== undefined) queues.send(queueArn, body, attributes);
    });
  }

  /** Exponential with jitter; AWS tells no figures for EventBridge (unverified). */
  #backOff(attempt: number): number {
    const { first, longest } = REFUSED_DELAY_MS;
    const wait = Math.min(longest, first * 2 ** Math.min(attempt - 1, 20));
    return wait * (0.5 + this.#options.randomness.next() / 2);
  }
}

function refusalIn(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  throw error;
}
