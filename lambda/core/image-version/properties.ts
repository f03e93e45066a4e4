import * as z from 'zod/mini';

/**
 * The properties of AWS::SageMaker::ImageVersion, their limits and their kinds.
 * Source: the type's resource schema. zod/mini because it adds 12 KB and 11 ms where zod adds 444 KB and 80 ms.
 */

const name = (pattern: RegExp, longest: number) =>
  z.string().check(z.minLength(1), z.maxLength(longest), z.regex(pattern));

/** A framework or language and its version, such as `PyTorch 2.6` or `Python 3.12`. */
const VERSIONED_NAME = /^[a-zA-Z]+ ?\d+\.\d+(\.\d+)?$/;

export const ImageName = name(/^[A-Za-z0-9]([-.]?[A-Za-z0-9])*$/, 63);
export const Alias = name(/^(?![.-])[a-zA-Z0-9-_.]+$/, 128);
/** The schema sets no limit; SageMaker's is unverified. This one keeps a payload within its 256 KiB. */
const MAX_ALIASES = 100;
export const Aliases = z.array(Alias).check(z.maxLength(MAX_ALIASES));

/** May be changed by an update, and removed by `null`. */
const mutable = {
  VendorGuidance: z.enum(['NOT_PROVIDED', 'STABLE', 'TO_BE_ARCHIVED', 'ARCHIVED']),
  JobType: z.enum(['TRAINING', 'INFERENCE', 'NOTEBOOK_KERNEL']),
  MLFramework: name(VERSIONED_NAME, 128),
  ProgrammingLang: name(VERSIONED_NAME, 128),
  Processor: z.enum(['CPU', 'GPU']),
  Horovod: z.boolean(),
  ReleaseNotes: z.string().check(z.minLength(1), z.maxLength(255)),
};

/** Settled when the version is made: another value needs another version. */
const createOnly = {
  ImageName,
  BaseImage: name(/^.+$/, 255),
};

/** Never returned by GetResource; SageMaker's ListAliases tells them. */
const writeOnly = { Alias, Aliases };

export const MUTABLE_PROPERTIES = Object.keys(mutable) as (keyof typeof mutable)[];
export const CREATE_ONLY_PROPERTIES = Object.keys(createOnly) as (keyof typeof createOnly)[];
/** What may be said of a version, by whoever makes or changes it. */
export const SETTABLE_PROPERTIES: readonly string[] = [
  ...CREATE_ONLY_PROPERTIES,
  'Alias',
  'Aliases',
  ...MUTABLE_PROPERTIES,
];
export const READ_ONLY_PROPERTIES = ['ImageArn', 'ImageVersionArn', 'ContainerImage', 'Version'] as const;

/** What a create may say. */
export const CreatableProperties = z.strictObject({
  ...createOnly,
  ...z.partial(z.object({ ...writeOnly, ...mutable })).shape,
});
export type CreatableProperties = z.infer<typeof CreatableProperties>;

/** What an update may say: every property is optional, and `null` removes it. */
export const WantedProperties = z.strictObject({
  ...z.partial(z.object(createOnly)).shape,
  Alias: z.optional(Alias),
  Aliases: z.optional(z.nullable(Aliases)),
  VendorGuidance: z.optional(z.nullable(mutable.VendorGuidance)),
  JobType: z.optional(z.nullable(mutable.JobType)),
  MLFramework: z.optional(z.nullable(mutable.MLFramework)),
  ProgrammingLang: z.optional(z.nullable(mutable.ProgrammingLang)),
  Processor: z.optional(z.nullable(mutable.Processor)),
  Horovod: z.optional(z.nullable(mutable.Horovod)),
  ReleaseNotes: z.optional(z.nullable(mutable.ReleaseNotes)),
});
export type WantedProperties = z.infer<typeof WantedProperties>;

/** What an update may change. */
export const ChangeableProperties = z.partial(z.strictObject({ ...mutable, Aliases }));

/** What Cloud Control's GetResource answers, under CloudFormation's names; aliases are never in it. */
export type ReadableModel = Readonly<Record<string, unknown>>;

/** A model with its aliases filled in from SageMaker: all that there is to know of a version's properties. */
export type FullModel = ReadableModel & { readonly Aliases: readonly string[] };

/** In words, for the faults of an input. Keyed by property or field. */
export const WANTED: Readonly<Record<string, string>> = {
  ImageName: 'the name of an image: 1 to 63 letters and digits, single - or . between them',
  BaseImage: 'the registry path of a container image: 1 to 255 characters on one line',
  Alias: 'an alias: 1 to 128 of letters, digits, - _ . and no - or . in front',
  Aliases: `a list of at most ${MAX_ALIASES} aliases, each 1 to 128 of letters, digits, - _ . and no - or . in front`,
  VendorGuidance: 'NOT_PROVIDED, STABLE, TO_BE_ARCHIVED or ARCHIVED',
  JobType: 'TRAINING, INFERENCE or NOTEBOOK_KERNEL',
  MLFramework: 'a framework and its version, such as "PyTorch 2.6"',
  ProgrammingLang: 'a language and its version, such as "Python 3.12"',
  Processor: 'CPU or GPU',
  Horovod: 'true or false',
  ReleaseNotes: 'a text of 1 to 255 characters',
};
