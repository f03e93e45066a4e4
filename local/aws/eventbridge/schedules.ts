import type { RuleResource } from '../../assembly/event-rules.ts';
import type { Clock } from '../../clock.ts';
import type { EventStore } from './event-store.ts';
import type { Schedule } from './schedule.ts';

export interface SchedulesOptions {
  readonly rules: readonly RuleResource[];
  readonly store: EventStore;
  readonly clock: Clock;
  /** Whether the rule's last event has not been worked on yet. */
  readonly isBusy: (rule: RuleResource) => boolean;
  /** Sends the rule's scheduled event to its targets. */
  readonly ring: (rule: RuleResource) => void;
}

/** A rule with a schedule, as the control plane shows it. */
export interface ScheduleStatus {
  readonly rule: string;
  readonly expression: string;
  readonly enabled: boolean;
  /** Epoch milliseconds; undefined when it will not ring again. */
  readonly next: number | undefined;
}

type Scheduled = RuleResource & { readonly schedule: NonNullable<RuleResource['schedule']> };

/**
 * Rings rules by the clock, in the background: a clock that skips idle time does not do so for a schedule.
 *
 * Unlike EventBridge it leaves out a time at which the one before is still being worked on, so that a clock
 * that runs thousands of times as fast does not bury the functions.
 */
export class Schedules {
  readonly #options: SchedulesOptions;
  readonly #scheduled: readonly Scheduled[];
  readonly #planned = new Map<string, { readonly at: number; readonly callOff: () => void }>();

  constructor(options: SchedulesOptions) {
    this.#options = options;
    this.#scheduled = options.rules.filter(isScheduled);
  }

  start(): void {
    const { store, clock } = this.#options;
    for (const rule of this.#scheduled) {
      // A rate counts from the time at which its rule was made.
      if (store.scheduleRangAt(rule.arn) === undefined) store.scheduleRings(rule.arn, clock.now());
      this.#plan(rule);
    }
  }

  /** Rings a rule now, enabled or not, and leaves its next time as it is. False when there is no such rule. */
  run(ruleName: string): boolean {
    const rule = this.#scheduled.find(({ name }) => name === ruleName);
    if (!rule) return false;
    this.#options.ring(rule);
    return true;
  }

  list(): ScheduleStatus[] {
    return this.#scheduled.map(({ name, arn, enabled, schedule }) => ({
      rule: name,
      expression: schedule.expression,
      enabled,
      next: this.#planned.get(arn)?.at,
    }));
  }

  stop(): void {
    for (const { callOff } of this.#planned.values()) callOff();
    this.#planned.clear();
  }

  #plan(rule: Scheduled): void {
    if (!rule.enabled) return;
    const at = this.#next(rule.arn, rule.schedule.times);
    if (at === undefined) return;
    const { clock, store, ring, isBusy } = this.#options;
    const onTime = () => {
      store.scheduleRings(rule.arn, at);
      // First, so that a ring that fails does not end the schedule.
      this.#plan(rule);
      if (!isBusy(rule)) ring(rule);
    };
    this.#planned.set(rule.arn, { at, callOff: clock.alarm(at, onTime, { background: true }) });
  }

  #next(ruleArn: string, times: Schedule): number | undefined {
    const now = this.#options.clock.now();
    return times.next(now, this.#options.store.scheduleRangAt(ruleArn) ?? now);
  }
}

function isScheduled(rule: RuleResource): rule is Scheduled {
  return rule.schedule !== undefined;
}
