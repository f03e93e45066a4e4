import { ArnFormat, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { DEFAULT_POLICY, type OperationPolicy } from '../../lambda/contract/policy.ts';
import { API_HANDLERS } from '../../lambda/contract/routes.ts';
import { INDEXES } from '../../lambda/contract/tables.ts';
import { OPERATION_KINDS, type OperationKind } from '../../lambda/contract/workflow.ts';
import { acknowledgeWildcard } from '../acknowledgement.ts';
import { pascal } from '../construct-id.ts';
import { API_TIMEOUT } from '../constructs/api-routes.ts';
import { HandlerFunction } from '../constructs/handler-function.ts';
import { OperationWorkflow } from '../constructs/operation-workflow.ts';
import { OperationsApi } from '../constructs/operations-api.ts';
import { PeoplePolicies } from '../constructs/people-policies.ts';
import { QueueKeeper } from '../constructs/queue-keeper.ts';
import { alarmTopicName, WorkflowAlarms } from '../constructs/workflow-alarms.ts';
import { cloudControlStatement, FOLLOW_ACTIONS, type ResourceOperation } from '../permissions.ts';

export interface WorkflowStackProps extends StackProps {
  readonly stage: string;
  readonly regions: readonly string[];
  readonly operations: Table;
  readonly queues: Table;
  readonly recordRetentionDays: number;
  readonly logRetention: RetentionDays;
  readonly operationDeadlineMinutes: number;
  readonly maxWaitSeconds: number;
  /** Of each function of the workflows, and of none of the API. */
  readonly reservedConcurrency: number | undefined;
  readonly alarmEmail: string | undefined;
}

/**
 * What each kind's submit function sends. A create also updates (its aliases) and deletes (what a failed
 * creation left behind); an update reads what is there first.
 */
const SENT: Readonly<Record<OperationKind, readonly ResourceOperation[]>> = {
  create: ['create', 'update', 'delete'],
  update: ['read', 'update'],
  delete: ['delete'],
};

/** A creation whose answer was lost is looked for: before it is sent again, and when it is given up. */
const LOOK_FOR_VERSION = 'sagemaker:ListImageVersions';

/** The three workflows, their functions, what keeps the images' queues moving, and the HTTP API. */
export class WorkflowStack extends Stack {
  /** On which ends of operations are told. */
  readonly bus: EventBus;
  readonly api: HttpApi;
  /**
   * By name and not by reference: settle starts the machines that call it, and a reference each way would be a
   * circle that CloudFormation cannot deploy.
   */
  readonly stateMachines: Readonly<Record<OperationKind, string>>;
  /**
   * Of the topic that tells of alarms; undefined where no address is configured. By its name and not by reference:
   * were the address taken out again, CloudFormation could not delete a topic that another stack imports.
   */
  readonly alarmTopicArn: string | undefined;
  readonly #props: WorkflowStackProps;

  constructor(scope: Construct, id: string, props: WorkflowStackProps) {
    super(scope, id, props);
    this.#props = props;
    this.stateMachines = this.#machineArns();
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: `image-version-operations-${props.stage}`,
      description: 'Ends of operations on image versions, and what the inventory sees and is asked for',
    });
    new CfnOutput(this, 'EventBusName', {
      value: this.bus.eventBusName,
      description: 'Rules on this bus hear of every operation that ends',
    });

    const check = this.#function('check', 'Looks at where an operation on an image version stands')
      // It reads what a request left behind, and the final properties with their aliases.
      .useImageVersions(props.regions, ['read'], ['sagemaker:ListAliases', LOOK_FOR_VERSION])
      .allow(cloudControlStatement(FOLLOW_ACTIONS));
    const settle = this.#queueFunction('settle', 'Writes down how an operation on an image version ended')
      // It writes the record of an execution that was refused and that nobody accepted.
      .knowImages(props.regions)
      .useOperationRecords(props.operations, props.recordRetentionDays, ['PutItem']);
    const policy: OperationPolicy = {
      ...DEFAULT_POLICY,
      deadlineSeconds: props.operationDeadlineMinutes * 60,
    };
    const workflows = OPERATION_KINDS.map((kind) => this.#workflow(kind, { check, settle, policy }));

    const executionEnded = this.#queueFunction(
      'execution-ended',
      'Settles what a workflow could not settle itself',
    );
    const sweep = this.#queueFunction('sweep', 'Takes up operations on image versions that were forgotten', {
      // Just under the minute until the next one.
      timeout: Duration.seconds(58),
      indexes: [INDEXES.open],
    }).allow(cloudControlStatement(['cloudformation:CancelResourceRequest']));
    sweep.useImageQueues(props.queues, ['GetItem', 'PutItem']);
    // What a creation made whose workflow was stopped, crashed or is gone.
    for (const one of [settle, executionEnded, sweep]) one.lookForImageVersions(props.regions);
    sweep.allow(
      new PolicyStatement({ actions: ['states:DescribeExecution'], resources: this.#executionArns() }),
    );
    for (const arn of this.#executionArns()) {
      acknowledgeWildcard(
        sweep.role,
        arn,
        'An execution bears the id of its operation, which is known only then.',
      );
    }
    const keeper = new QueueKeeper(this, 'QueueKeeper', {
      stage: props.stage,
      stateMachineArns: Object.values(this.stateMachines),
      executionEnded,
      sweep,
    });

    const { api, read, write } = this.#api();
    this.api = api;

    new WorkflowAlarms(this, 'Alarms', {
      stage: props.stage,
      functions: [check, settle, executionEnded, read, write, ...workflows.map(({ submit }) => submit)],
      sweep,
      undelivered: keeper.undelivered,
      api,
      workflows: workflows.map(({ workflow }) => workflow),
      email: props.alarmEmail,
    });
    this.alarmTopicArn = props.alarmEmail
      ? this.formatArn({ service: 'sns', resource: alarmTopicName(props.stage) })
      : undefined;
  }

  /** The HTTP API: the function that accepts may read one version, the one that lists them may change nothing. */
  #api(): { readonly api: HttpApi; readonly read: HandlerFunction; readonly write: HandlerFunction } {
    const { stage, regions, operations, queues, recordRetentionDays, maxWaitSeconds } = this.#props;
    const write = this.#queueFunction(
      API_HANDLERS.write,
      'Accepts and cancels operations on image versions',
      {
        timeout: API_TIMEOUT,
      },
    )
      .holdAnswers(maxWaitSeconds)
      // An update of a create-only property is compared with what stands before it is accepted.
      .useImageVersions(regions, ['read'])
      .useOperationRecords(operations, recordRetentionDays, ['PutItem'])
      .useImageQueues(queues, ['PutItem'])
      .allow(cloudControlStatement(['cloudformation:CancelResourceRequest']));
    const read = this.#function(API_HANDLERS.read, 'Tells of image versions and operations', API_TIMEOUT)
      .holdAnswers(maxWaitSeconds)
      .useImageVersions(regions, ['read', 'list'], ['sagemaker:ListAliases'])
      .useImages()
      .useOperationRecords(operations, recordRetentionDays, ['GetItem'], [INDEXES.byImage, INDEXES.byRegion])
      .useImageQueues(queues, ['Query']);
    const operationsApi = new OperationsApi(this, 'Api', {
      stage,
      functions: { read, write },
    });
    new PeoplePolicies(this, 'People', { api: operationsApi });
    return { api: operationsApi.api, read, write };
  }

  #workflow(
    kind: OperationKind,
    shared: { check: HandlerFunction; settle: HandlerFunction; policy: OperationPolicy },
  ): { submit: HandlerFunction; workflow: OperationWorkflow } {
    const { regions, operations, recordRetentionDays, logRetention } = this.#props;
    const { policy } = shared;
    const submit = this.#function(`submit-${kind}`, `Sends the requests of ${kind}-image-version`)
      .useImageVersions(regions, SENT[kind], kind === 'create' ? [LOOK_FOR_VERSION] : [])
      .useOperationRecords(
        operations,
        recordRetentionDays,
        ['GetItem', 'PutItem', 'UpdateItem'],
        kind === 'create' ? [INDEXES.byImage] : [],
      )
      .usePolicy(policy);
    const workflow = new OperationWorkflow(this, pascal(kind), {
      stateMachineName: this.#machineName(kind),
      comment: `Durable ${kind} of a SageMaker image version through Cloud Control`,
      submit: submit.function,
      check: shared.check.function,
      settle: shared.settle.function,
      policy,
      logRetention,
    });
    new CfnOutput(this, `${pascal(kind)}StateMachineArn`, {
      value: workflow.stateMachine.stateMachineArn,
      description: `Start executions of this state machine to ${kind} image versions`,
    });
    return { submit, workflow };
  }

  #function(handler: string, description: string, timeout?: Duration): HandlerFunction {
    const { stage, logRetention, reservedConcurrency } = this.#props;
    const ofApi = Object.values(API_HANDLERS).some((one) => one === handler);
    return new HandlerFunction(this, pascal(handler), {
      handler,
      description,
      stage,
      logRetention,
      // The workflows are to have room whatever the API takes, so the API's functions have none of their own.
      ...(ofApi ? {} : { reservedConcurrency }),
      ...(timeout ? { timeout } : {}),
    });
  }

  /** A function that does what follows from an operation's end: it tells of it and hands its image on. */
  #queueFunction(
    handler: string,
    description: string,
    { timeout, indexes = [] }: { readonly timeout?: Duration; readonly indexes?: readonly string[] } = {},
  ): HandlerFunction {
    const { operations, queues, recordRetentionDays } = this.#props;
    return this.#function(handler, description, timeout)
      .useOperationRecords(operations, recordRetentionDays, ['GetItem', 'UpdateItem'], indexes)
      .useImageQueues(queues, ['DeleteItem', 'Query', 'UpdateItem'])
      .useStateMachines(this.stateMachines)
      .useEventBus(this.bus);
  }

  #machineName(kind: OperationKind): string {
    return `${kind}-image-version-${this.#props.stage}`;
  }

  #machineArns(): Record<OperationKind, string> {
    const arnOf = (kind: OperationKind) =>
      this.formatArn({
        service: 'states',
        resource: 'stateMachine',
        resourceName: this.#machineName(kind),
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    return { create: arnOf('create'), update: arnOf('update'), delete: arnOf('delete') };
  }

  #executionArns(): string[] {
    return OPERATION_KINDS.map((kind) =>
      this.formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${this.#machineName(kind)}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
  }
}
