import { Duration } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { HandlerFunction } from './handler-function.ts';
import { scheduleAlarms } from './schedule-alarms.ts';

export interface SnapshotAlarmsProps {
  readonly stage: string;
  readonly snapshot: HandlerFunction;
  /** How often the schedule calls the function for each region. */
  readonly every: Duration;
  /** @default - the alarms show in CloudWatch alone */
  readonly topic: ITopic | undefined;
}

/** Alarms of the inventory: its snapshots fail, or none is taken. Each has its heading in docs/runbook.md. */
export class SnapshotAlarms extends Construct {
  constructor(scope: Construct, id: string, props: SnapshotAlarmsProps) {
    super(scope, id);
    const alarms = scheduleAlarms(this, {
      id: 'Snapshot',
      job: 'snapshot',
      stage: props.stage,
      function: props.snapshot,
      failing: {
        description: 'Snapshots of the inventory fail again and again. Runbook: "Snapshot failing".',
        // One failure is made up for: Lambda runs the event again, after one minute and after two more. Three are an
        // event that was given up, whose attempts lie within 48 minutes (three of 15, and the minutes between); or as
        // many single failures of several regions in an hour, which is worth a look as well.
        errors: 3,
        within: Duration.hours(1),
      },
      notRunning: {
        description: 'No snapshot of the inventory is begun. Runbook: "Snapshot not running".',
        // One period alone may be without a call: a schedule is a minute late at times. On a new stage it rings until
        // the schedule comes round for the first time, which is a period after it was made.
        periods: 2,
        period: props.every,
      },
    });
    if (props.topic) for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(props.topic));
  }
}
