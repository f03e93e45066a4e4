import * as z from 'zod/mini';

/** The shapes of manifests and of what becomes of them: see shapes.ts. */

const text = z.string();

/** What a placeholder may stand for, by its name. */
const Values = z.record(text, z.unknown());

export const MANIFEST_BODIES = {
  ManifestBody: z.strictObject({
    /** YAML, or what it says as JSON. */
    manifest: z.union([text, z.looseObject({})]),
    vars: z.optional(Values),
    params: z.optional(Values),
  }),
} as const;

/** What is to be done about a resource. */
const ACTIONS = ['create', 'update', 'none', 'delete', 'keep', 'skip'] as const;

/**
 * How far that is. `waiting`: for another resource that it needs, or that needs it. `blocked`: that one failed.
 */
const STATUSES = ['planned', 'running', 'done', 'waiting', 'failed', 'blocked'] as const;

const PropertyChange = z.strictObject({
  property: text,
  before: z.optional(z.unknown()),
  after: z.optional(z.unknown()),
});

const ManifestResource = z.strictObject({
  name: text,
  action: z.enum(ACTIONS),
  status: z.enum(STATUSES),
  imageName: z.optional(text),
  region: z.optional(text),
  version: z.optional(z.int()),
  identifier: z.optional(text),
  /** Property by property, what differs from what is wanted. */
  changes: z.array(PropertyChange),
  operationId: z.optional(text),
  error: z.optional(z.strictObject({ name: text, message: text })),
  exports: z.looseObject({}),
});

export const MANIFEST_SHAPES = {
  ManifestState: z.strictObject({
    name: text,
    /** Nothing is left to be done, or can be. */
    done: z.boolean(),
    /** Whether it is as it should be: of a test. */
    ok: z.optional(z.boolean()),
    resources: z.array(ManifestResource),
  }),
} as const;

export type ManifestStateShape = z.infer<typeof MANIFEST_SHAPES.ManifestState>;
