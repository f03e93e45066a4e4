import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { API_HANDLERS } from '../../lambda/contract/routes.ts';
import { INDEXES, INVENTORY_INDEX } from '../../lambda/contract/tables.ts';
import { API_TIMEOUT, declareRoutes } from '../constructs/api-routes.ts';
import { HandlerFunction } from '../constructs/handler-function.ts';
import { InventorySchedule } from '../constructs/inventory-schedule.ts';
import { SnapshotAlarms } from '../constructs/snapshot-alarms.ts';

export interface InventoryStackProps extends StackProps {
  readonly stage: string;
  readonly regions: readonly string[];
  /** Operations' records, by which it is told whether this system made a change. */
  readonly operations: Table;
  /** The inventory's table. */
  readonly inventory: Table;
  /** On which snapshots are asked for and changes are told. */
  readonly bus: EventBus;
  /** The API that gets the inventory's routes. */
  readonly api: HttpApi;
  readonly snapshotEveryMinutes: number;
  readonly fullSnapshotEvery: number;
  readonly snapshotCallsPerSecond: number;
  readonly recordRetentionDays: number;
  readonly logRetention: RetentionDays;
  /** Which alarms tell. @default - the alarms show in CloudWatch alone */
  readonly alarmTopicArn: string | undefined;
}

/**
 * A run of the function looks at this when it decides to hand on what is left: enough for what is under way to end,
 * to write down what was read and to put the event.
 */
const HAND_ON_SECONDS = 120;

/** The inventory that remembers: what takes snapshots of every region, and the routes that read them. */
export class InventoryStack extends Stack {
  /** Serves the routes that tell of it. */
  readonly reads: HandlerFunction;

  constructor(scope: Construct, id: string, props: InventoryStackProps) {
    super(scope, id, props);
    const { stage, regions, inventory, logRetention } = props;
    const every = Duration.minutes(props.snapshotEveryMinutes);

    const snapshot = new HandlerFunction(this, 'Inventory', {
      handler: 'inventory',
      description: 'Takes snapshots of the image versions of a region',
      stage,
      logRetention,
      // The longest that Lambda has. What does not fit into it is handed on to another run.
      timeout: Duration.minutes(15),
    })
      .useImageVersions(regions, ['read', 'list'], ['sagemaker:ListAliases'])
      .useImages()
      .useInventory(inventory, ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'])
      .useInventoryPolicy({
        callsPerSecond: props.snapshotCallsPerSecond,
        fullEvery: props.fullSnapshotEvery,
        handOnSeconds: HAND_ON_SECONDS,
      })
      .useOperationRecords(props.operations, props.recordRetentionDays, [], [INDEXES.byImage])
      .useEventBus(props.bus);
    const schedule = new InventorySchedule(this, 'Schedule', {
      stage,
      regions,
      every,
      bus: props.bus,
      snapshot,
    });
    new SnapshotAlarms(this, 'Alarms', {
      stage,
      snapshot,
      rules: schedule.rules,
      undelivered: schedule.undelivered,
      every,
      topic: props.alarmTopicArn ? Topic.fromTopicArn(this, 'AlarmTopic', props.alarmTopicArn) : undefined,
    });

    this.reads = new HandlerFunction(this, 'ApiInventory', {
      handler: API_HANDLERS.inventory,
      description: 'Tells what was where, when',
      stage,
      logRetention,
      timeout: API_TIMEOUT,
    })
      .knowImages(regions)
      .useInventory(inventory, ['GetItem', 'Query'], [INVENTORY_INDEX]);
    // Here and not beside the others: the API's stack cannot need this one, which needs its API.
    declareRoutes(this, props.api, 'inventory', this.reads);
  }
}
