import { Duration } from 'aws-cdk-lib';
import { EventBus, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { HandlerFunction } from './handler-function.ts';

export interface QueueKeeperProps {
  readonly stage: string;
  /** ARNs of the state machines whose ends are followed. */
  readonly stateMachineArns: readonly string[];
  /** Settles what an execution could not settle itself. */
  readonly executionEnded: HandlerFunction;
  /** Takes up what was forgotten. */
  readonly sweep: HandlerFunction;
}

/**
 * Keeps the images' queues moving when a function or a workflow dies: the end of every execution is told to one
 * function, and each minute another looks at everything that is open. No lost hand-over leaves a queue standing
 * for longer than that minute and the time that the sweep takes.
 */
export class QueueKeeper extends Construct {
  /** Ends that could not be told. The sweeper makes up for them; what lies here is for whoever looks into why. */
  readonly undelivered: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: QueueKeeperProps) {
    super(scope, id);
    this.undelivered = new DeadLetterQueue(this, 'Undelivered', {
      queueName: `image-version-undelivered-${props.stage}`,
    });
    props.executionEnded.invokedAsynchronously({
      retryAttempts: 2,
      // Room for three attempts of two minutes and the three minutes between them. The sweeper makes up for it before.
      maxEventAge: Duration.minutes(10),
      onFailure: this.undelivered,
    });
    // The next sweep is worth as much. 60 s is the least that Lambda takes.
    props.sweep.invokedAsynchronously({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, 'ExecutionEnded', {
      ruleName: `image-version-execution-ended-${props.stage}`,
      description: 'Ends of the workflows of image versions',
      // Step Functions tells of its executions on the account's default bus.
      eventBus: EventBus.fromEventBusName(this, 'DefaultBus', 'default'),
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          stateMachineArn: [...props.stateMachineArns],
          status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
        },
      },
      targets: [
        new LambdaFunction(props.executionEnded.function, {
          // The sweeper comes each minute, so later is of no use.
          retryAttempts: 3,
          maxEventAge: Duration.minutes(5),
          deadLetterQueue: this.undelivered,
        }),
      ],
    });
    new Rule(this, 'Sweep', {
      ruleName: `image-version-sweep-${props.stage}`,
      description: 'Looks each minute for operations of image versions that were forgotten',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        // A sweep that fails is made up for by the next one.
        new LambdaFunction(props.sweep.function, { retryAttempts: 0, event: RuleTargetInput.fromObject({}) }),
      ],
    });
  }
}
