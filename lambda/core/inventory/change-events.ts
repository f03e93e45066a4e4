import { CHANGE_DETAIL_TYPES } from '../../contract/events.ts';
import { differences } from './differences.ts';
import type { BusEvent } from './ports.ts';
import {
  type Cause,
  type Change,
  isAnother,
  type Snapshot,
  snapshotIdOf,
  type VersionState,
} from './snapshot.ts';

/**
 * A snapshot's changes as events. What each says follows from the snapshot alone, and so does its id: however often
 * they are published, a repeat is known by it.
 */

export function changeEvent(change: Change, snapshot: Snapshot): BusEvent {
  const before = change.kind === 'added' ? undefined : change.before;
  const after = change.kind === 'removed' ? undefined : change.after;
  const state = after ?? before;
  if (!state) throw new Error('A change has a state before or after it');
  const { identifier, imageName, version } = state;
  return {
    detailType: CHANGE_DETAIL_TYPES[change.kind],
    resources: [identifier],
    detail: {
      eventId: `${snapshotIdOf(snapshot)}/${imageName}/${version}`,
      ...of(snapshot),
      imageName,
      version,
      identifier,
      ...change.cause,
      changes: differences(before, after),
    },
  };
}

/** Where an alias pointed and points, and why. */
interface Move {
  from?: { readonly state: VersionState; readonly cause: Cause | undefined };
  to?: { readonly state: VersionState; readonly cause: Cause | undefined };
}

/** Gathers where the aliases went: the version that lost one and the one that got it are two changes. */
export class AliasMoves {
  readonly #moves = new Map<string, Move>();

  add(change: Change): void {
    const before = change.kind === 'added' ? undefined : change.before;
    const after = change.kind === 'removed' ? undefined : change.after;
    const [had, has] = [before?.aliases ?? [], after?.aliases ?? []];
    // If the image was deleted and made again, the alias has left one version and is on another of the same number.
    const stays = (alias: string) =>
      before && after && !isAnother(before, after) && had.includes(alias) && has.includes(alias);
    for (const alias of had) {
      if (before && !stays(alias)) this.#move(before, alias).from = { state: before, cause: change.cause };
    }
    for (const alias of has) {
      if (after && !stays(alias)) this.#move(after, alias).to = { state: after, cause: change.cause };
    }
  }

  events(snapshot: Snapshot): BusEvent[] {
    return [...this.#moves].map(([key, { from, to }]) => {
      const [imageName = '', alias = ''] = key.split('#');
      return {
        detailType: CHANGE_DETAIL_TYPES.aliasMoved,
        resources: [from, to].flatMap((end) => end?.state.identifier ?? []),
        detail: {
          eventId: `${snapshotIdOf(snapshot)}/${imageName}/aliases/${alias}`,
          ...of(snapshot),
          imageName,
          alias,
          from: from ? versionIn(from.state) : null,
          to: to ? versionIn(to.state) : null,
          ...(to ?? from)?.cause,
        },
      };
    });
  }

  #move({ imageName }: VersionState, alias: string): Move {
    const key = `${imageName}#${alias}`;
    const move = this.#moves.get(key) ?? {};
    this.#moves.set(key, move);
    return move;
  }
}

function of(snapshot: Snapshot) {
  const { region, takenAt } = snapshot;
  return { snapshotId: snapshotIdOf(snapshot), takenAt, region };
}

function versionIn({ version, identifier, createdAt }: VersionState) {
  return { version, identifier, createdAt };
}
