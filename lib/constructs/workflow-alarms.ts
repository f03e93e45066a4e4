import { Aws, Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { HandlerFunction } from './handler-function.ts';
import type { OperationWorkflow } from './operation-workflow.ts';

export interface WorkflowAlarmsProps {
  readonly stage: string;
  readonly functions: readonly HandlerFunction[];
  readonly workflows: readonly OperationWorkflow[];
  /** Runs each minute. One failure is made up for a minute later, so it has alarms of its own. */
  readonly sweep: HandlerFunction;
  /** @default - the alarms show in CloudWatch alone */
  readonly email: string | undefined;
}

const PERIOD = Duration.minutes(5);

/**
 * Alarms on what should never happen. An operation that AWS refused is not among them: that is an answer
 * to its caller. Each has its heading in docs/runbook.md.
 */
export class WorkflowAlarms extends Construct {
  constructor(scope: Construct, id: string, props: WorkflowAlarmsProps) {
    super(scope, id);
    const action = props.email ? new SnsAction(this.topic(props.email)) : undefined;
    const { sweep } = props;
    const alarms = [
      new Alarm(this, 'SweepFailing', {
        alarmName: `image-versions-sweep-failing-${props.stage}`,
        alarmDescription: 'Forgotten operations cannot be mended. Runbook: "Sweeper failing".',
        metric: sweep.function.metricErrors({ period: PERIOD, statistic: 'Sum' }),
        threshold: 3,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
      new Alarm(this, 'SweepNotRunning', {
        alarmName: `image-versions-sweep-not-running-${props.stage}`,
        alarmDescription: 'Nobody looks for forgotten operations. Runbook: "Sweeper not running".',
        metric: sweep.function.metricInvocations({ period: PERIOD, statistic: 'Sum' }),
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      }),
      this.alarm('Crashing', {
        name: `image-versions-crashing-${props.stage}`,
        description: 'A Lambda of the workflows failed. Runbook: "Workflow functions crashing".',
        metrics: props.functions.map((one) =>
          one.function.metricErrors({ period: PERIOD, statistic: 'Sum' }),
        ),
      }),
      this.alarm('Abandoned', {
        name: `image-versions-abandoned-${props.stage}`,
        description: 'A workflow ran into its own time-out. Runbook: "Workflows abandoned".',
        metrics: props.workflows.map((one) =>
          one.stateMachine.metricTimedOut({ period: PERIOD, statistic: 'Sum' }),
        ),
      }),
    ];
    if (action) for (const alarm of alarms) alarm.addAlarmAction(action);
  }

  private alarm(
    id: string,
    about: { readonly name: string; readonly description: string; readonly metrics: readonly IMetric[] },
  ): Alarm {
    const usingMetrics = Object.fromEntries(about.metrics.map((metric, index) => [`m${index}`, metric]));
    return new Alarm(this, id, {
      alarmName: about.name,
      alarmDescription: about.description,
      metric: new MathExpression({
        // A function that was not called has no data, and a sum with one term missing has no value.
        expression: Object.keys(usingMetrics)
          .map((id) => `FILL(${id}, 0)`)
          .join(' + '),
        usingMetrics,
        period: PERIOD,
        label: id,
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private topic(email: string): Topic {
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    // A policy of one's own takes the place of SNS's default, by which alarms of the account may publish.
    topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    topic.addSubscription(new EmailSubscription(email));
    return topic;
  }
}
