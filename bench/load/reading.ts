import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ReaderStart, ReadFigures, ToReader } from './reader-messages.ts';

/** Reads of the API that go on beside what is measured. */
export class Reading {
  readonly #worker: Worker;

  constructor(start: ReaderStart) {
    this.#worker = new Worker(join(import.meta.dirname, 'reader.ts'), { workerData: start });
  }

  /** All operations are accepted: from now on they are read too, and times are counted apart. */
  onceAccepted(ids: readonly string[]): void {
    this.#worker.postMessage({ kind: 'accepted', ids } satisfies ToReader);
  }

  async stop(): Promise<ReadFigures> {
    this.#worker.postMessage({ kind: 'stop' } satisfies ToReader);
    const [figures]: [ReadFigures] = await once(this.#worker, 'message').then(([first]) => [first]);
    return figures;
  }
}
