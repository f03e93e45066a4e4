import { type Assembly, loadAssembly } from './assembly/assembly.ts';
import { answerTime } from './aws/answer-time.ts';
import { startHttpApi } from './aws/apigateway/http-api.ts';
import { CallLog } from './aws/call-log.ts';
import type { CallMiddleware } from './aws/call-middleware.ts';
import { createCloudControl } from './aws/cloudcontrol/cloudcontrol.ts';
import { openDatabase } from './aws/database.ts';
import { DynamoDb } from './aws/dynamodb.ts';
import { Expiry } from './aws/dynamodb-expiry.ts';
import { createAwsEndpoint } from './aws/endpoint.ts';
import { type DeliveryFaults, deliveryFaults } from './aws/eventbridge/delivery-faults.ts';
import type { EventDraft } from './aws/eventbridge/event.ts';
import { EventBridge } from './aws/eventbridge/event-bridge.ts';
import { EventBridgeApi } from './aws/eventbridge/event-bridge-api.ts';
import {
  executionStatusChange,
  imageStateChange,
  versionStateChange,
} from './aws/eventbridge/service-events.ts';
import { callFaults } from './aws/fault-middleware.ts';
import { Authorizer } from './aws/iam/authorizer.ts';
import { RECORD_VARIABLE, usageRecord } from './aws/iam/usage-record.ts';
import { FunctionLogs, type LogLine } from './aws/lambda/function-logs.ts';
import type { InvocationFaults } from './aws/lambda/invocation-faults.ts';
import { LambdaInvokeRoute } from './aws/lambda/invoke-route.ts';
import { type FunctionRun, LambdaRuntime } from './aws/lambda/lambda-runtime.ts';
import { rateLimit } from './aws/rate-limit.ts';
import { createSageMaker } from './aws/sagemaker/sagemaker.ts';
import type { ImageVersion } from './aws/sagemaker/store.ts';
import { Settling } from './aws/settling.ts';
import { SettlingAlarm } from './aws/settling-alarm.ts';
import { QueueStore } from './aws/sqs/queue-store.ts';
import { Sqs } from './aws/sqs/sqs.ts';
import { Engine } from './aws/stepfunctions/engine.ts';
import { LambdaIntegration } from './aws/stepfunctions/lambda-integration.ts';
import { StepFunctions } from './aws/stepfunctions/step-functions.ts';
import { Sts } from './aws/sts.ts';
import { Clock, type ClockOptions } from './clock.ts';
import { ClockMemory } from './clock-memory.ts';
import { controlPlane } from './control-plane.ts';
import { Faults } from './faults.ts';
import { frontPage } from './front-page.ts';
import { keptFaults } from './kept-faults.ts';
import { type Randomness, systemRandomness } from './randomness.ts';
import { Settings } from './settings.ts';

export interface LocalCloudOptions {
  /** A cloud assembly: cdk.out. */
  readonly assembly: string;
  /** @default us-east-1 */
  readonly region?: string;
  /** @default 0, a free one */
  readonly awsPort?: number;
  /** @default 0, a free one */
  readonly apiPort?: number;
  /** In which a client of the API has to send its request whole; milliseconds of the machine. @default 30 000 */
  readonly apiRequestTimeoutMs?: number;
  /** Where everything is kept across restarts. @default - in memory */
  readonly dataDir?: string;
  /**
   * The app's stacks were removed and are deployed anew, over the tables that stayed: executions, events and queues of the
   * earlier ones are gone. @default false: the stacks of the data directory go on
   */
  readonly deployedAnew?: boolean;
  /** @default - the machine's clock */
  readonly clock?: ClockOptions;
  /** Changes to the default settings, as `/_local/settings` takes them. */
  readonly settings?: unknown;
  /** Told of every line that a function logs, and of the API's access log under its group's name. @default - kept, not told */
  readonly onLog?: (line: LogLine) => void;
  /** Makes functions die or run twice, for tests. @default - they don't */
  readonly invocationFaults?: InvocationFaults;
  /** Workers that a function has at most; its further invocations queue, where Lambda would start more. @default 2 */
  readonly workersPerFunction?: number;
  /**
   * Whether time in which a function only sleeps may be jumped over, too. For a clock with `skipIdle`. @default false: a
   * function's timers are the machine's
   */
  readonly skipFunctionSleeps?: boolean;
  /** Told of every run of a function when it is over, for benches. @default - nobody is told */
  readonly onFunctionRun?: (run: FunctionRun) => void;
  /** Stands around every call of a service, for tests. @default - nothing does */
  readonly aroundCalls?: CallMiddleware;
  /** Loses events, or delivers them twice, for tests. @default - it doesn't */
  readonly deliveryFaults?: DeliveryFaults;
  /** Told of every image version as it is written, and as it was when it is gone, for tests. @default - nobody is told */
  readonly onVersionWritten?: (version: ImageVersion, gone: boolean) => void;
  readonly randomness?: Randomness;
  /** Told of what should never happen: a fault of the local cloud itself. */
  readonly onUnexpected?: (error: unknown) => void;
}

export interface LocalCloud {
  /** Speaks AWS's protocols, and `/_local/`. */
  readonly awsUrl: string;
  readonly apiUrl: string;
  readonly region: string;
  /** For a caller from outside; the functions have credentials of their own. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly assembly: Assembly;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly faults: Faults;
  readonly calls: CallLog;
  readonly lambda: LambdaRuntime;
  readonly executions: Engine;
  /** Buses, what was published on them, and schedules. */
  readonly events: EventBridge;
  /** Deletes expired items. */
  readonly expiry: Expiry;
  /** Dead letters. */
  readonly queues: QueueStore;
  /** @throws Error when the assembly has no state machine of that name */
  stateMachineArn(name: string): string;
  /** Suspends what runs, closes both addresses and the store. */
  stop(): Promise<void>;
}

const OUTSIDE_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/**
 * Runs a synthesized app on this machine: its tables, functions, state machines, API, rules and schedules, and
 * the AWS services that they call, on one clock.
 *
 * @throws Error with a sentence for the user: no assembly, something in it that does not run here, a taken port
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const region = options.region ?? 'us-east-1';
  const assembly = loadAssembly(options.assembly, { region });
  const database = openDatabase(options.dataDir);
  const memory = new ClockMemory(database);
  const notBefore = memory.read();
  const clock = new Clock({ ...options.clock, ...(notBefore === undefined ? {} : { notBefore }) });
  const randomness = options.randomness ?? systemRandomness;
  const newId = () => randomness.uuid();
  const onUnexpected = options.onUnexpected ?? ((error: unknown) => console.error(error));

  const settings = new Settings(options.settings);
  const faults = new Faults(newId, keptFaults(database));
  const calls = new CallLog(clock);
  const shared = { database, clock, settings, faults, settling: new Settling() };
  const publishStateChange = (changedIn: string, draft: EventDraft) => {
    // Another region's events are on another region's bus, to which no rule of this app listens.
    if (changedIn !== region) return;
    for (let times = 0; times < settings.current.eventsPerStateChange; times += 1) {
      events.publish('default', draft);
    }
  };
  const sagemaker = createSageMaker({
    ...shared,
    ...(options.onVersionWritten && { onVersionWritten: options.onVersionWritten }),
    onVersionStateChange: (change) => publishStateChange(change.region, versionStateChange(change)),
    onImageStateChange: (change) => publishStateChange(change.image.region, imageStateChange(change)),
  });
  const authorizer = new Authorizer({ assembly, onUsed: usageRecord(process.env[RECORD_VARIABLE]) });
  const cloudControl = createCloudControl({
    ...shared,
    sagemaker,
    newId,
    authorize: ({ accessKeyId, region, action, resource }) =>
      authorizer.demand(accessKeyId, region, { action, resource }),
  });
  const dynamoDb = new DynamoDb({ region, clock, ...(options.dataDir ? { dataDir: options.dataDir } : {}) });

  // Functions and clients are given the address only after it listens.
  let awsUrl = '';
  const lambda = new LambdaRuntime({
    functions: assembly.functions,
    clock,
    region,
    endpointUrl: () => awsUrl,
    logs: new FunctionLogs(options.onLog ? { sink: options.onLog } : {}),
    randomness,
    ...(options.invocationFaults ? { faults: options.invocationFaults } : {}),
    ...(options.skipFunctionSleeps ? { clockTimers: true } : {}),
    ...(options.workersPerFunction === undefined ? {} : { concurrency: options.workersPerFunction }),
    ...(options.onFunctionRun ? { onRun: options.onFunctionRun } : {}),
  });
  const queues = new QueueStore({ queues: assembly.queues, database, clock, randomness });
  const events = new EventBridge({
    assembly,
    database,
    queues,
    lambda,
    clock,
    randomness,
    faults: deliveryFaults(faults, options.deliveryFaults),
    mayReport: (functionArn, queueArn) =>
      authorizer.demandOfFunction(functionArn, region, { action: 'sqs:SendMessage', resource: queueArn }),
    onUnexpected,
  });
  const expiry = new Expiry({ tables: assembly.tables, dynamoDb, clock, settings, onUnexpected });
  const settlingAlarm = new SettlingAlarm(shared.settling, clock, database);
  const executions = new Engine({
    stateMachines: assembly.stateMachines,
    integrations: [
      new LambdaIntegration(lambda, (machine, functionArn) =>
        authorizer.demandOfRole(machine.roleArn, machine.session, region, {
          action: 'lambda:InvokeFunction',
          resource: functionArn,
        }),
      ),
    ],
    database,
    clock,
    region,
    randomness,
    onStatusChange: (execution) => {
      events.publish('default', executionStatusChange(execution, clock.now()));
    },
    onUnexpected,
  });

  const endpoint = createAwsEndpoint({
    services: [
      cloudControl.service,
      sagemaker.service,
      new StepFunctions({ engine: executions, clock, randomness }),
      dynamoDb,
      new EventBridgeApi(events, clock),
      new Sqs(queues, () => awsUrl),
    ],
    queryServices: [new Sts((accessKeyId) => authorizer.identityOf(accessKeyId))],
    routes: [
      new LambdaInvokeRoute(lambda, clock, (signer, functionArn) =>
        authorizer.demand(signer.accessKeyId, signer.region, {
          action: 'lambda:InvokeFunction',
          resource: functionArn,
        }),
      ),
      controlPlane({
        settings,
        faults,
        calls,
        clock,
        events,
        queues,
        reset: () => {
          sagemaker.reset();
          cloudControl.reset();
          events.reset();
          queues.clear();
        },
      }),
    ],
    middleware: [
      ...(options.aroundCalls ? [options.aroundCalls] : []),
      settlingAlarm.middleware,
      calls.middleware,
      answerTime(settings, clock),
      rateLimit(settings, clock),
      callFaults(faults, clock),
      authorizer.middleware,
    ],
    clock,
    newId,
    onUnexpected,
  });

  const close: (() => void | Promise<void>)[] = [
    () => events.stop(),
    () => settlingAlarm.stop(),
    () => expiry.stop(),
    () => executions.stop(),
    () => lambda.stop(),
    () => clock.stop(),
    () => dynamoDb.close(),
    // After everybody who tells the time.
    () => memory.stop(clock),
    () => database.close(),
  ];
  const stop = async () => {
    for (const one of close) await one();
  };
  try {
    // Before anybody is told a time.
    if (options.dataDir) memory.keep(clock);
    await dynamoDb.ensureTables(assembly.tables);
    awsUrl = (await endpoint.listen(options.awsPort ?? 0)).url;
    close.unshift(() => endpoint.close());
    const api = await startHttpApi(options.apiPort ?? 0, {
      apis: assembly.httpApis,
      lambda,
      clock,
      settings,
      randomness,
      frontPage: (apiUrl) => frontPage({ awsUrl, apiUrl, region }, assembly),
      ...(options.apiRequestTimeoutMs === undefined ? {} : { requestTimeoutMs: options.apiRequestTimeoutMs }),
      onUnexpected,
    });
    close.unshift(() => api.close());
    if (options.deployedAnew) {
      events.removeStacks();
      executions.removeStacks();
      queues.clear();
    }
    events.resume();
    expiry.start();
    settlingAlarm.plan();
    executions.resume();
    return {
      awsUrl,
      apiUrl: api.url,
      region,
      credentials: OUTSIDE_CREDENTIALS,
      assembly,
      clock,
      settings,
      faults,
      calls,
      lambda,
      executions,
      events,
      expiry,
      queues,
      stateMachineArn: (name) => {
        const machine = assembly.stateMachines.find((one) => one.name === name);
        if (!machine) throw new Error(`The assembly has no state machine ${name}`);
        return machine.arn;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
