import { Stack, type StackProps } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { API_HANDLERS, type ApiSide } from '../../lambda/contract/routes.ts';
import { INDEXES, INVENTORY_INDEX } from '../../lambda/contract/tables.ts';
import type { OperationKind } from '../../lambda/contract/workflow.ts';
import { pascal } from '../construct-id.ts';
import { anyAlarm } from '../constructs/any-alarm.ts';
import { API_TIMEOUT, type DeclaredRoute, declareRoutes } from '../constructs/api-routes.ts';
import { ApiStage } from '../constructs/api-stage.ts';
import { HandlerFunction } from '../constructs/handler-function.ts';
import { apiName } from '../constructs/operations-api.ts';
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
  readonly apiRequestsPerSecond: number;
  readonly maxWaitSeconds: number;
}

/**
 * MB of the function that runs statements. Two tables of 20,000 rows, the most of each, take 180 MB here and 230 in the
 * process of SQLite, whose own limits end it 200 MB later; and the share of a core that comes with this is what it runs on.
 */
const QUERY_MEMORY = 1024;

/** What accepting does with the operations' records: it looks for one under the same key, and writes its own. */
const ACCEPTING: readonly TableAction[] = ['GetItem', 'PutItem'];

/** What a function of the API may do besides reading what its routes read. */
type Access = 'accepts-operations' | 'only-reads';

/**
 * Statements and manifests. Both look at whatever there is and hand in what is to be done; of what AWS has they change
 * nothing themselves. Readers' routes have functions of their own, whose roles can start and write nothing. They need the
 * inventory, which needs the API, so they are in a stack of their own; and because it is the last, it has the API's stage.
 */
export class QueryStack extends Stack {
  readonly #props: QueryStackProps;
  readonly #routes: DeclaredRoute[] = [];

  constructor(scope: Construct, id: string, props: QueryStackProps) {
    super(scope, id, props);
    this.#props = props;
    const query = this.#query('query', 'Runs statements of SQL', 'accepts-operations').holdAnswers(
      props.maxWaitSeconds,
    );
    const queryRead = this.#query('queryRead', 'Runs statements of SQL that only read', 'only-reads');
    const manifest = this.#manifest('manifest', 'Brings about what manifests say', 'accepts-operations');
    const manifestRead = this.#manifest('manifestRead', 'Plans and tests manifests', 'only-reads');
    // Here because this stack is the last: the stage comes after every route.
    new ApiStage(this, 'Api', {
      api: props.api,
      apiName: apiName(props.stage),
      logRetention: props.logRetention,
      requestsPerSecond: props.apiRequestsPerSecond,
      slowRoutes: this.#routes,
    });
    const functions = [query, queryRead, manifest, manifestRead, props.inventoryReads];
    const alarms = [
      anyAlarm(this, 'Crashing', {
        name: `image-versions-requests-crashing-${props.stage}`,
        description: 'A Lambda of the API failed. Runbook: "API functions crashing".',
        metrics: functions.map((one) => one.errors()),
      }),
      anyAlarm(this, 'Throttled', {
        name: `image-versions-requests-throttled-${props.stage}`,
        description: 'Lambda lacked concurrency for the API. Runbook: "Functions throttled".',
        metrics: functions.map((one) => one.throttles()),
      }),
    ];
    if (props.alarmTopicArn) {
      const action = new SnsAction(Topic.fromTopicArn(this, 'AlarmTopic', props.alarmTopicArn));
      for (const alarm of alarms) alarm.addAlarmAction(action);
    }
  }

  #query(side: ApiSide, description: string, access: Access): HandlerFunction {
    const { regions, inventory } = this.#props;
    return this.#function(side, description, access, [INDEXES.byImage, INDEXES.byRegion], QUERY_MEMORY)
      .useImageVersions(regions, ['read', 'list'], ['sagemaker:ListAliases'])
      .useImages()
      .useInventory(inventory, ['GetItem', 'Query'], [INVENTORY_INDEX]);
  }

  /** A manifest names its images: no region's images or operations are listed for it, and no past time is read. */
  #manifest(side: ApiSide, description: string, access: Access): HandlerFunction {
    const { regions, inventory } = this.#props;
    return this.#function(side, description, access, [INDEXES.byImage])
      .useImageVersions(regions, ['read'], ['sagemaker:ListAliases', 'sagemaker:ListImageVersions'])
      .useInventory(inventory, ['Query']);
  }

  /**
   * The function of one side of the API, with its routes.
   *
   * @param indexes of the operations' table that it queries
   */
  #function(
    side: ApiSide,
    description: string,
    access: Access,
    indexes: readonly string[],
    memory?: number,
  ): HandlerFunction {
    const { stage, logRetention, operations, recordRetentionDays } = this.#props;
    const handler = API_HANDLERS[side];
    const made = new HandlerFunction(this, pascal(handler), {
      handler,
      description,
      stage,
      logRetention,
      timeout: API_TIMEOUT,
      ...(memory === undefined ? {} : { memory }),
    });
    this.#routes.push(...declareRoutes(this, this.#props.api, side, made));
    switch (access) {
      case 'only-reads':
        return made.useOperationRecords(operations, recordRetentionDays, [], indexes);
      case 'accepts-operations':
        // As `api-write` does; it neither cancels nor ends any.
        return made
          .useOperationRecords(operations, recordRetentionDays, ACCEPTING, indexes)
          .useImageQueues(this.#props.queues, ['DeleteItem', 'PutItem', 'Query', 'UpdateItem'])
          .useStateMachines(this.#props.stateMachines)
          .knowEventBus(this.#props.bus);
      default:
        return access satisfies never;
    }
  }
}
