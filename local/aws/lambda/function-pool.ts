/** The warm workers of one function, and the queue in front of them. */
import { AwsError } from '../service.ts';
import type { FunctionWorker } from './function-worker.ts';

export class FunctionPool {
  readonly #limit: number;
  readonly #start: (onGone: (worker: FunctionWorker) => void) => FunctionWorker;
  readonly #all = new Set<FunctionWorker>();
  readonly #idle: FunctionWorker[] = [];
  readonly #queue: ((worker: FunctionWorker) => void)[] = [];
  #stopped = false;

  constructor(limit: number, start: (onGone: (worker: FunctionWorker) => void) => FunctionWorker) {
    this.#limit = limit;
    this.#start = start;
  }

  /** Gives `work` a worker of its own: a warm one, a new one, or the next that gets free, first come first served. */
  async use<T>(work: (worker: FunctionWorker) => Promise<T>): Promise<T> {
    const worker = await this.#take();
    try {
      return await work(worker);
    } finally {
      this.#give(worker);
    }
  }

  get workers(): readonly FunctionWorker[] {
    return [...this.#all];
  }

  /** Ends the workers; what waits in the queue fails with the ones that run. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#all].map((worker) => worker.kill()));
  }

  #take(): FunctionWorker | Promise<FunctionWorker> {
    if (this.#stopped) throw new AwsError('ServiceException', 'The local cloud is stopping', 500);
    // The one that was used last: the others may be let go.
    const warm = this.#idle.pop();
    if (warm) return warm;
    if (this.#all.size < this.#limit) return this.#open();
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  #give(worker: FunctionWorker): void {
    const next = this.#queue.shift();
    // A dead worker answers that it is dead, which is what is to be told when all are stopped.
    if (worker.alive || this.#stopped) {
      if (next) next(worker);
      else this.#idle.push(worker);
    } else if (next) {
      next(this.#open());
    }
  }

  #open(): FunctionWorker {
    const worker = this.#start((gone) => {
      this.#all.delete(gone);
      const index = this.#idle.indexOf(gone);
      if (index >= 0) this.#idle.splice(index, 1);
    });
    this.#all.add(worker);
    return worker;
  }
}
