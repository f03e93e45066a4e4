import type { VersionDifference } from '../core/inventory/diff.ts';
import type { Difference } from '../core/inventory/differences.ts';
import type { AliasPeriod, VersionPeriod } from '../core/inventory/history.ts';
import {
  type Cause,
  type InventoryRow,
  type Snapshot,
  snapshotIdOf,
  type VersionState,
} from '../core/inventory/snapshot.ts';
import type {
  AliasPeriodShape,
  CauseShape,
  InventoryRowShape,
  MomentShape,
  SnapshotShape,
  VersionDifferenceShape,
  VersionPeriodShape,
} from './inventory-shapes.ts';
import { pathOf } from './links.ts';

/** The inventory as it is answered. */

export function snapshotView(snapshot: Snapshot): SnapshotShape {
  const { region, number, takenAt, startedAt, trigger, full, counts } = snapshot;
  const { calls, throttled, durationSeconds } = snapshot;
  const snapshotId = snapshotIdOf(snapshot);
  const previous = number > 1 ? snapshotIdOf({ region, number: number - 1 }) : undefined;
  return {
    snapshotId,
    region,
    takenAt,
    startedAt,
    trigger,
    full,
    counts: { ...counts },
    calls,
    throttled,
    durationSeconds,
    links: {
      self: pathOf('getSnapshot', { snapshotId }),
      ...(previous === undefined
        ? {}
        : {
            previous: pathOf('getSnapshot', { snapshotId: previous }),
            diff: pathOf('diffSnapshots', { snapshotId: previous, otherId: snapshotId }),
          }),
    },
  };
}

/** Without its end: what is read of a past time must not change when that comes to be known. */
export function rowView({ state, firstSeenAt, from, fromAt, cause }: InventoryRow): InventoryRowShape {
  const { identifier, region, account, imageName, version } = state;
  return {
    identifier,
    region,
    account,
    imageName,
    version,
    ...stateView(state, firstSeenAt),
    validFrom: momentView(region, from, fromAt),
    ...(cause ? { cause: causeView(cause) } : {}),
    links: {
      self: pathOf('getImageVersion', { imageName, version }, { region }),
      history: pathOf('getVersionHistory', { imageName, version }, { region }),
    },
  };
}

export function differenceView({ kind, state, changes, cause }: VersionDifference): VersionDifferenceShape {
  const { identifier, region, imageName, version } = state;
  return {
    kind,
    identifier,
    region,
    imageName,
    version,
    changes: changesView(changes),
    ...(cause ? { cause: causeView(cause) } : {}),
  };
}

export function versionPeriodView({ row, changes }: VersionPeriod): VersionPeriodShape {
  const { state, firstSeenAt, from, fromAt, to, toAt, cause, removal } = row;
  const { region } = state;
  return {
    validFrom: momentView(region, from, fromAt),
    validTo: endView(region, to, toAt),
    ...stateView(state, firstSeenAt),
    changes: changesView(changes),
    ...(cause ? { cause: causeView(cause) } : {}),
    ...(removal ? { removal: causeView(removal) } : {}),
  };
}

export function aliasPeriodView(region: string, period: AliasPeriod): AliasPeriodShape {
  const { version, identifier, from, fromAt, to, toAt, cause } = period;
  return {
    version,
    identifier,
    from: momentView(region, from, fromAt),
    to: endView(region, to, toAt),
    ...(cause ? { cause: causeView(cause) } : {}),
  };
}

type StateView = Pick<
  InventoryRowShape,
  'status' | 'failureReason' | 'createdAt' | 'modifiedAt' | 'firstSeenAt' | 'properties'
>;

function stateView(state: VersionState, firstSeenAt: string): StateView {
  const { status, failureReason, createdAt, modifiedAt, properties, aliases } = state;
  return {
    status,
    ...(failureReason === undefined ? {} : { failureReason }),
    createdAt,
    modifiedAt,
    firstSeenAt,
    properties: { ...properties, Aliases: [...aliases] },
  };
}

function momentView(region: string, number: number, takenAt: string): MomentShape {
  return { snapshotId: snapshotIdOf({ region, number }), takenAt };
}

function endView(region: string, to: number | undefined, toAt: string | undefined): MomentShape | null {
  return to === undefined || toAt === undefined ? null : momentView(region, to, toAt);
}

function changesView(changes: readonly Difference[]): VersionDifferenceShape['changes'] {
  return changes.map((change) => ({ ...change }));
}

function causeView(cause: Cause): CauseShape {
  return { ...cause };
}
