import { type Fault, fault } from '../fault.ts';
import {
  Alias,
  CREATE_ONLY_PROPERTIES,
  CreatableProperties,
  READ_ONLY_PROPERTIES,
  SETTABLE_PROPERTIES,
  WANTED,
} from './properties.ts';
import type { PatchOperation } from './request.ts';

/**
 * What a JSON Patch shows to be wrong by itself, whatever the version has: places that no update may write, and values that
 * no version may have. What depends on the version is found when the update is planned (patch-document.ts).
 *
 * @returns faults whose paths are pointers into the patch
 */
export function patchFaults(patch: readonly PatchOperation[]): Fault[] {
  return patch.flatMap((operation, index) => [
    ...placesWritten(operation).flatMap(([field, place, goes]) => placeFault([index, field], place, goes)),
    ...valueFault(operation, index, patch.slice(index + 1)),
  ]);
}

/** The places that an operation writes, each with the field that names it, and whether what stands there goes. */
function placesWritten(operation: PatchOperation): [field: 'path' | 'from', place: string, goes: boolean][] {
  switch (operation.op) {
    case 'test':
      return [];
    case 'move':
      return [
        ['from', operation.from, true],
        ['path', operation.path, false],
      ];
    case 'remove':
      return [['path', operation.path, true]];
    case 'add':
    case 'replace':
    case 'copy':
      return [['path', operation.path, false]];
    default:
      return operation satisfies never;
  }
}

function placeFault(path: readonly PropertyKey[], place: string, goes: boolean): Fault[] {
  const property = propertyOf(place);
  if (READ_ONLY_PROPERTIES.some((one) => one === property)) {
    return [fault(path, place, 'another property: this one is read-only, SageMaker sets it')];
  }
  if (!SETTABLE_PROPERTIES.includes(property)) {
    return [fault(path, place, 'another property: no such property is known')];
  }
  if (goes && CREATE_ONLY_PROPERTIES.some((one) => one === property)) {
    return [fault(path, place, 'another property: every version has this one')];
  }
  return [];
}

/** A value counts where no later operation touches its property: what is replaced was never wanted of the version. */
function valueFault(operation: PatchOperation, index: number, later: readonly PatchOperation[]): Fault[] {
  if (operation.op !== 'add' && operation.op !== 'replace') return [];
  const property = propertyOf(operation.path);
  const touched = later.some((one) => placesOf(one).some((place) => propertyOf(place) === property));
  if (touched) return [];
  const schema = operation.path === `/${property}` ? schemaOf(property) : Alias;
  if (!schema || schema.safeParse(operation.value).success) return [];
  const wanted = WANTED[operation.path === `/${property}` ? property : 'Alias'] ?? '';
  return [fault([index, 'value'], operation.value, wanted)];
}

function placesOf(operation: PatchOperation): string[] {
  return 'from' in operation ? [operation.path, operation.from] : [operation.path];
}

function schemaOf(property: string) {
  const { shape } = CreatableProperties;
  return property in shape ? shape[property as keyof typeof shape] : undefined;
}

function propertyOf(place: string): string {
  return place.split('/')[1] ?? '';
}
