import { Duration, Token } from 'aws-cdk-lib';
import { type EventBus, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { EVENT_SOURCE, SNAPSHOT_REQUESTED } from '../../lambda/contract/events.ts';
import type { SnapshotEventDetail } from '../../lambda/contract/inventory.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { HandlerFunction } from './handler-function.ts';

export interface InventoryScheduleProps {
  readonly stage: string;
  readonly regions: readonly string[];
  /** How often each region is looked at. */
  readonly every: Duration;
  /** On which snapshots are asked for. */
  readonly bus: EventBus;
  /** Takes a snapshot of the region that its event names. */
  readonly snapshot: HandlerFunction;
}

/**
 * Has snapshots taken: of each region by the clock, and of one region when an event on the bus asks for it. Each
 * region has a rule of its own, so that regions run side by side and one that fails holds up no other.
 */
export class InventorySchedule extends Construct {
  /** Events that came to nothing. The next snapshot makes up for them. */
  readonly undelivered: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: InventoryScheduleProps) {
    super(scope, id);
    const { stage, snapshot } = props;
    this.undelivered = new DeadLetterQueue(this, 'Undelivered', {
      queueName: `image-version-snapshots-undelivered-${stage}`,
    });
    this.#againWhereItFails(snapshot);
    for (const region of props.regions) {
      // The stack's own region has no name yet where none is configured.
      const own = Token.isUnresolved(region);
      new Rule(this, own ? 'OwnRegion' : region, {
        // Never one name for two rules: naming the regions of a stage that had none is to be an update like any other.
        ruleName: `image-version-snapshot-${own ? 'own-region' : region}-${stage}`,
        description: `Takes snapshots of the image versions of ${region}`,
        schedule: Schedule.rate(props.every),
        targets: [
          new LambdaFunction(snapshot.function, {
            event: RuleTargetInput.fromObject(scheduledEvent(region)),
            // The next one is worth as much.
            maxEventAge: props.every,
            deadLetterQueue: this.undelivered,
          }),
        ],
      });
    }
    new Rule(this, 'Requested', {
      ruleName: `image-version-snapshot-requested-${stage}`,
      description: 'Snapshots that somebody asks for, and those that one run of the function does not finish',
      eventBus: props.bus,
      eventPattern: { source: [EVENT_SOURCE], detailType: [SNAPSHOT_REQUESTED] },
      targets: [
        new LambdaFunction(snapshot.function, {
          maxEventAge: LONGEST_WORTH,
          deadLetterQueue: this.undelivered,
        }),
      ],
    });
  }

  /** After one minute and after two more (Lambda's own times). */
  #againWhereItFails(snapshot: HandlerFunction): void {
    const { queueArn } = this.undelivered;
    // Not CDK's SqsDestination: that lets the function look the queue up and read its attributes, too.
    snapshot.allow(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }));
    snapshot.function.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: LONGEST_WORTH,
      onFailure: { bind: () => ({ destination: queueArn }) },
    });
  }
}

/** Room for three attempts of 15 minutes with the minutes between them; who asked has asked again by then. */
const LONGEST_WORTH = Duration.hours(1);

/** What a schedule calls the function with: an event as it comes from the bus, as far as the function reads one. */
function scheduledEvent(region: string) {
  const detail: SnapshotEventDetail = { region, trigger: 'schedule' };
  return { source: EVENT_SOURCE, 'detail-type': SNAPSHOT_REQUESTED, detail };
}
