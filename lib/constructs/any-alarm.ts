import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** Of the metrics that an {@link anyAlarm} is made of. */
export const ALARM_PERIOD = Duration.minutes(5);

export interface AnyAlarmProps {
  /** Physical name. */
  readonly name: string;
  /** What it means, and its heading in docs/runbook.md. */
  readonly description: string;
  /** Sums over {@link ALARM_PERIOD}. */
  readonly metrics: readonly IMetric[];
}

/** Rings when any of the metrics counted anything within five minutes. */
export function anyAlarm(scope: Construct, id: string, props: AnyAlarmProps): Alarm {
  const usingMetrics = Object.fromEntries(props.metrics.map((metric, index) => [`m${index}`, metric]));
  return new Alarm(scope, id, {
    alarmName: props.name,
    alarmDescription: props.description,
    metric: new MathExpression({
      // A function that was not called has no data, and a sum with one term missing has no value.
      expression: Object.keys(usingMetrics)
        .map((name) => `FILL(${name}, 0)`)
        .join(' + '),
      usingMetrics,
      period: ALARM_PERIOD,
      label: id,
    }),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
