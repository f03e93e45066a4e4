import { type Column, cell, fitsAsTable, type Output, writeList } from './output.ts';
import type {
  AliasPeriod,
  Cause,
  Change,
  Difference,
  InventoryRow,
  Snapshot,
  VersionPeriod,
} from './shapes.ts';
import { plain } from './text.ts';
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

export function snapshotText({ snapshotId, takenAt }: Snapshot): string {
  return `${snapshotId}, taken at ${takenAt}`;
}

export const ROW_COLUMNS: readonly Column<InventoryRow>[] = [
  { name: 'imageName', of: ({ imageName }) => imageName, keep: true },
  { name: 'version', of: ({ version }) => version },
  { name: 'status', of: ({ status }) => status },
  ...PROPERTY_COLUMNS,
  { name: 'since', of: ({ validFrom }) => validFrom.takenAt, spare: true },
  { name: 'cause', of: ({ cause }) => causeText(cause), spare: true, keep: true },
];

/** One line for each property that differs. */
interface DifferenceLine {
  readonly difference: Difference;
  readonly change: Change;
}

function differenceLines(differences: readonly Difference[]): DifferenceLine[] {
  return differences.flatMap((difference) => difference.changes.map((change) => ({ difference, change })));
}

const DIFFERENCE_COLUMNS: readonly Column<DifferenceLine>[] = [
  { name: 'kind', of: ({ difference }) => difference.kind },
  { name: 'imageName', of: ({ difference }) => difference.imageName, keep: true },
  { name: 'version', of: ({ difference }) => difference.version },
  { name: 'property', of: ({ change }) => change.property, keep: true },
  { name: 'before', of: ({ change }) => change.before },
  { name: 'after', of: ({ change }) => change.after },
  { name: 'cause', of: ({ difference }) => causeText(difference.cause), spare: true, keep: true },
];

/** A table of all properties that differ; where that does not fit, a heading and a table for each version. */
export async function writeDifferences(output: Output, differences: readonly Difference[]): Promise<void> {
  const lines = differenceLines(differences);
  const rows = lines.map((line) => DIFFERENCE_COLUMNS.map(({ of }) => of(line)));
  if (output.format !== 'auto' || fitsAsTable(output, DIFFERENCE_COLUMNS, rows)) {
    return writeList(output, lines, DIFFERENCE_COLUMNS);
  }
  for (const [nth, { kind, imageName, version, changes, cause }] of differences.entries()) {
    const by = cause === undefined ? '' : `, by ${causeText(cause)}`;
    output.write(`${nth === 0 ? '' : '\n'}${plain(`${kind} ${imageName} ${version}${by}`)}\n`);
    await writeList(output, changes, CHANGE_COLUMNS);
  }
}

const CHANGE_COLUMNS: readonly Column<Change>[] = [
  { name: 'property', of: ({ property }) => property, keep: true },
  { name: 'before', of: ({ before }) => before },
  { name: 'after', of: ({ after }) => after },
];

export const VERSION_PERIOD_COLUMNS: readonly Column<VersionPeriod>[] = [
  { name: 'from', of: ({ validFrom }) => validFrom.takenAt },
  { name: 'to', of: ({ validTo }) => validTo?.takenAt ?? 'now' },
  { name: 'status', of: ({ status }) => status },
  { name: 'changes', of: ({ changes }) => changes.map(changeText).join(', ') },
  { name: 'cause', of: ({ cause }) => causeText(cause), spare: true, keep: true },
  { name: 'removedBy', of: ({ removal }) => causeText(removal), spare: true, keep: true },
];

export const ALIAS_PERIOD_COLUMNS: readonly Column<AliasPeriod>[] = [
  { name: 'version', of: ({ version }) => version },
  { name: 'from', of: ({ from }) => from.takenAt },
  { name: 'to', of: ({ to }) => to?.takenAt ?? 'now' },
  { name: 'cause', of: ({ cause }) => causeText(cause), spare: true, keep: true },
];

function changeText({ property, after }: Change): string {
  return after === undefined ? `${property} removed` : `${property} = ${cell(after)}`;
}

function causeText(cause: Cause | undefined): string {
  return cause === undefined ? '' : (cause.operationId ?? 'drift');
}
