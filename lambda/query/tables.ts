import type { ColumnType } from './column-types.ts';
import { LIVE_COLUMNS } from './version-columns.ts';

/**
 * The tables that a statement may read, and the columns of each. Whoever fills one gives every column that was asked
 * for, by its name, as a JSON value of the column's type; what a row does not have is null.
 */

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
}

/** A value of a row by the name of its column. */
export type Row = Readonly<Record<string, unknown>>;

const column = (name: string, type: ColumnType, description: string): Column => ({ name, type, description });

/** What is asked of AWS when the statement runs. */
const LIVE = 'awscc.sagemaker.image_versions';
const LIVE_LIST = 'awscc.sagemaker.image_versions_list_only';
/** What the inventory remembers. */
const HELD = 'inventory.image_versions';
const SNAPSHOTS = 'inventory.snapshots';
const CHANGES = 'inventory.changes';
/** What this system was asked to do. */
const OPERATIONS = 'operations.operations';

const listed = new Set(['image_version_arn', 'version', 'region']);

export const TABLES = {
  [LIVE]: LIVE_COLUMNS,
  [LIVE_LIST]: LIVE_COLUMNS.filter(({ name }) => listed.has(name)),
  [HELD]: [
    ...LIVE_COLUMNS,
    column('account', 'string', 'The account that the version is in.'),
    column('status', 'string', "SageMaker's status of the version."),
    column('failure_reason', 'string', 'Why SageMaker could not do what it was asked to.'),
    column('created_at', 'string', 'When SageMaker created the version.'),
    column('modified_at', 'string', 'When SageMaker last changed the version.'),
    column('first_seen_at', 'string', 'When the first snapshot that has the version was taken.'),
    column(
      'snapshot_at',
      'string',
      'The time that is told of. WHERE snapshot_at = a time asks for that one, and the column then has it as it ' +
        'was written; else it is when the newest snapshot was taken.',
    ),
    column('snapshot_id', 'string', 'The snapshot that tells of that time.'),
    column('valid_from', 'string', 'When the first snapshot that saw the version so was taken.'),
    column(
      'valid_to',
      'string',
      'Always null: at the time that is told of nobody knows. inventory.changes tells what ended when.',
    ),
    column('drift', 'boolean', 'Whether it came to be so past this system.'),
    column('operation_id', 'string', 'The operation by which it came to be so.'),
  ],
  [SNAPSHOTS]: [
    column('snapshot_id', 'string', 'Its region and its number.'),
    column('region', 'string', 'AWS region.'),
    column('taken_at', 'string', 'The time that it tells of.'),
    column('started_at', 'string', 'When it was begun.'),
    column('trigger', 'string', 'What had it taken.'),
    column('full', 'boolean', 'Whether all was read again.'),
    column('images', 'integer', 'How many images there were.'),
    column('versions', 'integer', 'How many versions there were.'),
    column('added', 'integer', 'How many versions had come since the snapshot before.'),
    column('changed', 'integer', 'How many versions had changed.'),
    column('removed', 'integer', 'How many versions had gone.'),
    column('calls', 'integer', 'How many calls of AWS it took.'),
    column('throttled', 'integer', 'How many of them were throttled.'),
    column('duration_seconds', 'number', 'How long it took.'),
  ],
  [CHANGES]: [
    column('snapshot_id', 'string', 'The snapshot that found the change.'),
    column('taken_at', 'string', 'When that was taken.'),
    column('region', 'string', 'AWS region.'),
    column('image_name', 'string', 'The image of the version.'),
    column('version', 'integer', 'The number of the version.'),
    column('image_version_arn', 'string', 'The Amazon Resource Name (ARN) of the version.'),
    column('kind', 'string', 'added, changed or removed.'),
    column('property', 'string', 'What changed: a row for each property.'),
    column('before', 'string', 'What it was: a text as it is, anything else as its JSON.'),
    column('after', 'string', 'What it became, likewise.'),
    column('drift', 'boolean', 'Whether it changed past this system.'),
    column('operation_id', 'string', 'The operation that changed it.'),
  ],
  [OPERATIONS]: [
    column('operation_id', 'string', 'Its id.'),
    column('kind', 'string', 'create, update or delete.'),
    column('status', 'string', 'QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED or TIMED_OUT.'),
    column('region', 'string', 'AWS region.'),
    column('image_name', 'string', 'The image of the version.'),
    column('version', 'integer', 'The number of the version, once it is known.'),
    column('image_version_arn', 'string', 'The Amazon Resource Name (ARN) of the version, once it is known.'),
    column('effect', 'string', 'What it came to: created, updated, unchanged, deleted or already-gone.'),
    column('error_name', 'string', "The name of the error that it failed with: AWS's own, or one of ours."),
    column('error_message', 'string', 'What the error said.'),
    column('created_at', 'string', 'When it was accepted.'),
    column('started_at', 'string', 'When it began.'),
    column('finished_at', 'string', 'When it ended.'),
    column('cancel_requested_at', 'string', 'When its cancelling was asked for.'),
  ],
} as const satisfies Record<string, readonly Column[]>;

export type TableName = keyof typeof TABLES;

export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

export function columnsOf(table: TableName): readonly Column[] {
  return TABLES[table];
}

/** Of these only a region can be read, so a statement must say which. */
export function isLive(table: TableName): boolean {
  return table === LIVE || table === LIVE_LIST;
}

/** The inventory alone is read for these, so that they have regions that are not configured any more. */
export function isHeld(table: TableName): boolean {
  return table === HELD || table === SNAPSHOTS || table === CHANGES;
}

/** The one table whose rows can be inserted, updated and deleted. */
export const CHANGEABLE: TableName = LIVE;

/** What a table is called inside a statement where it has no alias: the last part of its name. */
export function shortName(table: TableName): string {
  return table.slice(table.lastIndexOf('.') + 1);
}
