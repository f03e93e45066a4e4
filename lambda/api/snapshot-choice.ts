import * as z from 'zod/mini';
import { fault } from '../core/fault.ts';
import { ImageName } from '../core/image-version/properties.ts';
import type { Scope } from '../core/image-version/request.ts';
import { findSnapshot, newestSnapshot, snapshotAt } from '../core/inventory/as-of.ts';
import type { InventoryDesk, RowPlace } from '../core/inventory/desk.ts';
import { parseSnapshotId, type Snapshot, snapshotIdOf } from '../core/inventory/snapshot.ts';
import { invalidCursor } from './cursor.ts';
import { requestProblem } from './outline.ts';
import { CONFIGURED, type NamedRegions } from './parameters.ts';
import { Problem, type ProblemFault } from './problem.ts';

/**
 * Which region and which snapshot a request means. What is the newest changes while a list is paged through, so a cursor
 * carries the numbers of the snapshots that the first page chose.
 */

/** Below it are the numbers that a place of the inventory's table has room for. */
const BEYOND = 10_000_000_000;
const number = z.int().check(z.minimum(1), z.lt(BEYOND));

const RowPlaceSchema: z.ZodMiniType<RowPlace> = z.strictObject({
  imageName: ImageName,
  version: number,
  from: z.int().check(z.minimum(0), z.lt(BEYOND)),
});

/** Where a list goes on, by what it is a list of. */
export const PLACES = {
  snapshots: z.strictObject({ before: number }),
  rows: z.strictObject({ snapshot: number, after: RowPlaceSchema }),
  differences: z.strictObject({ from: number, to: number, after: RowPlaceSchema }),
  versionPeriods: z.strictObject({ snapshot: number, after: number }),
  aliasPeriods: z.strictObject({
    snapshot: number,
    after: z.strictObject({ from: number, version: number }),
  }),
} as const;

type IdName = 'snapshotId' | 'otherId';

/**
 * The one region that the ids of a path and the query mean; the API's own where none of them says.
 *
 * @throws Problem where they disagree, or mean one that cannot be named
 */
export function regionOf(
  ids: readonly (readonly [name: IdName, id: string])[],
  queryRegion: string | undefined,
  { regions, regionsAre = CONFIGURED, defaultRegion }: NamedRegions & Pick<Scope, 'defaultRegion'>,
): string {
  const faults: ProblemFault[] = [];
  let region = queryRegion;
  for (const [parameter, id] of ids) {
    const own = parseSnapshotId(id)?.region;
    if (own === undefined) continue;
    if (!regions.includes(own)) {
      const wanted = `a snapshot of one of the ${regionsAre} (${regions.join(', ')})`;
      faults.push({ parameter, detail: fault([], id, wanted).message });
    } else if (region !== undefined && own !== region) {
      const who = queryRegion === undefined ? 'the other snapshot' : 'the query';
      faults.push({ parameter, detail: fault([], id, `a snapshot of ${region}, as ${who} says`).message });
    }
    region ??= own;
  }
  if (faults.length > 0) throw requestProblem(faults);
  return region ?? defaultRegion;
}

export class SnapshotChoice {
  readonly #desk: InventoryDesk;
  readonly #region: string;

  constructor(desk: InventoryDesk, region: string) {
    this.#desk = desk;
    this.#region = region;
  }

  /** By an id or `latest`. @param pinned the number that a cursor carries */
  async named(id: string, pinned: number | undefined): Promise<Snapshot> {
    const named = parseSnapshotId(id)?.number;
    if (named === undefined) return this.newest(pinned);
    if (pinned !== undefined && pinned !== named) throw invalidCursor();
    const found = await findSnapshot(this.#desk, this.#region, named);
    if (found) return found;
    throw new Problem('unknown-snapshot', { detail: `There is no snapshot ${id}` });
  }

  /** The newest, or the one that was it on the first page. */
  async newest(pinned: number | undefined): Promise<Snapshot> {
    if (pinned === undefined) {
      const newest = await newestSnapshot(this.#desk, this.#region);
      if (newest) return newest;
      throw this.#none();
    }
    const found = await findSnapshot(this.#desk, this.#region, pinned);
    if (found) return found;
    throw invalidCursor();
  }

  /** @param at ISO 8601, in UTC to the millisecond */
  async takenBy(at: string, pinned: number | undefined): Promise<Snapshot> {
    const found = await snapshotAt(this.#desk, this.#region, at);
    switch (found.outcome) {
      case 'found':
        if (pinned !== undefined && pinned !== found.snapshot.number) throw invalidCursor();
        return found.snapshot;
      case 'none':
        throw this.#none();
      case 'before-first': {
        const { takenAt } = found.first;
        throw new Problem('before-first-snapshot', {
          detail: `given ${at}, wanted a time from ${takenAt} on: then ${snapshotIdOf(found.first)} was taken, the first`,
        });
      }
      case 'pending':
        throw new Problem('snapshot-pending', {
          detail: `A snapshot of ${this.#region} that was taken by ${at} is not committed yet`,
          headers: { 'retry-after': '5' },
        });
    }
  }

  #none(): Problem {
    return new Problem('no-snapshot', {
      detail: `There is no snapshot of ${this.#region} yet; POST /snapshots?region=${this.#region} asks for one`,
    });
  }
}
