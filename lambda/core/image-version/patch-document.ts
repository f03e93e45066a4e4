import { applyPatch } from 'rfc6902';
import { type Fault, fault, schemaFaults, shown } from '../fault.ts';
import {
  ChangeableProperties,
  CREATE_ONLY_PROPERTIES,
  type FullModel,
  MUTABLE_PROPERTIES,
  READ_ONLY_PROPERTIES,
  type ReadableModel,
  WANTED,
} from './properties.ts';
import type { PatchOperation, UpdateRequest } from './request.ts';

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
  if (faults.length > 0) return { outcome: 'invalid', faults };

  const wantedAliases = aliasesAfter(request, applied.model);
  const patch = MUTABLE_PROPERTIES.flatMap((name) => stepFor(name, current[name], applied.model[name]));
  if (patch.length === 0 && sameSet(aliases, wantedAliases)) return { outcome: 'unchanged' };
  return { outcome: 'patch', patch: [...patch, aliasesStep(wantedAliases)], aliases: wantedAliases };
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
          ...withoutNull(current, wanted),
          Aliases: Alias === undefined ? aliases : [...aliases, Alias],
        },
      };
    }
  }
}

/** RFC 7396: `null` removes, absence leaves. */
function withoutNull(current: FullModel, wanted: Readonly<Record<string, unknown>>): ReadableModel {
  return Object.fromEntries(
    Object.entries({ ...current, ...wanted }).map(([name, value]) => [
      name,
      value === null ? undefined : value,
    ]),
  );
}

function applyJsonPatch(patch: readonly PatchOperation[], current: FullModel): Applied {
  const model: ReadableModel & { Aliases?: unknown } = structuredClone(current);
  const faults = applyPatch(model, structuredClone([...patch])).flatMap((error, index) => {
    const operation = patch[index];
    if (error === null || operation === undefined) return [];
    const what = `${operation.op} ${operation.path}`;
    return [{ path: `/patch/${index}`, message: `${what} does not apply: ${error.message || error.name}` }];
  });
  if (faults.length > 0) return { ok: false, faults };
  const single = model.Alias;
  if (single === undefined) return { ok: true, model: { ...model, Aliases: model.Aliases ?? [] } };
  const { Alias: _single, ...rest } = model;
  return { ok: true, model: { ...rest, Aliases: [...asList(model.Aliases), single] } };
}

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

/** What a JSON Patch may have done that no version can be. */
function faultsOf(before: FullModel, after: ReadableModel): Fault[] {
  const readOnly = changesOf(READ_ONLY_PROPERTIES, before, after).map((name) =>
    fault([name], after[name], `${shown(before[name])}: this property is read-only, SageMaker sets it`),
  );
  const fixed: readonly string[] = [...READ_ONLY_PROPERTIES, ...CREATE_ONLY_PROPERTIES];
  // Only what the caller changed is judged: the type may have gained a property that is not known here.
  const changed = Object.fromEntries(
    Object.entries(after).filter(
      ([name, value]) => !fixed.includes(name) && value !== undefined && !sameJson(before[name], value),
    ),
  );
  const parsed = ChangeableProperties.safeParse(changed);
  if (parsed.success) return readOnly;
  const unknown = (path: readonly PropertyKey[], given: unknown): Fault =>
    fault(path, given, 'nothing: no such property is known');
  return [...readOnly, ...schemaFaults(parsed.error, changed, WANTED, unknown)];
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
