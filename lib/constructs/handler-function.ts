import { join } from 'node:path';
import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { InventoryPolicy } from '../../lambda/contract/inventory.ts';
import type { OperationPolicy } from '../../lambda/contract/policy.ts';
import { VARIABLES } from '../../lambda/contract/variables.ts';
import { FUNCTION_SECONDS, type OperationKind } from '../../lambda/contract/workflow.ts';
import { acknowledgeWildcard } from '../acknowledgement.ts';
import { BUNDLING, entryOf, ROOT } from '../bundling.ts';
import {
  cloudControlActions,
  cloudControlStatement,
  IMAGE_WILDCARD_REASON,
  type ImageAction,
  imageActions,
  imageStatements,
  LIST_IMAGES_ACTION,
  NO_RESOURCE_REASON,
  type ResourceOperation,
  type TableAction,
  tableStatements,
} from '../permissions.ts';
import { ALARM_PERIOD } from './any-alarm.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';

/** What Lambda does with an event that the function fails on, or cannot take for want of concurrency. */
export interface AsynchronousProps {
  /** How often Lambda calls the function again after an error: after one minute, and after two more. 0 to 2. */
  readonly retryAttempts: 0 | 1 | 2;
  /** Lambda gives up an event that is older. 60 s to 6 h. */
  readonly maxEventAge: Duration;
  /** Queue that receives the events that Lambda gives up. @default - Lambda drops them */
  readonly onFailure?: DeadLetterQueue;
}

export interface HandlerFunctionProps {
  /** Name of a file in lambda/handlers, without its ending. */
  readonly handler: string;
  readonly description: string;
  /** Part of its physical name, by which the log group and the role are found. */
  readonly stage: string;
  readonly logRetention: RetentionDays;
  /** Below a calling state's own time-out. @default - 2 minutes, see lambda/adapters/clients.ts */
  readonly timeout?: Duration;
  /** Concurrent runs that it has to itself, and more than which it does not get. @default - it shares the account's */
  readonly reservedConcurrency?: number | undefined;
  /** MB. @default 512: it waits for AWS, and that much is for the share of a core that comes with it at the start */
  readonly memory?: number;
}

/**
 * A function of lambda/handlers with a role and a log group of its own. The role starts out able to write its
 * logs and traces and nothing else; every permission comes with the variable that it is for, in one call.
 */
export class HandlerFunction extends Construct {
  readonly function: NodejsFunction;
  readonly role: Role;
  readonly #stack: Stack;

  constructor(scope: Construct, id: string, props: HandlerFunctionProps) {
    super(scope, id);
    this.#stack = Stack.of(this);
    const functionName = `image-version-${props.handler}-${props.stage}`;
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not AWSLambdaBasicExecutionRole: that may write to every log group of the account.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${functionName} may do`,
    });
    logGroup.grantWrite(this.role);
    this.function = new NodejsFunction(this, 'Function', {
      functionName,
      description: props.description,
      entry: entryOf(props.handler),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memory ?? 512,
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
      timeout: props.timeout ?? Duration.seconds(FUNCTION_SECONDS),
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role: this.role,
      bundling: {
        format: OutputFormat.ESM,
        target: BUNDLING.target,
        mainFields: [...BUNDLING.mainFields],
        minify: BUNDLING.minify,
        logLevel: LogLevel.WARNING,
        bundleAwsSDK: true,
        banner: BUNDLING.banner,
        esbuildArgs: Object.fromEntries(
          Object.entries(BUNDLING.alias).map(([name, file]) => [`--alias:${name}`, file]),
        ),
      },
    });
    acknowledgeWildcard(this.role, '*', NO_RESOURCE_REASON);
  }

  /**
   * Lets the function make, read, change or remove image versions of these regions through Cloud Control.
   *
   * @param further actions that it calls by itself
   */
  useImageVersions(
    regions: readonly string[],
    operations: readonly ResourceOperation[],
    further: readonly ImageAction[] = [],
  ): this {
    return this.allow(cloudControlStatement(cloudControlActions(operations)))
      .#allowOnImages(regions, imageActions(operations, further))
      .knowImages(regions);
  }

  /** Lets the function find out what versions were made of an image, and what became of them. */
  lookForImageVersions(regions: readonly string[]): this {
    return this.#allowOnImages(regions, ['sagemaker:DescribeImageVersion', 'sagemaker:ListImageVersions']);
  }

  #allowOnImages(regions: readonly string[], actions: readonly ImageAction[]): this {
    const statements = imageStatements(this.#stack, regions, actions);
    for (const arn of statements.flatMap(({ resources }) => resources)) {
      acknowledgeWildcard(this.role, arn, IMAGE_WILDCARD_REASON);
    }
    return this.allow(...statements);
  }

  /** Lets the function find the images of these regions by way of a list of them. */
  useImages(): this {
    return this.allow(new PolicyStatement({ actions: [LIST_IMAGES_ACTION], resources: ['*'] }));
  }

  /** Tells the function whose images there are, and where, without letting it do anything with them. */
  knowImages(regions: readonly string[]): this {
    this.set(VARIABLES.regions, regions.join(','));
    this.set(VARIABLES.account, Aws.ACCOUNT_ID);
    this.set(VARIABLES.partition, Aws.PARTITION);
    return this;
  }

  /**
   * Lets the function do this, and no more, with the operations' records.
   *
   * @param indexes that it queries
   */
  useOperationRecords(
    table: Table,
    recordRetentionDays: number,
    actions: readonly TableAction[],
    indexes: readonly string[] = [],
  ): this {
    this.allow(...tableStatements(table, actions, indexes));
    this.set(VARIABLES.operationsTable, table.tableName);
    this.set(VARIABLES.recordDays, String(recordRetentionDays));
    return this;
  }

  useImageQueues(table: Table, actions: readonly TableAction[]): this {
    this.allow(...tableStatements(table, actions));
    this.set(VARIABLES.queuesTable, table.tableName);
    return this;
  }

  /**
   * Lets the function do this, and no more, with the inventory.
   *
   * @param indexes that it queries
   */
  useInventory(table: Table, actions: readonly TableAction[], indexes: readonly string[] = []): this {
    this.allow(...tableStatements(table, actions, indexes));
    this.set(VARIABLES.inventoryTable, table.tableName);
    return this;
  }

  /** Lets the function start each kind's workflow, by the ARNs that the machines will have. */
  useStateMachines(machines: Readonly<Record<OperationKind, string>>): this {
    const resources = Object.values(machines);
    this.allow(new PolicyStatement({ actions: ['states:StartExecution'], resources }));
    this.set(VARIABLES.stateMachines, this.#stack.toJsonString(machines));
    return this;
  }

  useEventBus(bus: EventBus): this {
    return this.allow(
      new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }),
    ).knowEventBus(bus);
  }

  /** Tells the function where the ends of operations are told, without letting it tell of any. */
  knowEventBus(bus: EventBus): this {
    this.set(VARIABLES.eventBus, bus.eventBusName);
    return this;
  }

  /**
   * Bounds the asynchronous invocations. Without it Lambda's own bounds hold, whatever a rule's target says: the retries of a
   * target end when Lambda has taken the event, and Lambda tries it twice more within six hours.
   */
  invokedAsynchronously({ retryAttempts, maxEventAge, onFailure }: AsynchronousProps): this {
    if (onFailure) {
      // Not CDK's SqsDestination: that lets the function look the queue up and read its attributes, too.
      this.allow(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [onFailure.queueArn] }));
    }
    this.function.configureAsyncInvoke({
      retryAttempts,
      maxEventAge,
      ...(onFailure ? { onFailure: { bind: () => ({ destination: onFailure.queueArn }) } } : {}),
    });
    return this;
  }

  /** Bounds how long the function holds an answer whose request asks to wait. */
  holdAnswers(maxWaitSeconds: number): this {
    this.set(VARIABLES.maxWaitSeconds, String(maxWaitSeconds));
    return this;
  }

  usePolicy(policy: OperationPolicy): this {
    this.set(VARIABLES.policy, JSON.stringify(policy));
    return this;
  }

  useInventoryPolicy(policy: InventoryPolicy): this {
    this.set(VARIABLES.inventoryPolicy, JSON.stringify(policy));
    return this;
  }

  /** Runs that ended with an error, in {@link ALARM_PERIOD}. */
  errors(): Metric {
    return this.function.metricErrors({ period: ALARM_PERIOD, statistic: 'Sum' });
  }

  /** Calls that Lambda refused for want of concurrency, in {@link ALARM_PERIOD}. They are no errors of the function. */
  throttles(): Metric {
    return this.function.metricThrottles({ period: ALARM_PERIOD, statistic: 'Sum' });
  }

  allow(...statements: readonly PolicyStatement[]): this {
    for (const statement of statements) this.role.addToPolicy(statement);
    return this;
  }

  private set(name: string, value: string): void {
    this.function.addEnvironment(name, value);
  }
}
