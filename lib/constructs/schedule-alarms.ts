import type { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { HandlerFunction } from './handler-function.ts';

export interface FailingAlarmProps {
  /** Physical name. */
  readonly name: string;
  /** What it means that the job fails, and its heading in docs/runbook.md. */
  readonly description: string;
  readonly function: HandlerFunction;
  /** The alarm goes off at so many errors in any stretch of time that is `within` long. */
  readonly errors: number;
  readonly within: Duration;
}

/** Goes off when a job that runs by the clock fails again and again. */
export function failingAlarm(scope: Construct, id: string, props: FailingAlarmProps): Alarm {
  return new Alarm(scope, id, {
    alarmName: props.name,
    alarmDescription: props.description,
    metric: props.function.function.metricErrors({ period: props.within, statistic: 'Sum' }),
    threshold: props.errors,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}

export interface NotRunningAlarmProps {
  /** Physical name. */
  readonly name: string;
  /** What it means that nobody runs the job, and its heading in docs/runbook.md. */
  readonly description: string;
  /** Counts the runs of a period. */
  readonly runs: IMetric;
  /** The alarm goes off when nothing ran in so many periods in a row. */
  readonly periods: number;
}

/** Goes off when a job that runs by the clock does not run. */
export function notRunningAlarm(scope: Construct, id: string, props: NotRunningAlarmProps): Alarm {
  return new Alarm(scope, id, {
    alarmName: props.name,
    alarmDescription: props.description,
    metric: props.runs,
    threshold: 1,
    evaluationPeriods: props.periods,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    // CloudWatch has no data of what did not run.
    treatMissingData: TreatMissingData.BREACHING,
  });
}
