import * as z from 'zod/mini';
import type { OperationKind } from '../../contract/workflow.ts';
import { type Fault, fault, schemaFaults, shown, told } from '../fault.ts';
import { textFaults } from '../text.ts';
import { type ImageVersionRef, imageVersionArn, parseImageVersionArn } from './identifier.ts';
import { patchFaults } from './patch-faults.ts';
import {
  Aliases,
  CreatableProperties,
  ImageName,
  READ_ONLY_PROPERTIES,
  WANTED,
  WantedProperties,
} from './properties.ts';

/**
 * What a caller asks for, and the one place where it is checked. An execution may be started by anybody who
 * may call StartExecution, so nothing that comes from outside is trusted before it went through here.
 */

export interface CreateRequest {
  readonly kind: 'create';
  readonly region: string;
  /** Without `Alias` and `Aliases`: those are set by an update of their own once the version stands. */
  readonly desiredState: Readonly<Record<string, unknown>> & {
    readonly ImageName: string;
    readonly BaseImage: string;
  };
  readonly aliases: readonly string[];
}

export interface UpdateRequest {
  readonly kind: 'update';
  readonly region: string;
  readonly target: ImageVersionRef;
  readonly change: Change;
  readonly aliasesToAdd: readonly string[];
  readonly aliasesToDelete: readonly string[];
}

/** Either the wanted properties (`null` removes one) or a JSON Patch on the model with its aliases. */
type Change =
  | { readonly form: 'properties'; readonly properties: WantedProperties }
  | { readonly form: 'patch'; readonly patch: readonly PatchOperation[] };

export interface DeleteRequest {
  readonly kind: 'delete';
  readonly region: string;
  readonly target: ImageVersionRef;
}

export type OperationRequest = CreateRequest | UpdateRequest | DeleteRequest;

export type Parsed<T> =
  | { readonly ok: true; readonly request: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** Whose images, and where, an operation may touch. */
export interface Scope {
  readonly regions: readonly string[];
  /** Where an input that names no region is carried out. */
  readonly defaultRegion: string;
  readonly account: string;
  readonly partition: string;
}

/** A step's payload is at most 256 KiB; the input travels in it beside the operation's own state. */
const LONGEST_INPUT = 64 * 1024;
/** No input needs more than five: patch, operation, value, alias. */
const DEEPEST_INPUT = 16;
const MOST_PATCH_OPERATIONS = 100;

/**
 * What a patch may point at: a property, or an alias by its place in the list. No property is deeper, and a
 * pointer to anything else (`/Aliases/length`, `/__proto__`) means JavaScript's parts of a value, not JSON's.
 */
const Place = z.string().check(z.regex(/^\/([A-Z][A-Za-z0-9]{0,63}|Aliases\/(0|[1-9]\d{0,3}))$/));
const NewPlace = z.string().check(z.regex(/^\/([A-Z][A-Za-z0-9]{0,63}|Aliases\/(-|0|[1-9]\d{0,3}))$/));

/** What a property can be. The record of the operation keeps it too, and DynamoDB takes no number like 1e300. */
const Value = z.union([z.string(), z.boolean(), z.int(), z.null(), z.array(z.string())]);

const PatchOperation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('add'), path: NewPlace, value: Value }),
  z.strictObject({ op: z.enum(['replace', 'test']), path: Place, value: Value }),
  z.strictObject({ op: z.literal('remove'), path: Place }),
  z.strictObject({ op: z.enum(['move', 'copy']), path: NewPlace, from: Place }),
]);
export type PatchOperation = z.infer<typeof PatchOperation>;
/** A whole JSON Patch (RFC 6902). */
export const JsonPatch = z.array(PatchOperation).check(z.maxLength(MOST_PATCH_OPERATIONS));

const targetFields = {
  region: z.optional(z.string()),
  identifier: z.optional(z.string()),
  imageName: z.optional(ImageName),
  version: z.optional(z.int().check(z.minimum(1))),
};

const CreateInput = z.strictObject({ region: z.optional(z.string()), properties: CreatableProperties });
const UpdateInput = z.strictObject({
  ...targetFields,
  properties: z.optional(WantedProperties),
  patch: z.optional(JsonPatch),
  aliasesToAdd: z.optional(Aliases),
  aliasesToDelete: z.optional(Aliases),
});
const DeleteInput = z.strictObject(targetFields);

const PLACE = 'a JSON pointer to a property, such as /ReleaseNotes, or into its aliases, such as /Aliases/0';

const FIELDS: Readonly<Record<string, string>> = {
  ...WANTED,
  '': 'a JSON object',
  region: 'the name of a region',
  identifier: 'the ARN of an image version',
  imageName: WANTED.ImageName ?? '',
  version: 'the number of a version, 1 or more',
  properties: "an object of the version's properties",
  patch: `a JSON Patch (RFC 6902) of at most ${MOST_PATCH_OPERATIONS} operations`,
  op: 'add, remove, replace, move, copy or test',
  path: PLACE,
  from: PLACE,
  value: 'a text, a whole number, true, false, null or a list of texts',
  aliasesToAdd: WANTED.Aliases ?? '',
  aliasesToDelete: WANTED.Aliases ?? '',
};

/** Checks the input of `create-image-version`: `{region?, properties}`. Every fault is told at once. */
export function parseCreate(input: unknown, scope: Scope): Parsed<CreateRequest> {
  const { value, faults } = read(CreateInput, input);
  const region = regionOf(input, scope, faults);
  if (!value || faults.length > 0) return { ok: false, faults: told(faults) };
  const { Alias, Aliases: aliases = [], ...desiredState } = value.properties;
  return {
    ok: true,
    request: {
      kind: 'create',
      region,
      desiredState,
      aliases: distinct(Alias === undefined ? aliases : [...aliases, Alias]),
    },
  };
}

/**
 * Checks the input of `update-image-version`: `{region?, identifier | imageName + version, properties | patch,
 * aliasesToAdd?, aliasesToDelete?}`. Every fault is told at once.
 */
export function parseUpdate(input: unknown, scope: Scope): Parsed<UpdateRequest> {
  const { value, faults } = read(UpdateInput, input);
  const target = targetOf(input, scope, faults);
  const given = (field: string) => fieldOf(input, field) !== undefined;
  if (given('properties') && given('patch')) {
    faults.push({ path: '/patch', message: 'given beside properties, wanted one of the two' });
  }
  if (!['properties', 'patch', 'aliasesToAdd', 'aliasesToDelete'].some(given)) {
    faults.push(fault([], undefined, 'a change: properties, patch, aliasesToAdd or aliasesToDelete'));
  }
  faults.push(
    ...patchFaults(value?.patch ?? []).map(({ path, message }) => ({ path: `/patch${path}`, message })),
  );
  if (!value || !target || faults.length > 0) return { ok: false, faults: told(faults) };
  return {
    ok: true,
    request: {
      kind: 'update',
      region: target.region,
      target,
      change: value.patch
        ? { form: 'patch', patch: value.patch }
        : { form: 'properties', properties: value.properties ?? {} },
      aliasesToAdd: distinct(value.aliasesToAdd ?? []),
      aliasesToDelete: distinct(value.aliasesToDelete ?? []),
    },
  };
}

/** Checks the input of `delete-image-version`: `{region?, identifier | imageName + version}`. */
export function parseDelete(input: unknown, scope: Scope): Parsed<DeleteRequest> {
  const { value, faults } = read(DeleteInput, input);
  const target = targetOf(input, scope, faults);
  if (!value || !target || faults.length > 0) return { ok: false, faults: told(faults) };
  return { ok: true, request: { kind: 'delete', region: target.region, target } };
}

/** The parser of each kind's input. */
export const PARSERS = {
  create: parseCreate,
  update: parseUpdate,
  delete: parseDelete,
} satisfies Record<OperationKind, (input: unknown, scope: Scope) => Parsed<OperationRequest>>;

function read<Schema extends z.ZodMiniType>(
  schema: Schema,
  input: unknown,
): { value: z.output<Schema> | undefined; faults: Fault[] } {
  if (deeperThan(input, DEEPEST_INPUT)) {
    const message = `given JSON nested deeper than ${DEEPEST_INPUT} levels, wanted a plain object`;
    return { value: undefined, faults: [{ path: '', message }] };
  }
  const length = JSON.stringify(input)?.length ?? 0;
  if (length > LONGEST_INPUT) {
    const message = `given ${length} characters of JSON, wanted at most ${LONGEST_INPUT}`;
    return { value: undefined, faults: [{ path: '', message }] };
  }
  const parsed = schema.safeParse(input);
  const faults = parsed.success ? [] : schemaFaults(parsed.error, input, FIELDS, unrecognised);
  const known = new Set(faults.map(({ path }) => path));
  faults.push(...textFaults(input).filter(({ path }) => !known.has(path)));
  return { value: parsed.data, faults };
}

/** Level by level and not by recursion: some thousand levels would overflow the stack. */
function deeperThan(input: unknown, levels: number): boolean {
  let level = [input];
  for (let depth = 0; depth <= levels && level.length > 0; depth += 1) {
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return level.length > 0;
}

function unrecognised(path: readonly PropertyKey[], given: unknown): Fault {
  const name = path.at(-1);
  if (READ_ONLY_PROPERTIES.some((property) => property === name)) {
    return fault(path, given, 'nothing: this property is read-only, SageMaker sets it');
  }
  return fault(path, given, 'nothing: no such property or field is known');
}

/** The region asked for, else the default one; one that is not configured is a fault. */
function regionOf(input: unknown, scope: Scope, faults: Fault[]): string {
  const given = fieldOf(input, 'region');
  // Anything but a text is the schema's to tell.
  if (typeof given !== 'string') return scope.defaultRegion;
  if (!scope.regions.includes(given)) {
    faults.push(fault(['region'], given, `one of the configured regions (${scope.regions.join(', ')})`));
  }
  return given;
}

/** The version that an update or delete is about; what it is called by must agree. */
function targetOf(input: unknown, scope: Scope, faults: Fault[]): ImageVersionRef | undefined {
  const identifier = fieldOf(input, 'identifier');
  const imageName = fieldOf(input, 'imageName');
  const version = fieldOf(input, 'version');
  if (identifier === undefined) {
    const region = regionOf(input, scope, faults);
    if (imageName === undefined || version === undefined) {
      faults.push(fault([], undefined, 'identifier, or imageName and version'));
    }
    if (typeof imageName !== 'string' || typeof version !== 'number') return undefined;
    return { partition: scope.partition, region, account: scope.account, imageName, version };
  }
  const ref = typeof identifier === 'string' ? parseImageVersionArn(identifier) : undefined;
  if (!ref) {
    faults.push(fault(['identifier'], identifier, `an image version's ARN, like ${exampleArn(scope)}`));
    return undefined;
  }
  if (ref.account !== scope.account || ref.partition !== scope.partition) {
    faults.push(
      fault(['identifier'], identifier, `a version of account ${scope.account} (${scope.partition})`),
    );
  }
  if (!scope.regions.includes(ref.region)) {
    const wanted = `a version in one of the configured regions (${scope.regions.join(', ')})`;
    faults.push(fault(['identifier'], identifier, wanted));
  }
  const doubles = { region: ref.region, imageName: ref.imageName, version: ref.version };
  for (const [name, value] of Object.entries(doubles)) {
    const given = fieldOf(input, name);
    if (given !== undefined && !isSame(given, value)) {
      faults.push(fault([name], given, `${shown(value)}, as the identifier says, or nothing`));
    }
  }
  return ref;
}

/** AWS spells the name of one image with capitals in one ARN and without in another, so case makes no difference. */
function isSame(given: unknown, value: string | number): boolean {
  return typeof given === 'string' && typeof value === 'string'
    ? given.toLowerCase() === value.toLowerCase()
    : given === value;
}

function exampleArn(scope: Scope): string {
  const { partition, account, defaultRegion: region } = scope;
  return imageVersionArn({ partition, region, account, imageName: 'my-image', version: 1 });
}

function fieldOf(input: unknown, name: string): unknown {
  return typeof input === 'object' && input !== null && Object.hasOwn(input, name)
    ? Reflect.get(input, name)
    : undefined;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
