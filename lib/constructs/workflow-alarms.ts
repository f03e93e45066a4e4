import { Aws } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { ALARM_PERIOD, anyAlarm } from './any-alarm.ts';
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
          within: ALARM_PERIOD,
        },
        notRunning: {
          description: 'Nobody looks for forgotten operations. Runbook: "Sweeper not running".',
          periods: 1,
          period: ALARM_PERIOD,
        },
      }),
      anyAlarm(this, 'Crashing', {
        name: `image-versions-crashing-${props.stage}`,
        description: 'A Lambda of the workflows failed. Runbook: "Workflow functions crashing".',
        metrics: props.functions.map((one) =>
          one.function.metricErrors({ period: ALARM_PERIOD, statistic: 'Sum' }),
        ),
      }),
      anyAlarm(this, 'Abandoned', {
        name: `image-versions-abandoned-${props.stage}`,
        description: 'A workflow ran into its own time-out. Runbook: "Workflows abandoned".',
        metrics: props.workflows.map((one) =>
          one.stateMachine.metricTimedOut({ period: ALARM_PERIOD, statistic: 'Sum' }),
        ),
      }),
    ];
    if (action) for (const alarm of alarms) alarm.addAlarmAction(action);
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
