import * as z from 'zod/mini';

/** What the command reads of the API's answers (docs/api.md). Whatever else there is passes through as it is. */

const text = z.string();
const nextCursor = z.nullable(text);
const version = z.optional(z.int());

const Properties = z.looseObject({ Aliases: z.optional(z.array(text)) });

export const ImageVersion = z.looseObject({
  identifier: text,
  imageName: text,
  version: z.int(),
  region: text,
  properties: Properties,
});
export type ImageVersion = z.infer<typeof ImageVersion>;

export const Image = z.looseObject({ identifier: text, imageName: text, region: text });
export type Image = z.infer<typeof Image>;

const HistoryEntry = z.looseObject({ event: text });

export const Operation = z.looseObject({
  operationId: text,
  kind: text,
  status: text,
  region: text,
  /** An execution that was started by hand may be refused for naming none. */
  imageName: z.optional(text),
  version,
  identifier: z.optional(text),
  position: z.optional(z.int()),
  createdAt: text,
  startedAt: z.optional(text),
  finishedAt: z.optional(text),
  history: z.array(HistoryEntry),
  result: z.optional(
    z.looseObject({
      effect: text,
      properties: z.nullable(z.looseObject({})),
      note: z.optional(text),
      durationSeconds: z.number(),
    }),
  ),
  error: z.optional(
    z.looseObject({
      name: text,
      message: text,
      faults: z.optional(z.array(z.looseObject({ path: text, message: text }))),
    }),
  ),
});
export type Operation = z.infer<typeof Operation>;

export const Snapshot = z.looseObject({
  snapshotId: text,
  region: text,
  takenAt: text,
  startedAt: text,
  trigger: text,
  counts: z.looseObject({
    images: z.int(),
    versions: z.int(),
    added: z.int(),
    changed: z.int(),
    removed: z.int(),
  }),
  calls: z.int(),
  durationSeconds: z.number(),
});
export type Snapshot = z.infer<typeof Snapshot>;

export const SnapshotRequest = z.looseObject({ region: text, requestedAt: text });

const Cause = z.looseObject({ drift: z.boolean(), operationId: z.optional(text) });
export type Cause = z.infer<typeof Cause>;

const Moment = z.looseObject({ snapshotId: text, takenAt: text });

export const InventoryRow = z.looseObject({
  imageName: text,
  version: z.int(),
  region: text,
  status: text,
  properties: Properties,
  validFrom: Moment,
  cause: z.optional(Cause),
});
export type InventoryRow = z.infer<typeof InventoryRow>;

const Change = z.looseObject({
  property: text,
  before: z.optional(z.unknown()),
  after: z.optional(z.unknown()),
});
export type Change = z.infer<typeof Change>;

export const Difference = z.looseObject({
  kind: text,
  imageName: text,
  version: z.int(),
  changes: z.array(Change),
  cause: z.optional(Cause),
});
export type Difference = z.infer<typeof Difference>;

export const VersionPeriod = z.looseObject({
  validFrom: Moment,
  validTo: z.nullable(Moment),
  status: text,
  changes: z.array(Change),
  cause: z.optional(Cause),
  removal: z.optional(Cause),
});
export type VersionPeriod = z.infer<typeof VersionPeriod>;

export const AliasPeriod = z.looseObject({
  version: z.int(),
  from: Moment,
  to: z.nullable(Moment),
  cause: z.optional(Cause),
});
export type AliasPeriod = z.infer<typeof AliasPeriod>;

/** A page of a list, with what stands beside the items. */
export const pageOf = <Item>(item: z.ZodMiniType<Item>) =>
  z.looseObject({
    items: z.array(item),
    nextCursor,
    /** Of a page of the inventory, and of a diff. */
    snapshot: z.optional(Snapshot),
    from: z.optional(Snapshot),
    to: z.optional(Snapshot),
  });

export const Rows = z.looseObject({
  columns: z.array(z.looseObject({ name: text, type: text })),
  rows: z.array(z.looseObject({})),
  calls: z.int(),
});
export type Rows = z.infer<typeof Rows>;

/** What a statement that changes something began. */
export const Begun = z.looseObject({ operation: Operation });

const Resource = z.looseObject({
  name: text,
  action: text,
  status: text,
  imageName: z.optional(text),
  region: z.optional(text),
  version,
  identifier: z.optional(text),
  changes: z.array(Change),
  operationId: z.optional(text),
  error: z.optional(z.looseObject({ name: text, message: text })),
  exports: z.looseObject({}),
});
export type Resource = z.infer<typeof Resource>;

export const ManifestState = z.looseObject({
  name: text,
  done: z.boolean(),
  ok: z.optional(z.boolean()),
  resources: z.array(Resource),
});
export type ManifestState = z.infer<typeof ManifestState>;
