import type { SnapshotStore } from './ports.ts';
import type { Change, ChangeSet, DigestPlace, SnapshotCounts } from './snapshot.ts';

/**
 * Bytes of JSON that a chunk holds at most, but for one change that is larger by itself. An item of DynamoDB has
 * 400 KB, and digests come on top.
 */
const LARGEST = 200_000;
/** Bytes of changes and digests together; beyond, the digests have chunks of their own, of so many bytes. */
const LARGEST_WITH_DIGESTS = 350_000;
/** Digests of one chunk: an image's name has 63 characters at most, its digest 16, and JSON's marks are 7. */
const MOST_DIGESTS = Math.floor(LARGEST_WITH_DIGESTS / (63 + 16 + 7));

export type ChangeCounts = Pick<SnapshotCounts, 'added' | 'changed' | 'removed'>;

/**
 * Writes changes away in chunks as they come, so that memory does not grow with their number. Nobody sees them before
 * a snapshot names them; of a run that dies they lie unseen.
 */
export class ChangeWriter {
  readonly #store: Pick<SnapshotStore, 'writeChunk'>;
  readonly #at: { readonly region: string; readonly number: number; readonly writer: string };
  readonly #counts = { added: 0, changed: 0, removed: 0 };
  #pending: Change[] = [];
  #bytes = 0;
  #chunks = 0;
  #stopped = false;
  #writing: Promise<void> = Promise.resolve();

  /** @param at whose changes they are: a writer's id is never used twice */
  constructor(
    store: Pick<SnapshotStore, 'writeChunk'>,
    at: { readonly region: string; readonly number: number; readonly writer: string },
  ) {
    this.#store = store;
    this.#at = at;
  }

  get counts(): ChangeCounts {
    return { ...this.#counts };
  }

  /** Nothing is written any more: whoever still adds is told that the run has failed. */
  stop(): void {
    this.#stopped = true;
  }

  /** Several may add at once. */
  async add(changes: readonly Change[]): Promise<void> {
    if (this.#stopped) throw new Error('The run has failed: nothing more is written');
    for (const change of changes) {
      const bytes = bytesOf(change);
      if (this.#bytes + bytes > LARGEST && this.#pending.length > 0) void this.#flush(undefined);
      this.#pending.push(change);
      this.#bytes += bytes;
      this.#counts[change.kind] += 1;
    }
    await this.#writing;
  }

  /** Writes what is left, and the digests. */
  async close(
    digests: ReadonlyMap<string, string>,
  ): Promise<{ readonly changeSet: ChangeSet; readonly digests: readonly DigestPlace[] }> {
    const all = [...digests];
    if (this.#bytes + bytesOf(all) > LARGEST_WITH_DIGESTS && this.#pending.length > 0) {
      void this.#flush(undefined);
    }
    const { number, writer } = this.#at;
    const places: DigestPlace[] = [];
    do {
      void this.#flush(new Map(all.splice(0, MOST_DIGESTS)));
      places.push({ number, writer, chunk: this.#chunks });
    } while (all.length > 0);
    await this.#writing;
    return { changeSet: { writer, chunks: this.#chunks }, digests: places };
  }

  #flush(digests: ReadonlyMap<string, string> | undefined): Promise<void> {
    const changes = this.#pending;
    this.#pending = [];
    this.#bytes = 0;
    this.#chunks += 1;
    const chunk = this.#chunks;
    this.#writing = this.#writing.then(() =>
      this.#store.writeChunk({ ...this.#at, chunk }, changes, digests),
    );
    return this.#writing;
  }
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
