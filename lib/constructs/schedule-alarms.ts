import type { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { HandlerFunction } from './handler-function.ts';

export interface ScheduleAlarmsProps {
  /** What the alarms' ids begin with. */
  readonly id: string;
  /** Physical name, before and after what is wrong: `image-versions-<job>-failing-<stage>`. */
  readonly job: string;
  readonly stage: string;
  readonly function: HandlerFunction;
  readonly failing: {
    /** What it means that the job fails, and its heading in docs/runbook.md. */
    readonly description: string;
    /** It rings at so many errors in any stretch of time that is `within` long. */
    readonly errors: number;
    readonly within: Duration;
  };
  readonly notRunning: {
    readonly description: string;
    /** It rings when the function was not called in so many periods in a row. */
    readonly periods: number;
    readonly period: Duration;
  };
}

/** The two alarms of a job that runs by the clock: it fails, or nobody runs it. */
export function scheduleAlarms(scope: Construct, props: ScheduleAlarmsProps): Alarm[] {
  const { failing, notRunning } = props;
  const called = props.function.function;
  const nameOf = (what: string) => `image-versions-${props.job}-${what}-${props.stage}`;
  return [
    new Alarm(scope, `${props.id}Failing`, {
      alarmName: nameOf('failing'),
      alarmDescription: failing.description,
      metric: called.metricErrors({ period: failing.within, statistic: 'Sum' }),
      threshold: failing.errors,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }),
    new Alarm(scope, `${props.id}NotRunning`, {
      alarmName: nameOf('not-running'),
      alarmDescription: notRunning.description,
      metric: called.metricInvocations({ period: notRunning.period, statistic: 'Sum' }),
      threshold: 1,
      evaluationPeriods: notRunning.periods,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      // A function that is not called has no data.
      treatMissingData: TreatMissingData.BREACHING,
    }),
  ];
}
