import { newestSnapshot } from '../../core/inventory/as-of.ts';
import type { InventoryDesk } from '../../core/inventory/desk.ts';
import { digestOf, UNSETTLED } from '../../core/inventory/digest.ts';
import type { ListedVersion } from '../../core/inventory/ports.ts';
import { AS_MANY_AS_FIT, batches } from '../../core/inventory/row-pages.ts';
import type { VersionState } from '../../core/inventory/snapshot.ts';
import { isUnchanged } from '../../core/inventory/unchanged-version.ts';

/**
 * What the newest snapshot has of a region. A version that SageMaker lists as that snapshot has it need not be read once
 * more; what that could miss, and for how long, is told in docs/decisions/011-change-detection.md.
 */
export class KnownVersions {
  /** By image, then by number. */
  readonly #images: ReadonlyMap<string, ReadonlyMap<number, VersionState>>;
  /** Epoch milliseconds at which the snapshot was begun. */
  readonly #readAt: number;

  private constructor(states: readonly VersionState[], readAt: number) {
    const images = new Map<string, Map<number, VersionState>>();
    for (const state of states) {
      const versions = images.get(state.imageName) ?? new Map<number, VersionState>();
      images.set(state.imageName, versions.set(state.version, state));
    }
    this.#images = images;
    this.#readAt = readAt;
  }

  /** @param imageNames the images that matter. @default - all of the region's */
  static async read(
    desk: InventoryDesk,
    region: string,
    imageNames: readonly string[] | undefined,
  ): Promise<KnownVersions> {
    const snapshot = await newestSnapshot(desk, region);
    if (!snapshot) return new KnownVersions([], 0);
    const { number } = snapshot;
    const filters =
      imageNames && imageNames.length <= FEW ? imageNames.map((imageName) => ({ imageName })) : [{}];
    const states: VersionState[] = [];
    for (const filter of filters) {
      const query = { region, filter, span: { kind: 'at', number } } as const;
      for await (const { rows } of batches(desk, query, undefined, () => AS_MANY_AS_FIT)) {
        states.push(...rows.map(({ state }) => state));
      }
    }
    return new KnownVersions(states, Date.parse(snapshot.startedAt));
  }

  /** What is known of a version, if its properties need not be read again. */
  unchanged(imageName: string, listed: ListedVersion): VersionState | undefined {
    const known = this.#images.get(imageName)?.get(listed.version);
    return known && isUnchanged(known, listed, this.#readAt) ? known : undefined;
  }

  /** The image's aliases by version, if it and its versions are listed as they were then. */
  unchangedAliases(
    imageName: string,
    listed: readonly ListedVersion[],
    aliases: readonly string[],
  ): ReadonlyMap<number, readonly string[]> | undefined {
    const states = [...(this.#images.get(imageName)?.values() ?? [])].toSorted(
      (a, b) => a.version - b.version,
    );
    const held = states.flatMap((state) => state.aliases).toSorted();
    // As one snapshot takes an image for unchanged since the one before.
    const digest = digestOf(states, held, this.#readAt);
    if (digest === UNSETTLED || digest !== digestOf(listed, aliases, this.#readAt)) return undefined;
    return new Map(states.map((state) => [state.version, state.aliases]));
  }
}

/** So many images are looked up one by one; of more, all of the region's rows are read. */
const FEW = 20;
