import { applyPatch, type Operation, Pointer } from 'rfc6902';
import * as z from 'zod/mini';
import { notUpdatable, validation } from './errors.ts';
import type { Model, ResourceSchema } from './resource-schema.ts';

const path = z.string().check(z.regex(/^(\/.*)?$/s));
const json = z.json();
const patchSchema = z.array(
  z.discriminatedUnion('op', [
    z.object({ op: z.literal('add'), path, value: json }),
    z.object({ op: z.literal('remove'), path }),
    z.object({ op: z.literal('replace'), path, value: json }),
    z.object({ op: z.literal('move'), path, from: path }),
    z.object({ op: z.literal('copy'), path, from: path }),
    z.object({ op: z.literal('test'), path, value: json }),
  ]),
);

export type Patch = z.infer<typeof patchSchema>;

/** @throws AwsError ValidationException for what is no JSON Patch (message unverified). */
export function parsePatch(document: string): Patch {
  let value: unknown;
  try {
    value = JSON.parse(document);
  } catch {
    throw validation('PatchDocument is not valid JSON');
  }
  const parsed = z.safeParse(patchSchema, value);
  if (!parsed.success) throw validation('PatchDocument is not a valid JSON Patch (RFC 6902)');
  return parsed.data;
}

/**
 * Refuses a patch that changes what cannot be changed, even to the value that it has (whether AWS minds that
 * is unverified).
 * @throws AwsError NotUpdatableException
 */
export function refuseFixedProperties(schema: ResourceSchema, patch: Patch): void {
  const changed = new Set(patch.flatMap(changedPaths).map((pointer) => Pointer.fromJSON(pointer).tokens[1]));
  const among = (names: readonly string[]) => names.filter((name) => changed.has(name));
  const createOnly = among(schema.createOnly);
  if (createOnly.length > 0) throw notUpdatable('createOnlyProperties', createOnly);
  const readOnly = among(schema.readOnly);
  if (readOnly.length > 0) throw notUpdatable('readOnlyProperties', readOnly);
}

/**
 * Applies the operations in order to a copy of the model; the first that fails refuses the whole.
 * @throws AwsError ValidationException: a path that is not there was reported as "noSuchPath in source".
 */
export function patchModel(model: Model, patch: Patch): Model {
  const target: Record<string, unknown> = structuredClone({ ...model });
  for (const operation of patch) {
    if (operation.path === '')
      throw validation(`[${operation.op.toUpperCase()} Operation] the path is empty`);
    const [failure] = applyPatch(target, [operation satisfies Operation]);
    if (failure) throw validation(`[${operation.op.toUpperCase()} Operation] ${reason(failure.name)}`);
  }
  return target;
}

function reason(failure: string): string {
  return failure === 'TestError' ? 'value differs from expectations' : 'noSuchPath in source';
}

function changedPaths(operation: Patch[number]): string[] {
  switch (operation.op) {
    case 'test':
      return [];
    case 'move':
      return [operation.from, operation.path];
    case 'add':
    case 'remove':
    case 'replace':
    case 'copy':
      return [operation.path];
    default:
      return operation satisfies never;
  }
}
