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
import { scheduleAlarms } from './schedule-alarms.ts';

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

/** What tells of alarms, this stack's and others', where an address is configured. */
export function alarmTopicName(stage: string): string {
  return `image-version-alarms-${stage}`;
}

/**
 * Alarms on what should never happen. An operation that AWS refused is not among them: that is an answer
 * to its caller. Each has its heading in docs/runbook.md.
 */
export class WorkflowAlarms extends Construct {
  constructor(scope: Construct, id: string, props: WorkflowAlarmsProps) {
    super(scope, id);
    const action = props.email ? new SnsAction(this.topic(props.stage, props.email)) : undefined;
    const alarms = [
      ...scheduleAlarms(this, {
        id: 'Sweep',
        job: 'sweep',
        stage: props.stage,
        function: props.sweep,
        failing: {
          description: 'Forgotten operations cannot be mended. Runbook: "Sweeper failing".',
          errors: 3,
          within: PERIOD,
        },
        notRunning: {
          description: 'Nobody looks for forgotten operations. Runbook: "Sweeper not running".',
          periods: 1,
          period: PERIOD,
        },
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

  private topic(stage: string, email: string): Topic {
    const topic = new Topic(this, 'Topic', { topicName: alarmTopicName(stage), enforceSSL: true });
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
