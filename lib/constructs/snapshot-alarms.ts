import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Rule } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { anyAlarm } from './any-alarm.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { HandlerFunction } from './handler-function.ts';
import type { RegionRule } from './inventory-schedule.ts';
import { failingAlarm, notRunningAlarm } from './schedule-alarms.ts';

export interface SnapshotAlarmsProps {
  readonly stage: string;
  readonly snapshot: HandlerFunction;
  /** The rule that calls the function for each region. */
  readonly rules: readonly RegionRule[];
  /** How often the schedule calls the function for each region. */
  readonly every: Duration;
  readonly undelivered: DeadLetterQueue;
  /** @default - the alarms show in CloudWatch alone */
  readonly topic: ITopic | undefined;
}

/** Alarms of the inventory. Each has its heading in docs/runbook.md. */
export class SnapshotAlarms extends Construct {
  constructor(scope: Construct, id: string, props: SnapshotAlarmsProps) {
    super(scope, id);
    const nameOf = (what: string) => `image-versions-snapshot-${what}-${props.stage}`;
    const alarms = [
      failingAlarm(this, 'SnapshotFailing', {
        name: nameOf('failing'),
        description: 'Snapshots of the inventory fail again and again. Runbook: "Snapshot failing".',
        function: props.snapshot,
        // One failure is made up for: Lambda runs the event again, after one minute and after two more. Three are an
        // event that was given up, whose attempts lie within 48 minutes (three of 15, and the minutes between); or as
        // many single failures of several regions in an hour, which is worth a look as well.
        errors: 3,
        within: Duration.hours(1),
      }),
      // One for each region: the function is one for all, and its calls for one region would hide that another has none.
      ...props.rules.map(({ region, rule }) =>
        notRunningAlarm(this, `SnapshotNotRunning${rule.node.id}`, {
          name: nameOf(`not-running-${region}`),
          description: `No snapshot of ${region} is begun. Runbook: "Snapshot not running".`,
          runs: invocationsOf(rule, props.every),
          // One period alone may be without a call: a schedule is a minute late at times. On a new stage it rings until
          // the schedule comes round for the first time, which is a period after it was made.
          periods: 2,
        }),
      ),
      anyAlarm(this, 'SnapshotThrottled', {
        name: nameOf('throttled'),
        description: 'Lambda lacked concurrency for a snapshot. Runbook: "Functions throttled".',
        metrics: [props.snapshot.throttles()],
      }),
      anyAlarm(this, 'SnapshotUndelivered', {
        name: nameOf('undelivered'),
        description: 'A snapshot was given up. Runbook: "Events undelivered".',
        metrics: [props.undelivered.waiting()],
      }),
    ];
    if (props.topic) for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(props.topic));
  }
}

/**
 * Events that a rule of the default bus handed to its target. Source: EventBridge user guide, "Monitoring": the metric
 * has no data where there were none, and `RuleName` alone means the default bus.
 */
function invocationsOf(rule: Rule, period: Duration): Metric {
  return new Metric({
    namespace: 'AWS/Events',
    metricName: 'Invocations',
    dimensionsMap: { RuleName: rule.ruleName },
    statistic: 'Sum',
    period,
  });
}
