import { Stack, type StackProps } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { API_HANDLERS } from '../../lambda/contract/routes.ts';
import { INDEXES, INVENTORY_INDEX } from '../../lambda/contract/tables.ts';
import type { OperationKind } from '../../lambda/contract/workflow.ts';
import { ALARM_PERIOD, anyAlarm } from '../constructs/any-alarm.ts';
import { API_TIMEOUT, declareRoutes } from '../constructs/api-routes.ts';
import { HandlerFunction } from '../constructs/handler-function.ts';
import type { TableAction } from '../permissions.ts';

export interface QueryStackProps extends StackProps {
  readonly stage: string;
  readonly regions: readonly string[];
  readonly operations: Table;
  readonly queues: Table;
  readonly inventory: Table;
  /** ARN of each kind's state machine. */
  readonly stateMachines: Readonly<Record<OperationKind, string>>;
  readonly bus: EventBus;
  /** The API that gets the routes. */
  readonly api: HttpApi;
  /** What serves the inventory's routes: its crashes are told of with those of the functions here. */
  readonly inventoryReads: HandlerFunction;
  /** Which alarms tell. @default - the alarm shows in CloudWatch alone */
  readonly alarmTopicArn: string | undefined;
  readonly recordRetentionDays: number;
  readonly logRetention: RetentionDays;
}

/**
 * MB of the function that runs statements. Two tables of 20,000 rows, the most of each, take 180 MB here and 230 in the
 * process of SQLite, whose own limits end it 200 MB later; and the share of a core that comes with this is what it runs on.
 */
const QUERY_MEMORY = 1024;

/** What accepting does with the operations' records: it looks for one under the same key, and writes its own. */
const ACCEPTING: readonly TableAction[] = ['GetItem', 'PutItem'];

/**
 * Statements and manifests. Both look at whatever there is and hand in what is to be done; of what AWS has they change
 * nothing themselves. They need the inventory, which needs the API, so they are in a stack of their own.
 */
export class QueryStack extends Stack {
  readonly #props: QueryStackProps;

  constructor(scope: Construct, id: string, props: QueryStackProps) {
    super(scope, id, props);
    this.#props = props;
    const { regions, inventory, operations, recordRetentionDays } = props;
    const query = this.#function('ApiQuery', API_HANDLERS.query, 'Runs statements of SQL', QUERY_MEMORY)
      .useImageVersions(regions, ['read', 'list'], ['sagemaker:ListAliases'])
      .useImages()
      .useInventory(inventory, ['GetItem', 'Query'], [INVENTORY_INDEX])
      .useOperationRecords(operations, recordRetentionDays, ACCEPTING, [INDEXES.byImage, INDEXES.byRegion]);
    // A manifest names its images: no region's images or operations are listed for it, and no past time is read.
    const manifest = this.#function('ApiManifest', API_HANDLERS.manifest, 'Brings about what manifests say')
      .useImageVersions(regions, ['read'], ['sagemaker:ListAliases', 'sagemaker:ListImageVersions'])
      .useInventory(inventory, ['Query'])
      .useOperationRecords(operations, recordRetentionDays, ACCEPTING, [INDEXES.byImage]);
    declareRoutes(this, props.api, 'query', query);
    declareRoutes(this, props.api, 'manifest', manifest);
    const alarm = anyAlarm(this, 'Crashing', {
      name: `image-versions-requests-crashing-${props.stage}`,
      description: 'A Lambda of the API failed. Runbook: "API functions crashing".',
      metrics: [query, manifest, props.inventoryReads].map((one) =>
        one.function.metricErrors({ period: ALARM_PERIOD, statistic: 'Sum' }),
      ),
    });
    if (props.alarmTopicArn) {
      alarm.addAlarmAction(new SnsAction(Topic.fromTopicArn(this, 'AlarmTopic', props.alarmTopicArn)));
    }
  }

  /** Accepts operations as `api-write` does, and neither cancels nor ends any. */
  #function(id: string, handler: string, description: string, memory?: number): HandlerFunction {
    const { stage, logRetention } = this.#props;
    return new HandlerFunction(this, id, {
      handler,
      description,
      stage,
      logRetention,
      timeout: API_TIMEOUT,
      ...(memory === undefined ? {} : { memory }),
    })
      .useImageQueues(this.#props.queues, ['DeleteItem', 'PutItem', 'Query', 'UpdateItem'])
      .useStateMachines(this.#props.stateMachines)
      .knowEventBus(this.#props.bus);
  }
}
