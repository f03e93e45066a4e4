import { Aws } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { ALARM_PERIOD, anyAlarm } from './any-alarm.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { HandlerFunction } from './handler-function.ts';
import type { OperationWorkflow } from './operation-workflow.ts';
import { failingAlarm, notRunningAlarm } from './schedule-alarms.ts';

export interface WorkflowAlarmsProps {
  readonly stage: string;
  readonly functions: readonly HandlerFunction[];
  readonly workflows: readonly OperationWorkflow[];
  /** Runs each minute. One failure is made up for a minute later, so it has alarms of its own. */
  readonly sweep: HandlerFunction;
  /** Queue of the ends of workflows that could not be handled. */
  readonly undelivered: DeadLetterQueue;
  readonly api: HttpApi;
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
    const nameOf = (what: string) => `image-versions-${what}-${props.stage}`;
    const { sweep } = props;
    const alarms = [
      failingAlarm(this, 'SweepFailing', {
        name: nameOf('sweep-failing'),
        description: 'Forgotten operations cannot be mended. Runbook: "Sweeper failing".',
        function: sweep,
        errors: 3,
        within: ALARM_PERIOD,
      }),
      notRunningAlarm(this, 'SweepNotRunning', {
        name: nameOf('sweep-not-running'),
        description: 'Nobody looks for forgotten operations. Runbook: "Sweeper not running".',
        runs: sweep.function.metricInvocations({ period: ALARM_PERIOD, statistic: 'Sum' }),
        periods: 1,
      }),
      anyAlarm(this, 'Crashing', {
        name: nameOf('crashing'),
        description: 'A Lambda of the workflows failed. Runbook: "Workflow functions crashing".',
        metrics: props.functions.map((one) => one.errors()),
      }),
      anyAlarm(this, 'Throttled', {
        name: nameOf('throttled'),
        description: 'Lambda lacked concurrency for the workflows. Runbook: "Functions throttled".',
        metrics: [...props.functions, sweep].map((one) => one.throttles()),
      }),
      anyAlarm(this, 'Abandoned', {
        name: nameOf('abandoned'),
        description: 'A workflow ran into its own time-out. Runbook: "Workflows abandoned".',
        metrics: props.workflows.map((one) =>
          one.stateMachine.metricTimedOut({ period: ALARM_PERIOD, statistic: 'Sum' }),
        ),
      }),
      anyAlarm(this, 'Undelivered', {
        name: nameOf('undelivered'),
        description: 'The end of a workflow was not handled. Runbook: "Events undelivered".',
        metrics: [props.undelivered.waiting()],
      }),
      // What goes wrong in an API function is an answer with status 500, so that Lambda counts no error.
      anyAlarm(this, 'ApiFailing', {
        name: nameOf('api-failing'),
        description: 'The API answered a request with a 5xx status. Runbook: "API failing".',
        metrics: [props.api.metricServerError({ period: ALARM_PERIOD, statistic: 'Sum' })],
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
