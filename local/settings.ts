import * as z from 'zod/mini';
import { parseOrExplain } from './invalid-input.ts';

// Without English as its locale, zod/mini answers every fault with "Invalid input".
z.config(z.locales.en());

const seconds = z.number().check(z.nonnegative(), z.lte(30 * 86_400));

const settingsSchema = z.strictObject({
  /** How long SageMaker takes, and how long a request that its handler refuses stays IN_PROGRESS. */
  durations: z.strictObject({ create: seconds, update: seconds, delete: seconds, refuse: seconds }),
  /** RetryAfter of a request that is still going on, from now; null leaves it out. */
  retryAfterSeconds: z.nullable(seconds),
  /**
   * Calls per second and region; null takes any number. Of Cloud Control's alone, unless it says that SageMaker's
   * count, too (whether AWS counts them together is unverified).
   */
  rateLimit: z.nullable(
    z.strictObject({
      perSecond: z.number().check(z.positive()),
      of: z.optional(z.enum(['cloud-control', 'cloud-control-and-sagemaker'])),
    }),
  ),
  /** How long a call of Cloud Control or SageMaker takes to be answered. */
  answerSeconds: seconds,
  /** What adding an alias does that another version of the image holds (unverified in AWS). */
  aliasTaken: z.enum(['refuse', 'move']),
  /** Whether an update drops the aliases that its patch does not repeat (inferred, unverified in AWS). */
  aliasesOnUpdate: z.enum(['strip', 'keep']),
  /** Whether a change of its aliases alone moves a version's LastModifiedTime (unverified in AWS). */
  aliasChangesModify: z.enum(['yes', 'no']),
  /** What becomes of a property that an update's patch removes: SageMaker's API has no way to unset one. */
  removedProperties: z.enum(['clear', 'keep']),
  /** What an identical request with a known ClientToken gets (unverified in AWS). */
  repeatedToken: z.enum(['conflict', 'original']),
  /** Resources in one answer of ListResources. AWS ignores MaxResults. */
  pageSize: z.int().check(z.gte(1), z.lte(1000)),
  /** For how long after a create GetResource says NotFound. */
  notFoundAfterCreateSeconds: seconds,
  /** Whether a create's Identifier is shown from its first answer on, when it has ended, or only when it has succeeded. */
  identifierShown: z.enum(['at-once', 'at-end', 'on-success']),
  /** Images per account and region. */
  maxImages: z.int().check(z.nonnegative()),
  /** How long items that have expired stay in a table: DynamoDB deletes them within a few days. */
  expiredItemsStaySeconds: seconds,
  /**
   * Whether names that differ in case alone are two images. If not, an image's ARN keeps the spelling with which it was
   * made, and its versions' ARNs have the name in lower case (AWS's patterns disagree; unverified).
   */
  imageNames: z.enum(['case-sensitive', 'case-insensitive']),
  /** Whether SageMaker shows a version's ARN before the version is CREATED; its pattern also allows the word None (unverified). */
  versionArns: z.enum(['always', 'when-created']),
  /** How often SageMaker publishes each change of status: several events may come for one (SageMaker developer guide). */
  eventsPerStateChange: z.int().check(z.gte(1), z.lte(5)),
  /** Whether the HTTP API refuses unsigned calls of routes that IAM guards, as AWS does. */
  requireSignature: z.boolean(),
});

const changeSchema = z.partial(
  z.extend(settingsSchema, { durations: z.partial(settingsSchema.shape.durations) }),
);

/**
 * How the local cloud behaves where AWS leaves room. The defaults are the harsher of what AWS may do; but for
 * `removedProperties`, where they follow the contract that CloudFormation holds update handlers to,
 * `aliasChangesModify`, where an UpdateImageVersion counts as a modification, `imageNames` and `versionArns`, where a
 * version keeps its name and its ARN, and `requireSignature`, so that plain curl will do.
 */
export type LocalSettings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: LocalSettings = {
  durations: { create: 3, update: 1, delete: 2, refuse: 1 },
  retryAfterSeconds: null,
  rateLimit: null,
  answerSeconds: 0,
  aliasTaken: 'refuse',
  aliasesOnUpdate: 'strip',
  aliasChangesModify: 'yes',
  removedProperties: 'clear',
  repeatedToken: 'conflict',
  pageSize: 100,
  notFoundAfterCreateSeconds: 0,
  identifierShown: 'at-once',
  maxImages: 250,
  expiredItemsStaySeconds: 2 * 86_400,
  imageNames: 'case-sensitive',
  versionArns: 'always',
  eventsPerStateChange: 1,
  requireSignature: false,
};

/** The settings of one local cloud; read anew for every call, so that a change counts at once. */
export class Settings {
  #current: LocalSettings = DEFAULT_SETTINGS;

  /** @throws InvalidInputError */
  constructor(changes: unknown = {}) {
    this.change(changes);
  }

  get current(): LocalSettings {
    return this.#current;
  }

  /**
   * Changes what is given and leaves the rest.
   * @throws InvalidInputError that lists every fault; then nothing has changed.
   */
  change(changes: unknown): LocalSettings {
    const { durations, ...rest } = parseOrExplain(changeSchema, changes, 'These settings cannot be used');
    this.#current = settingsSchema.parse({
      ...this.#current,
      ...rest,
      durations: { ...this.#current.durations, ...durations },
    });
    return this.#current;
  }

  reset(): void {
    this.#current = DEFAULT_SETTINGS;
  }
}
