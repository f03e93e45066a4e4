import type { LambdaRuntime } from '../../local/aws/lambda/lambda-runtime.ts';

const LOOK_AT_PROCESS_MS = 250;
const LOOK_AT_FUNCTIONS_MS = 2_000;

/** The most that the process and each of its functions' workers held, in bytes. */
export class MemoryWatch {
  readonly #lambda: LambdaRuntime;
  readonly #functions = new Map<string, number>();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #onUnexpected: (error: unknown) => void;
  #process = 0;

  constructor(lambda: LambdaRuntime, onUnexpected: (error: unknown) => void) {
    this.#lambda = lambda;
    this.#onUnexpected = onUnexpected;
    this.#timers = [
      setInterval(() => {
        this.#process = Math.max(this.#process, process.memoryUsage.rss());
      }, LOOK_AT_PROCESS_MS),
      setInterval(() => void this.#lookAtFunctions(), LOOK_AT_FUNCTIONS_MS),
    ];
  }

  /** Resident memory; the functions' workers are threads of the process, and in it. */
  get process(): number {
    return this.#process;
  }

  /** The largest first. */
  get functions(): (readonly [name: string, bytes: number])[] {
    return [...this.#functions].toSorted(([, a], [, b]) => b - a);
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #lookAtFunctions(): Promise<void> {
    try {
      for (const { functionName, bytes } of await this.#lambda.memory()) {
        this.#functions.set(functionName, Math.max(bytes, this.#functions.get(functionName) ?? 0));
      }
    } catch (error) {
      // A worker may end while it is asked.
      if (!(error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_NOT_RUNNING')) {
        this.#onUnexpected(error);
      }
    }
  }
}
