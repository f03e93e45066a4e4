import * as z from 'zod/mini';
import { OPERATION_KINDS } from '../contract/workflow.ts';
import { OPERATION_STATUSES } from '../core/operation/record.ts';

/** The shapes of the answers: they type what the API makes, and the OpenAPI document is made of them. */

const text = z.string();
const time = z.iso.datetime();
const link = z.string();
const count = z.int().check(z.minimum(0));
const number = z.int().check(z.minimum(1));

/** What AWS says of a version, under CloudFormation's names. AWS may come to say more. */
export const VersionProperties = z.looseObject({
  ImageName: z.optional(text),
  ImageArn: z.optional(text),
  ImageVersionArn: z.optional(text),
  BaseImage: z.optional(text),
  ContainerImage: z.optional(text),
  Version: z.optional(number),
  Aliases: z.array(text),
  VendorGuidance: z.optional(text),
  JobType: z.optional(text),
  MLFramework: z.optional(text),
  ProgrammingLang: z.optional(text),
  Processor: z.optional(text),
  Horovod: z.optional(z.boolean()),
  ReleaseNotes: z.optional(text),
});

const ImageVersion = z.strictObject({
  identifier: text,
  imageName: text,
  version: number,
  region: text,
  properties: VersionProperties,
  links: z.strictObject({ self: link, image: link }),
});

const Image = z.strictObject({
  identifier: text,
  imageName: text,
  region: text,
  links: z.strictObject({ versions: link, operations: link }),
});

const OperationFault = z.strictObject({ path: text, message: text });

const OperationError = z.strictObject({
  name: text,
  message: text,
  faults: z.optional(z.array(OperationFault)),
});

const OperationResult = z.strictObject({
  operationId: text,
  kind: z.enum(OPERATION_KINDS),
  effect: z.enum(['created', 'updated', 'unchanged', 'deleted', 'already-gone']),
  identifier: text,
  imageName: text,
  version: number,
  region: text,
  properties: z.nullable(VersionProperties),
  note: z.optional(text),
  requests: count,
  polls: count,
  attempts: count,
  durationSeconds: z.number(),
});

const step = z.enum(['create', 'add-aliases', 'update', 'delete', 'release-aliases', 'remove-orphan']);

const HistoryEntry = z.discriminatedUnion('event', [
  z.strictObject({
    event: z.literal('request'),
    at: time,
    step,
    attempt: number,
    requestToken: text,
    status: text,
    errorCode: z.optional(text),
    polls: count,
  }),
  z.strictObject({ event: z.literal('wait'), at: time, step, seconds: z.number() }),
  z.strictObject({ event: z.literal('error'), at: time, step, name: text, message: text }),
]);

export const OperationSchema = z.strictObject({
  operationId: text,
  kind: z.enum(OPERATION_KINDS),
  status: z.enum(OPERATION_STATUSES),
  region: text,
  imageName: z.optional(text),
  version: z.optional(number),
  identifier: z.optional(text),
  request: z.optional(z.looseObject({})),
  result: z.optional(OperationResult),
  error: z.optional(OperationError),
  history: z.array(HistoryEntry),
  position: z.optional(count),
  createdAt: time,
  startedAt: z.optional(time),
  finishedAt: z.optional(time),
  cancelRequestedAt: z.optional(time),
  links: z.strictObject({
    self: link,
    cancel: z.optional(link),
    imageVersion: z.optional(link),
    execution: z.optional(z.url()),
  }),
});

const nextCursor = z.nullable(text);

const ImageVersionList = z.strictObject({ items: z.array(ImageVersion), nextCursor });
const ImageList = z.strictObject({ items: z.array(Image), nextCursor });
const OperationList = z.strictObject({ items: z.array(OperationSchema), nextCursor });

const HealthPart = z.strictObject({
  name: text,
  status: z.enum(['ok', 'failing']),
  milliseconds: count,
  error: z.optional(z.strictObject({ name: text, message: text })),
});

const Health = z.strictObject({ status: z.enum(['ok', 'failing']), parts: z.array(HealthPart) });

const Fault = z.union([
  z.strictObject({ pointer: text, detail: text }),
  z.strictObject({ parameter: text, detail: text }),
  z.strictObject({ header: text, detail: text }),
  z.strictObject({ line: number, column: number, detail: text }),
]);

const ProblemDocument = z.strictObject({
  type: text,
  title: text,
  status: z.int().check(z.minimum(400), z.maximum(599)),
  detail: text,
  instance: text,
  requestId: text,
  errors: z.optional(z.array(Fault)),
  awsError: z.optional(z.strictObject({ name: text, message: text })),
  operationId: z.optional(text),
});

/** Every named shape of what is live and of operations, by the name that it has in the document. */
export const SHAPES = {
  ImageVersion,
  ImageVersionList,
  Image,
  ImageList,
  Operation: OperationSchema,
  OperationList,
  Health,
  Problem: ProblemDocument,
} as const;
export type OperationShape = z.infer<typeof OperationSchema>;
export type ImageVersionShape = z.infer<typeof ImageVersion>;
export type ImageShape = z.infer<typeof Image>;
export type HealthShape = z.infer<typeof Health>;
