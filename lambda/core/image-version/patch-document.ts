import { applyPatch } from 'rfc6902';
import { type Fault, fault, schemaFaults, shown, told } from '../fault.ts';
import {
  ChangeableProperties,
  CREATE_ONLY_PROPERTIES,
  type FullModel,
  MUTABLE_PROPERTIES,
  type ReadableModel,
  WANTED,
  type WantedProperties,
} from './properties.ts';
import type { OperationRequest, PatchOperation, UpdateRequest } from './request.ts';

/**
 * From what is and what is wanted to the smallest patch document for UpdateResource. Two facts shape it:
 * aliases are not in the model that Cloud Control patches, so they are always `add`ed and never `replace`d;
 * and an update that does not repeat them may strip them, so every patch states the full set.
 */

/** An operation of the patch document that Cloud Control gets. */
export type PatchStep =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

export type UpdatePlan =
  | { readonly outcome: 'patch'; readonly patch: readonly PatchStep[]; readonly aliases: readonly string[] }
  | { readonly outcome: 'unchanged' }
  /** A create-only property would change: only a new version can have that. */
  | { readonly outcome: 'not-updatable'; readonly message: string }
  /** The JSON Patch does not apply to what is there, or leaves something that no version can be. */
  | { readonly outcome: 'invalid'; readonly faults: readonly Fault[] };

/** The one step that sets a version's whole set of aliases. */
export function aliasesStep(aliases: readonly string[]): PatchStep {
  return { op: 'add', path: '/Aliases', value: aliases };
}

/**
 * Plans an update.
 *
 * @param model what GetResource answered
 * @param aliases what SageMaker's ListAliases answered for this version
 */
export function planUpdate(
  request: UpdateRequest,
  model: ReadableModel,
  aliases: readonly string[],
): UpdatePlan {
  const current: FullModel = { ...model, Aliases: aliases };
  const applied = applyChange(request, current);
  if (!applied.ok) return { outcome: 'invalid', faults: applied.faults };

  const fixed = changesOf(CREATE_ONLY_PROPERTIES, current, applied.model);
  if (fixed.length > 0)
    return { outcome: 'not-updatable', message: notUpdatable(fixed, current, applied.model) };
  const faults = faultsOf(current, applied.model);
  if (faults.length > 0) return { outcome: 'invalid', faults: told(faults) };

  const wantedAliases = aliasesAfter(request, applied.model);
  const patch = MUTABLE_PROPERTIES.flatMap((name) => stepFor(name, current[name], applied.model[name]));
  if (patch.length === 0 && sameSet(aliases, wantedAliases)) return { outcome: 'unchanged' };
  return { outcome: 'patch', patch: [...patch, aliasesStep(wantedAliases)], aliases: wantedAliases };
}

/**
 * The request with a JSON Patch replaced by what it comes to. It is applied to what stood there at first, once: a
 * request that failed may have done its part, and the patch would then no longer apply, or would apply twice.
 */
export function withGoal(request: OperationRequest, patch: readonly PatchStep[]): OperationRequest {
  if (request.kind !== 'update' || request.change.form !== 'patch') return request;
  const goal = patch.map((step) => [step.path.slice(1), step.op === 'remove' ? null : step.value] as const);
  // Each value was checked when the patch was planned.
  const properties = Object.fromEntries(goal) as WantedProperties;
  return { ...request, change: { form: 'properties', properties }, aliasesToAdd: [], aliasesToDelete: [] };
}

/** The mutable properties that a planned request removes; a JSON Patch has become its goal by then. */
export function removedBy(request: OperationRequest): string[] {
  if (request.kind !== 'update' || request.change.form !== 'properties') return [];
  const { properties } = request.change;
  return MUTABLE_PROPERTIES.filter((name) => properties[name] === null);
}

/** The aliases that a request asks for by name, wherever it does so. */
export function aliasesAsked(request: OperationRequest): readonly string[] {
  switch (request.kind) {
    case 'create':
      return request.aliases;
    case 'update': {
      const { change, aliasesToAdd } = request;
      const stated = change.form === 'properties' ? (change.properties.Aliases ?? []) : [];
      return [...stated.filter((alias) => !request.aliasesToDelete.includes(alias)), ...aliasesToAdd];
    }
    case 'delete':
      return [];
  }
}

type Applied =
  | { readonly ok: true; readonly model: ReadableModel }
  | { readonly ok: false; readonly faults: readonly Fault[] };

function applyChange(request: UpdateRequest, current: FullModel): Applied {
  const { change } = request;
  switch (change.form) {
    case 'patch':
      return applyJsonPatch(change.patch, current);
    case 'properties': {
      const { Alias, ...wanted } = change.properties;
      const aliases = wanted.Aliases === undefined ? current.Aliases : (wanted.Aliases ?? []);
      return {
        ok: true,
        model: {
          ...current,
          ...withoutNull(wanted),
          Aliases: Alias === undefined ? aliases : [...aliases, Alias],
        },
      };
    }
  }
}

/** RFC 7396: `null` removes, absence leaves. */
function withoutNull(wanted: Readonly<Record<string, unknown>>): ReadableModel {
  return Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => [name, value === null ? undefined : value]),
  );
}

/**
 * Applies the operations in order, as RFC 6902 has it: the first that does not apply is the end. One at a time,
 * because a few dozen copies of a list into itself would outgrow any memory.
 */
function applyJsonPatch(patch: readonly PatchOperation[], current: FullModel): Applied {
  // As deep as a patch's pointers reach; rfc6902 copies the values that it puts in.
  const model: ReadableModel & { Aliases?: unknown } = { ...current, Aliases: [...current.Aliases] };
  for (const [index, operation] of patch.entries()) {
    const refusal = applyOne(operation, model);
    if (refusal === undefined) continue;
    const message = `${operation.op} ${operation.path} does not apply: ${refusal}`;
    return { ok: false, faults: [{ path: `/patch/${index}`, message }] };
  }
  const { Alias: single, ...rest } = model;
  const aliases = rest.Aliases ?? [];
  // What is no list stays as it is, to be told as a fault.
  const folded = single === undefined || !Array.isArray(aliases) ? aliases : [...aliases, single];
  return { ok: true, model: { ...rest, Aliases: folded } };
}

/** @returns why it does not apply */
function applyOne(operation: PatchOperation, model: ReadableModel): string | undefined {
  const { op, path } = operation;
  // A patch may have made it a text, and JavaScript finds places in a text too.
  const places = 'from' in operation ? [path, operation.from] : [path];
  if (places.some((place) => place.startsWith('/Aliases/')) && !Array.isArray(model.Aliases)) {
    return 'Aliases is no list';
  }
  const [error] = applyPatch(model, [operation]);
  if (error && op === 'test') return `wanted ${shown(operation.value)}, but that is not what stands there`;
  if (error) return 'there is nothing at that place';
  const { length } = JSON.stringify(model);
  return length > LONGEST_MODEL ? `it makes a model of ${length} characters` : undefined;
}

/** Characters of JSON: 100 aliases and every property at its longest stay below it. */
const LONGEST_MODEL = 64 * 1024;

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function changesOf<Name extends string>(
  names: readonly Name[],
  before: ReadableModel,
  after: ReadableModel,
): Name[] {
  return names.filter((name) => !sameJson(before[name], after[name]));
}

function notUpdatable(names: readonly string[], before: ReadableModel, after: ReadableModel): string {
  const changes = names.map((name) => `${name} is ${shown(before[name])}, given ${shown(after[name])}`);
  return `${changes.join('; ')}: that is settled when a version is created, so create a new version instead`;
}

/**
 * Values that a JSON Patch has moved or copied to where no version can have them. Places that no update may write, and values
 * that stand in the patch itself, were refused when it was read (patch-faults.ts).
 */
function faultsOf(before: FullModel, after: ReadableModel): Fault[] {
  const names: readonly string[] = [...MUTABLE_PROPERTIES, 'Aliases'];
  // Only what the caller changed is judged: a value that stands there may be one that is not known here.
  const changed = Object.fromEntries(
    Object.entries(after).filter(
      ([name, value]) => names.includes(name) && value !== undefined && !sameJson(before[name], value),
    ),
  );
  const parsed = ChangeableProperties.safeParse(changed);
  const unknown = (path: readonly PropertyKey[], given: unknown): Fault =>
    fault(path, given, 'nothing: no such property is known');
  return parsed.success ? [] : schemaFaults(parsed.error, changed, WANTED, unknown);
}

function aliasesAfter(request: UpdateRequest, model: ReadableModel): string[] {
  const stated = asList(model.Aliases).filter((alias) => typeof alias === 'string');
  const without = stated.filter((alias) => !request.aliasesToDelete.includes(alias));
  return [...new Set([...without, ...request.aliasesToAdd])];
}

function stepFor(name: string, before: unknown, after: unknown): PatchStep[] {
  const path = `/${name}`;
  if (sameJson(before, after)) return [];
  if (after === undefined) return [{ op: 'remove', path }];
  return [{ op: before === undefined ? 'add' : 'replace', path, value: after }];
}

/** The properties are scalars and lists of text, so their JSON tells whether they are the same. */
function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}
