/**
 * Lambda for the functions of an assembly: who is called, in which worker, and what the caller is answered.
 *
 * A function's time-out counts the machine's time, not the clock's: computing does not get faster when the
 * clock does, so a clock at speed 100 must not time functions out a hundred times sooner. It starts when the
 * handler is loaded, as in Lambda, where the init phase has a limit of its own.
 */
import type { FunctionResource } from '../../assembly/functions.ts';
import type { Clock } from '../../clock.ts';
import { parseJson } from '../../json.ts';
import { type Randomness, systemRandomness } from '../../randomness.ts';
import { AwsError } from '../service.ts';
import { functionEnvironment } from './environment.ts';
import { FunctionLogs } from './function-logs.ts';
import { FunctionPool } from './function-pool.ts';
import { exitError, FunctionWorker, type InvocationOutcome } from './function-worker.ts';
import { type InvocationFaults, noFaults } from './invocation-faults.ts';
import type { FunctionFailure, WorkerInvocation } from './worker-protocol.ts';

/** Bytes that a synchronous invocation may carry, either way. */
export const PAYLOAD_LIMIT = 6 * 1024 * 1024;
/** What Lambda lets a response have: its own limit and a hundred bytes. */
const RESPONSE_LIMIT = PAYLOAD_LIMIT + 100;

export interface LambdaRuntimeOptions {
  readonly functions: readonly FunctionResource[];
  readonly clock: Clock;
  readonly region: string;
  /** Where the functions' SDKs send their calls. Asked when a worker starts, so the port may be known late. */
  readonly endpointUrl: () => string;
  /** Workers per function; further invocations queue. @default 2 */
  readonly concurrency?: number;
  readonly logs?: FunctionLogs;
  readonly faults?: InvocationFaults;
  /** Whether the clock may jump while a function only sleeps. @default false */
  readonly clockTimers?: boolean;
  /** Told of every run of a function when it is over. @default - nobody is told */
  readonly onRun?: (run: FunctionRun) => void;
  readonly randomness?: Randomness;
}

/** What Lambda would charge for. */
export interface FunctionRun {
  readonly functionName: string;
  /** Of the machine's time, from the event to the answer; loading the function is not in it. */
  readonly milliseconds: number;
}

export type LambdaAnswer = InvocationOutcome & { readonly requestId: string };

/** Bytes that one warm worker holds of its own. */
export interface WorkerMemory {
  readonly functionName: string;
  readonly bytes: number;
}

interface Deployed {
  readonly fn: FunctionResource;
  readonly pool: FunctionPool;
  invocations: number;
}

export class LambdaRuntime {
  readonly logs: FunctionLogs;
  readonly #options: LambdaRuntimeOptions;
  readonly #randomness: Randomness;
  readonly #deployed = new Map<string, Deployed>();

  constructor(options: LambdaRuntimeOptions) {
    this.#options = options;
    this.#randomness = options.randomness ?? systemRandomness;
    this.logs = options.logs ?? new FunctionLogs();
    for (const fn of options.functions) {
      const pool = new FunctionPool(options.concurrency ?? 2, (onGone) => this.#startWorker(fn, onGone));
      this.#deployed.set(fn.name, { fn, pool, invocations: 0 });
    }
  }

  /**
   * @param payload - JSON text
   * @param requestId - of an asynchronous invocation the same for each of its attempts; by default a new one
   * @throws AwsError when Lambda refuses; what the function does wrong is an answer of kind `failure`
   */
  async invoke(
    nameOrArn: string,
    payload: string,
    requestId = this.#randomness.uuid(),
  ): Promise<LambdaAnswer> {
    const deployed = this.find(nameOrArn);
    return this.#options.clock.hold(() => this.#invoke(deployed, payload, requestId));
  }

  /** @throws AwsError ResourceNotFoundException */
  find(nameOrArn: string): Deployed {
    const name = functionNameIn(nameOrArn);
    const deployed = this.#deployed.get(name);
    if (deployed) return deployed;
    const arn = nameOrArn.startsWith('arn:')
      ? nameOrArn
      : `arn:aws:lambda:${this.#options.region}:000000000000:function:${name}`;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
  }

  /** What the warm workers hold now. */
  async memory(): Promise<WorkerMemory[]> {
    const workers = [...this.#deployed.values()].flatMap(({ pool }) => pool.workers);
    return Promise.all(
      workers.map(async (worker) => ({ functionName: worker.functionName, bytes: await worker.heapBytes() })),
    );
  }

  /**
   * Every sandbox of a function dies where it stands, or is ended as one that has run out of time; its invocations
   * fail, and the next ones start cold.
   */
  async crash(functionName: string, how: 'killed' | 'timed-out' = 'killed'): Promise<void> {
    const deployed = this.#deployed.get(functionName);
    const reason = deployed && how === 'timed-out' ? timedOut(deployed.fn, 'unknown') : undefined;
    await Promise.all((deployed?.pool.workers ?? []).map((worker) => worker.kill(reason)));
  }

  /** Ends every worker; invocations that run are lost. */
  async stop(): Promise<void> {
    await Promise.all([...this.#deployed.values()].map(({ pool }) => pool.stop()));
  }

  async #invoke(deployed: Deployed, payload: string, requestId: string): Promise<LambdaAnswer> {
    checkPayload(payload);
    deployed.invocations += 1;
    const faults = this.#options.faults ?? noFaults;
    const fault = faults.faultOf(deployed.fn.name, deployed.invocations);
    switch (fault.kind) {
      case 'none':
        return this.#run(deployed, payload, requestId);
      case 'run-twice':
        await this.#run(deployed, payload, requestId);
        return this.#run(deployed, payload, requestId);
      case 'kill':
        if (fault.when === 'after') await this.#run(deployed, payload, requestId);
        return deployed.pool.use(async (worker) => {
          const failure = exitError(requestId, 'with error: signal: killed');
          await worker.kill(failure);
          return { kind: 'failure', failure, requestId };
        });
      case 'refuse':
        throw refusal(fault.error);
      default:
        return fault satisfies never;
    }
  }

  #run(deployed: Deployed, payload: string, requestId: string): Promise<LambdaAnswer> {
    return deployed.pool.use(async (worker) => {
      await worker.ready;
      const outcome = await this.#withTimeout(worker, deployed.fn, payload, requestId);
      return { ...limited(outcome), requestId };
    });
  }

  async #withTimeout(
    worker: FunctionWorker,
    fn: FunctionResource,
    event: string,
    requestId: string,
  ): Promise<InvocationOutcome> {
    const { clock } = this.#options;
    const deadline = clock.now() + fn.timeoutSeconds * 1000 * clock.shared.speed;
    const callOff = clock.alarm(deadline, () => {
      void worker.kill(timedOut(fn, requestId));
    });
    const began = performance.now();
    try {
      return await worker.invoke(invocationOf(fn, worker, event, requestId, deadline));
    } finally {
      callOff();
      this.#options.onRun?.({ functionName: fn.name, milliseconds: performance.now() - began });
    }
  }

  /** An invocation that sleeps holds no time. */
  async #sleep(until: number, ended: AbortSignal): Promise<number> {
    const { clock } = this.#options;
    await clock.release(() => clock.sleep(until - clock.now(), ended));
    return clock.now();
  }

  #startWorker(fn: FunctionResource, onGone: (worker: FunctionWorker) => void): FunctionWorker {
    const { clock, region } = this.#options;
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    const logStreamName = `${day}/[$LATEST]${this.#randomness.uuid().replaceAll('-', '')}`;
    const endpointUrl = this.#options.endpointUrl();
    return new FunctionWorker({
      fn,
      clock: clock.shared,
      logStreamName,
      environment: functionEnvironment(fn, { region, endpointUrl, logStreamName }),
      onGone,
      ...(this.#options.clockTimers ? { sleep: (until, ended) => this.#sleep(until, ended) } : {}),
      onLine: (stream, text, requestId) =>
        this.logs.add({ functionName: fn.name, requestId, stream, time: clock.now(), text }),
    });
  }
}

function timedOut(fn: FunctionResource, requestId: string): FunctionFailure {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${fn.timeoutSeconds.toFixed(2)} seconds`;
  return { errorType: 'Sandbox.Timedout', errorMessage };
}

function invocationOf(
  fn: FunctionResource,
  worker: FunctionWorker,
  event: string,
  requestId: string,
  deadline: number,
): WorkerInvocation {
  return {
    kind: 'invocation',
    event,
    deadline,
    context: {
      awsRequestId: requestId,
      functionName: fn.name,
      functionVersion: '$LATEST',
      invokedFunctionArn: fn.arn,
      memoryLimitInMB: String(fn.memoryMb),
      logGroupName: fn.logGroupName,
      logStreamName: worker.logStreamName,
    },
  };
}

/** The name in a name, an ARN or a partial ARN, with or without a qualifier. */
function functionNameIn(nameOrArn: string): string {
  const parts = nameOrArn.split(':');
  const marker = parts.indexOf('function');
  return (marker >= 0 ? parts[marker + 1] : parts[0]) ?? '';
}

function checkPayload(payload: string): void {
  if (Buffer.byteLength(payload) > PAYLOAD_LIMIT) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${PAYLOAD_LIMIT} bytes for the InvokeFunction operation`,
      413,
    );
  }
  try {
    parseJson(payload);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${reason}`);
  }
}

function limited(outcome: InvocationOutcome): InvocationOutcome {
  if (outcome.kind === 'failure' || Buffer.byteLength(outcome.payload) <= RESPONSE_LIMIT) return outcome;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`;
  return { kind: 'failure', failure: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
}

function refusal(error: 'TooManyRequestsException' | 'ServiceException'): AwsError {
  switch (error) {
    case 'TooManyRequestsException':
      return new AwsError(error, 'Rate Exceeded.', 429);
    case 'ServiceException':
      return new AwsError(error, 'Service exception.', 500);
    default:
      return error satisfies never;
  }
}
