/** One worker thread of a function: what Lambda calls an execution environment. One invocation at a time. */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { types } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { FunctionResource } from '../../assembly/functions.ts';
import type { SharedClock } from '../../clock.ts';
import { workerFile } from './worker-file.ts';
import type {
  FunctionFailure,
  WorkerInvocation,
  WorkerMessage,
  WorkerOrder,
  WorkerStart,
} from './worker-protocol.ts';

export type InvocationOutcome =
  /** JSON text. */
  | { readonly kind: 'result'; readonly payload: string }
  | { readonly kind: 'failure'; readonly failure: FunctionFailure };

export interface FunctionWorkerOptions {
  readonly fn: FunctionResource;
  readonly clock: SharedClock;
  readonly logStreamName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly onLine: (stream: 'stdout' | 'stderr', text: string, requestId: string) => void;
  readonly onGone: (worker: FunctionWorker) => void;
  /**
   * Resolves with the time to which the function's sleeps have come, at `until` or later; early when `ended` aborts, as it
   * does when the invocation ends. @default - the function's timers are the machine's
   */
  readonly sleep?: ((until: number, ended: AbortSignal) => Promise<number>) | undefined;
}

export class FunctionWorker {
  readonly functionName: string;
  readonly logStreamName: string;
  readonly #worker: Worker;
  readonly #onGone: () => void;
  readonly #sleep: FunctionWorkerOptions['sleep'];
  #ended = new AbortController();
  #requestId = '';
  #waiting: ((outcome: InvocationOutcome) => void) | undefined;
  #broken: FunctionFailure | undefined;
  #gone = false;
  /** Resolves when the handler is loaded, or never will be. */
  readonly ready: Promise<void>;
  #settleReady: () => void = () => undefined;

  constructor(options: FunctionWorkerOptions) {
    this.functionName = options.fn.name;
    this.logStreamName = options.logStreamName;
    this.#onGone = () => options.onGone(this);
    this.#sleep = options.sleep;
    const start: WorkerStart = {
      clock: options.clock,
      assetDirectory: options.fn.assetDirectory,
      handler: options.fn.handler,
      clockTimers: options.sleep !== undefined,
    };
    this.#worker = new Worker(workerFile(), {
      env: { ...options.environment },
      execArgv: [],
      argv: [],
      stdout: true,
      stderr: true,
      workerData: start,
      name: options.fn.name,
      resourceLimits: { maxOldGenerationSizeMb: options.fn.memoryMb },
    });
    this.ready = new Promise((resolve) => {
      this.#settleReady = resolve;
    });
    this.#worker.on('message', (message: WorkerMessage) => this.#hear(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#end(code));
    this.#listen(this.#worker.stdout, 'stdout', options.onLine);
    this.#listen(this.#worker.stderr, 'stderr', options.onLine);
  }

  /** Never rejects: whatever happens to the thread is an outcome. */
  async invoke(invocation: WorkerInvocation): Promise<InvocationOutcome> {
    this.#requestId = invocation.context.awsRequestId;
    if (this.#gone) return this.#exited(undefined);
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#ended = new AbortController();
      this.#order(invocation);
    });
  }

  /** Ends the thread; an invocation that runs in it ends with `reason`. */
  async kill(reason?: FunctionFailure): Promise<void> {
    this.#broken ??= reason;
    await this.#worker.terminate();
  }

  get alive(): boolean {
    return !this.#gone;
  }

  async heapBytes(): Promise<number> {
    const statistics = await this.#worker.getHeapStatistics();
    return statistics.total_physical_size + statistics.external_memory + statistics.malloced_memory;
  }

  #hear(message: WorkerMessage): void {
    switch (message.kind) {
      case 'ready':
        this.#settleReady();
        return;
      case 'asleep':
        void this.#awake(message.until);
        return;
      case 'broken':
        this.#broken = message.failure;
        return;
      case 'result':
      case 'failure':
        this.#settle(message);
        return;
      default:
        message satisfies never;
    }
  }

  async #awake(until: number): Promise<void> {
    const now = this.#waiting && (await this.#sleep?.(until, this.#ended.signal));
    this.#order({ kind: 'wake', now: now ?? until });
  }

  #order(order: WorkerOrder): void {
    this.#worker.postMessage(order);
  }

  #fail(error: unknown): void {
    // What the thread could not report itself: it ran out of memory, or its file does not load at all.
    if (!types.isNativeError(error)) return;
    if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      this.#broken = exitError(this.#requestId, 'with error: signal: killed');
    } else {
      this.#broken ??= {
        errorType: error.name,
        errorMessage: error.message,
        trace: error.stack?.split('\n') ?? [],
      };
    }
  }

  #end(code: number): void {
    this.#gone = true;
    this.#onGone();
    this.#settleReady();
    this.#settle(this.#exited(code));
  }

  #exited(code: number | undefined): InvocationOutcome {
    const reason = code ? `with error: exit status ${code}` : 'without providing a reason';
    return { kind: 'failure', failure: this.#broken ?? exitError(this.#requestId, reason) };
  }

  #settle(outcome: InvocationOutcome): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#ended.abort();
    waiting?.(outcome);
  }

  #listen(stream: Readable, name: 'stdout' | 'stderr', onLine: FunctionWorkerOptions['onLine']): void {
    createInterface({ input: stream }).on('line', (text) => onLine(name, text, this.#requestId));
  }
}

/** How Lambda tells that the sandbox died. */
export function exitError(requestId: string, how: string): FunctionFailure {
  return {
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited ${how}`,
  };
}
