import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** Period of the metrics that an {@link anyAlarm} adds up. */
export const ALARM_PERIOD = Duration.minutes(5);

export interface AnyAlarmProps {
  /** Physical name. */
  readonly name: string;
  /** What it means, and its heading in docs/runbook.md. */
  readonly description: string;
  /** Each over {@link ALARM_PERIOD}; ten at most, which is what CloudWatch takes in the expression of an alarm. */
  readonly metrics: readonly IMetric[];
}

/** Goes off when any of the metrics counted anything within five minutes. */
export function anyAlarm(scope: Construct, id: string, props: AnyAlarmProps): Alarm {
  return new Alarm(scope, id, {
    alarmName: props.name,
    alarmDescription: props.description,
    metric: sumOf(id, props.metrics),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}

function sumOf(label: string, metrics: readonly IMetric[]): IMetric {
  const [only, ...others] = metrics;
  if (only && others.length === 0) return only;
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({
    // No FILL: in a sum CloudWatch takes a missing value for 0, and FILL would answer 0 for a period whose values come late.
    expression: Object.keys(usingMetrics).join(' + '),
    usingMetrics,
    period: ALARM_PERIOD,
    label,
  });
}
