import type {
  AliasPeriodShape,
  CauseShape,
  InventoryRowShape,
  SnapshotShape,
  VersionDifferenceShape,
  VersionPeriodShape,
} from './inventory-shapes.ts';
import type { Cell, Table } from './representation.ts';

/** The columns that the inventory's lists have as CSV. docs/api.md lists them too. */

/** Properties in the order in which AWS's documentation of the resource has them. */
const PROPERTIES = [
  'ImageName',
  'ImageArn',
  'ImageVersionArn',
  'BaseImage',
  'ContainerImage',
  'Version',
  'Aliases',
  'VendorGuidance',
  'JobType',
  'MLFramework',
  'ProgrammingLang',
  'Processor',
  'Horovod',
  'ReleaseNotes',
] as const;

interface Stated {
  readonly properties: Readonly<Record<string, unknown>>;
}
interface Caused {
  readonly cause?: CauseShape | undefined;
}

const propertyColumns = PROPERTIES.map(
  (name) => [name, ({ properties }: Stated): Cell => cellOf(properties[name])] as const,
);

const causeColumns = [
  ['drift', ({ cause }: Caused): Cell => cause?.drift],
  ['operationId', ({ cause }: Caused): Cell => operationIdOf(cause)],
] as const;

const one = <Item>(item: Item): readonly Item[] => [item];

export const snapshotTable: Table<SnapshotShape> = {
  lines: one,
  columns: [
    ['snapshotId', ({ snapshotId }) => snapshotId],
    ['region', ({ region }) => region],
    ['takenAt', ({ takenAt }) => takenAt],
    ['startedAt', ({ startedAt }) => startedAt],
    ['trigger', ({ trigger }) => trigger],
    ['full', ({ full }) => full],
    ['images', ({ counts }) => counts.images],
    ['versions', ({ counts }) => counts.versions],
    ['added', ({ counts }) => counts.added],
    ['changed', ({ counts }) => counts.changed],
    ['removed', ({ counts }) => counts.removed],
    ['calls', ({ calls }) => calls],
    ['throttled', ({ throttled }) => throttled],
    ['durationSeconds', ({ durationSeconds }) => durationSeconds],
  ],
};

export const rowTable: Table<InventoryRowShape> = {
  lines: one,
  columns: [
    ['identifier', ({ identifier }) => identifier],
    ['region', ({ region }) => region],
    ['account', ({ account }) => account],
    ['imageName', ({ imageName }) => imageName],
    ['version', ({ version }) => version],
    ['status', ({ status }) => status],
    ['failureReason', ({ failureReason }) => failureReason],
    ...propertyColumns,
    ['createdAt', ({ createdAt }) => createdAt],
    ['modifiedAt', ({ modifiedAt }) => modifiedAt],
    ['firstSeenAt', ({ firstSeenAt }) => firstSeenAt],
    ['validFrom', ({ validFrom }) => validFrom.takenAt],
    ['validFromSnapshot', ({ validFrom }) => validFrom.snapshotId],
    ...causeColumns,
  ],
};

type Change = VersionDifferenceShape['changes'][number];

/** One line for each property that differs. */
export const differenceTable: Table<
  VersionDifferenceShape,
  { readonly item: VersionDifferenceShape; readonly change: Change }
> = {
  lines: (item) => item.changes.map((change) => ({ item, change })),
  columns: [
    ['kind', ({ item }) => item.kind],
    ['identifier', ({ item }) => item.identifier],
    ['region', ({ item }) => item.region],
    ['imageName', ({ item }) => item.imageName],
    ['version', ({ item }) => item.version],
    ['property', ({ change }) => change.property],
    ['before', ({ change }) => cellOf(change.before)],
    ['after', ({ change }) => cellOf(change.after)],
    ['drift', ({ item }) => item.cause?.drift],
    ['operationId', ({ item }) => operationIdOf(item.cause)],
  ],
};

export const versionPeriodTable: Table<VersionPeriodShape> = {
  lines: one,
  columns: [
    ['validFrom', ({ validFrom }) => validFrom.takenAt],
    ['validFromSnapshot', ({ validFrom }) => validFrom.snapshotId],
    ['validTo', ({ validTo }) => validTo?.takenAt],
    ['validToSnapshot', ({ validTo }) => validTo?.snapshotId],
    ['firstSeenAt', ({ firstSeenAt }) => firstSeenAt],
    ['status', ({ status }) => status],
    ['failureReason', ({ failureReason }) => failureReason],
    ...propertyColumns,
    ['createdAt', ({ createdAt }) => createdAt],
    ['modifiedAt', ({ modifiedAt }) => modifiedAt],
    ['changed', ({ changes }) => changes.map(({ property }) => property).join(' ')],
    ...causeColumns,
    ['removalDrift', ({ removal }) => removal?.drift],
    ['removalOperationId', ({ removal }) => operationIdOf(removal)],
  ],
};

export const aliasPeriodTable: Table<AliasPeriodShape> = {
  lines: one,
  columns: [
    ['version', ({ version }) => version],
    ['identifier', ({ identifier }) => identifier],
    ['from', ({ from }) => from.takenAt],
    ['fromSnapshot', ({ from }) => from.snapshotId],
    ['to', ({ to }) => to?.takenAt],
    ['toSnapshot', ({ to }) => to?.snapshotId],
    ...causeColumns,
  ],
};

function operationIdOf(cause: CauseShape | undefined): Cell {
  return cause && 'operationId' in cause ? cause.operationId : undefined;
}

/** Lists, which aliases alone are, have no comma and no space in them. What AWS may come to say is JSON. */
function cellOf(value: unknown): Cell {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'undefined':
      return value;
    default:
      return Array.isArray(value) && value.every((entry) => typeof entry === 'string')
        ? value.join(' ')
        : JSON.stringify(value);
  }
}
