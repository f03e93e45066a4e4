import { Duration, Token } from 'aws-cdk-lib';
import { type EventBus, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
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

/** A region as names have it (`own-region` where none is configured), and its rule. */
export interface RegionRule {
  readonly region: string;
  readonly rule: Rule;
}

/**
 * Has snapshots taken: of each region by the clock, and of one region when an event on the bus asks for it. Each
 * region has a rule of its own, so that regions run side by side and one that fails holds up no other.
 */
export class InventorySchedule extends Construct {
  /** Events that came to nothing. The next snapshot makes up for them. */
  readonly undelivered: DeadLetterQueue;
  /** The rule that calls the function by the clock, for each region. */
  readonly rules: readonly RegionRule[];

  constructor(scope: Construct, id: string, props: InventoryScheduleProps) {
    super(scope, id);
    const { stage, snapshot } = props;
    this.undelivered = new DeadLetterQueue(this, 'Undelivered', {
      queueName: `image-version-snapshots-undelivered-${stage}`,
    });
    snapshot.invokedAsynchronously({
      retryAttempts: 2,
      maxEventAge: LONGEST_WORTH,
      onFailure: this.undelivered,
    });
    this.rules = props.regions.map((region): RegionRule => {
      // The stack's own region has no name yet where none is configured.
      const own = Token.isUnresolved(region);
      const name = own ? 'own-region' : region;
      const rule = new Rule(this, own ? 'OwnRegion' : region, {
        // Never one name for two rules: naming the regions of a stage that had none is to be an update like any other.
        ruleName: `image-version-snapshot-${name}-${stage}`,
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
      return { region: name, rule };
    });
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
}

/** Room for three attempts of 15 minutes with the minutes between them; who asked has asked again by then. */
const LONGEST_WORTH = Duration.hours(1);

/** What a schedule calls the function with: an event as it comes from the bus, as far as the function reads one. */
function scheduledEvent(region: string) {
  const detail: SnapshotEventDetail = { region, trigger: 'schedule' };
  return { source: EVENT_SOURCE, 'detail-type': SNAPSHOT_REQUESTED, detail };
}
