import { type Column, cell } from './output.ts';
import type {
  AliasPeriod,
  Cause,
  Change,
  Difference,
  InventoryRow,
  Snapshot,
  VersionPeriod,
} from './shapes.ts';
import { PROPERTY_COLUMNS } from './version-output.ts';

/** What the inventory remembers, as a terminal has room for it. As CSV the API writes these lists itself. */

export const SNAPSHOT_COLUMNS: readonly Column<Snapshot>[] = [
  { name: 'snapshotId', of: ({ snapshotId }) => snapshotId, keep: true },
  { name: 'takenAt', of: ({ takenAt }) => takenAt, keep: true },
  { name: 'trigger', of: ({ trigger }) => trigger, spare: true },
  { name: 'images', of: ({ counts }) => counts.images },
  { name: 'versions', of: ({ counts }) => counts.versions },
  { name: 'added', of: ({ counts }) => counts.added },
  { name: 'changed', of: ({ counts }) => counts.changed },
  { name: 'removed', of: ({ counts }) => counts.removed },
  { name: 'calls', of: ({ calls }) => calls, spare: true },
  { name: 'seconds', of: ({ durationSeconds }) => durationSeconds, spare: true },
];

/** `1 version`, `2 versions`. */
export function versionsText(count: number): string {
  return `${count} ${count === 1 ? 'version' : 'versions'}`;
}

export function snapshotText({ snapshotId, takenAt }: Snapshot): string {
  return `${snapshotId}, taken at ${takenAt}`;
}

export const ROW_COLUMNS: readonly Column<InventoryRow>[] = [
  { name: 'imageName', of: ({ imageName }) => imageName },
  { name: 'version', of: ({ version }) => version },
  { name: 'status', of: ({ status }) => status },
  ...PROPERTY_COLUMNS,
  { name: 'since', of: ({ validFrom }) => validFrom.takenAt, spare: true },
  { name: 'cause', of: ({ cause }) => causeText(cause), spare: true },
];

/** One line for each property that differs. */
export interface DifferenceLine {
  readonly difference: Difference;
  readonly change: Change;
}

export function differenceLines(differences: readonly Difference[]): DifferenceLine[] {
  return differences.flatMap((difference) => difference.changes.map((change) => ({ difference, change })));
}

export const DIFFERENCE_COLUMNS: readonly Column<DifferenceLine>[] = [
  { name: 'kind', of: ({ difference }) => difference.kind },
  { name: 'imageName', of: ({ difference }) => difference.imageName },
  { name: 'version', of: ({ difference }) => difference.version },
  { name: 'property', of: ({ change }) => change.property },
  { name: 'before', of: ({ change }) => change.before },
  { name: 'after', of: ({ change }) => change.after },
  { name: 'cause', of: ({ difference }) => causeText(difference.cause), spare: true },
];

export const VERSION_PERIOD_COLUMNS: readonly Column<VersionPeriod>[] = [
  { name: 'from', of: ({ validFrom }) => validFrom.takenAt },
  { name: 'to', of: ({ validTo, removal }) => endText(validTo, removal) },
  { name: 'status', of: ({ status }) => status },
  { name: 'changes', of: ({ changes }) => changes.map(changeText).join(', ') },
  { name: 'cause', of: ({ cause }) => causeText(cause) },
];

export const ALIAS_PERIOD_COLUMNS: readonly Column<AliasPeriod>[] = [
  { name: 'version', of: ({ version }) => version },
  { name: 'from', of: ({ from }) => from.takenAt },
  { name: 'to', of: ({ to }) => to?.takenAt ?? 'now' },
  { name: 'cause', of: ({ cause }) => causeText(cause) },
];

function endText(to: VersionPeriod['validTo'], removal: Cause | undefined): string {
  if (to === null) return 'now';
  return removal ? `${to.takenAt}, gone by ${causeText(removal)}` : to.takenAt;
}

function changeText({ property, after }: Change): string {
  return after === undefined ? `${property} removed` : `${property} = ${cell(after)}`;
}

function causeText(cause: Cause | undefined): string {
  return cause === undefined ? '' : (cause.operationId ?? 'drift');
}
