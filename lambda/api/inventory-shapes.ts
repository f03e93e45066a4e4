import * as z from 'zod/mini';
import { VersionProperties } from './shapes.ts';

/** The shapes of what the inventory answers: see shapes.ts. */

const text = z.string();
const time = z.iso.datetime();
const link = z.string();
const count = z.int().check(z.minimum(0));
const number = z.int().check(z.minimum(1));
const nextCursor = z.nullable(text);

const Snapshot = z.strictObject({
  snapshotId: text,
  region: text,
  takenAt: time,
  startedAt: time,
  trigger: z.enum(['schedule', 'request']),
  full: z.boolean(),
  counts: z.strictObject({ images: count, versions: count, added: count, changed: count, removed: count }),
  calls: count,
  throttled: count,
  durationSeconds: z.number(),
  links: z.strictObject({ self: link, previous: z.optional(link), diff: z.optional(link) }),
});

/** Which snapshot saw something first. */
const Moment = z.strictObject({ snapshotId: text, takenAt: time });

const Cause = z.union([
  z.strictObject({ drift: z.literal(false), operationId: text }),
  z.strictObject({ drift: z.literal(true) }),
]);

/** What is known of a version for as long as it stays so. */
const state = {
  status: text,
  failureReason: z.optional(text),
  createdAt: time,
  modifiedAt: time,
  firstSeenAt: time,
  properties: VersionProperties,
};

const InventoryRow = z.strictObject({
  identifier: text,
  region: text,
  account: text,
  imageName: text,
  version: number,
  ...state,
  validFrom: Moment,
  cause: z.optional(Cause),
  links: z.strictObject({ self: link, history: link }),
});

const PropertyChange = z.strictObject({
  property: text,
  before: z.optional(z.unknown()),
  after: z.optional(z.unknown()),
});

const VersionDifference = z.strictObject({
  kind: z.enum(['added', 'removed', 'changed']),
  identifier: text,
  region: text,
  imageName: text,
  version: number,
  changes: z.array(PropertyChange),
  cause: z.optional(Cause),
});

const VersionPeriod = z.strictObject({
  validFrom: Moment,
  validTo: z.nullable(Moment),
  ...state,
  changes: z.array(PropertyChange),
  cause: z.optional(Cause),
  removal: z.optional(Cause),
});

const AliasPeriod = z.strictObject({
  version: number,
  identifier: text,
  from: Moment,
  to: z.nullable(Moment),
  cause: z.optional(Cause),
});

/** By the name that each has in the document. */
export const INVENTORY_SHAPES = {
  SnapshotRequest: z.strictObject({
    region: text,
    requestedAt: time,
    links: z.strictObject({ latest: link, snapshots: link }),
  }),
  Snapshot,
  SnapshotList: z.strictObject({ items: z.array(Snapshot), nextCursor }),
  InventoryRow,
  InventoryPage: z.strictObject({ snapshot: Snapshot, items: z.array(InventoryRow), nextCursor }),
  VersionDifference,
  SnapshotDiff: z.strictObject({
    from: Snapshot,
    to: Snapshot,
    items: z.array(VersionDifference),
    nextCursor,
  }),
  VersionPeriod,
  VersionHistory: z.strictObject({ items: z.array(VersionPeriod), nextCursor }),
  AliasPeriod,
  AliasHistory: z.strictObject({ items: z.array(AliasPeriod), nextCursor }),
} as const;

export type SnapshotRequestShape = z.infer<typeof INVENTORY_SHAPES.SnapshotRequest>;
export type SnapshotShape = z.infer<typeof Snapshot>;
export type MomentShape = z.infer<typeof Moment>;
export type CauseShape = z.infer<typeof Cause>;
export type InventoryRowShape = z.infer<typeof InventoryRow>;
export type VersionDifferenceShape = z.infer<typeof VersionDifference>;
export type VersionPeriodShape = z.infer<typeof VersionPeriod>;
export type AliasPeriodShape = z.infer<typeof AliasPeriod>;
