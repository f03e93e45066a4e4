import type { Admission, SnapshotOrder } from './admission.ts';
import type { SnapshotContext } from './attempt.ts';
import type { Run } from './ports.ts';
import type { Snapshot } from './snapshot.ts';

/** A run that lasts no longer than this leaves no note of itself. */
const SHORT = 60_000;

/** The note that others find of a run. A short one, that nobody asked for, leaves none. */
export class RunNote {
  readonly runId: string;
  readonly #region: string;
  readonly #base: number;
  readonly #startedAt: string;
  readonly #context: SnapshotContext;
  #run: Run | undefined;
  #left: Promise<void> | undefined;

  constructor(
    { region, invocationId, continuation }: SnapshotOrder,
    base: Snapshot | undefined,
    { run, startedAt }: Extract<Admission, { readonly outcome: 'admitted' }>,
    context: SnapshotContext,
  ) {
    this.#region = region;
    this.#base = base?.number ?? 0;
    this.#startedAt = startedAt;
    this.#context = context;
    this.#run = run;
    this.runId = continuation?.runId ?? run?.runId ?? invocationId;
  }

  /** Leaves it, once the run has gone on for a minute. */
  async leave(): Promise<void> {
    const { circumstances } = this.#context.ports;
    if (this.#run || circumstances.now() - Date.parse(this.#startedAt) < SHORT) return;
    this.#left ??= this.#claim();
    await this.#left;
  }

  /** Whoever tries again, or the next one who asks, need not wait until the run would have ended. */
  async takeBack(why: unknown): Promise<void> {
    if (!this.#run) return;
    try {
      await this.#context.ports.store.extendRun(this.#region, this.#run, 0);
    } catch (error) {
      throw new AggregateError([why, error], why instanceof Error ? why.message : String(why));
    }
  }

  async #claim(): Promise<void> {
    const { ports, allotment } = this.#context;
    const run: Run = {
      runId: this.runId,
      base: this.#base,
      startedAt: this.#startedAt,
      until: allotment.until,
    };
    const claimed = await ports.store.claimRun(this.#region, run, await ports.store.run(this.#region));
    if (claimed) this.#run = run;
  }
}
