import { READ_ONLY_PROPERTIES, SETTABLE_PROPERTIES } from '../core/image-version/properties.ts';
import { nearest } from '../core/names.ts';

/** How manifests spell the properties of a version: in snake_case, or as CloudFormation does. */

const REGION = 'region';

/** What a resource may export, by the names that manifests have for it. */
const EXPORTABLE: ReadonlyMap<string, string> = new Map([
  ...[...SETTABLE_PROPERTIES, ...READ_ONLY_PROPERTIES].map(
    (property) => [snakeCase(property), property] as const,
  ),
  [REGION, REGION],
]);

/** `MLFramework` is `ml_framework`. */
export function snakeCase(property: string): string {
  return property
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** CloudFormation's name of a property, `region` for the region; undefined where there is none of that name. */
export function propertyNamed(name: string): string | undefined {
  const property = EXPORTABLE.get(name);
  if (property !== undefined) return property;
  return [...EXPORTABLE.values()].find((one) => one === name);
}

/** What a fault says of the names that a resource may use. */
export function namesInsteadOf(given: string, wanted: readonly string[]): string {
  const near = nearest(given, wanted);
  const all = wanted.join(', ');
  return near === undefined ? `one of ${all}` : `${near}, or another of ${all}`;
}

/** Every spelling of what a resource may export. */
export const EXPORTABLE_SPELLINGS = [...new Set([...EXPORTABLE.keys(), ...EXPORTABLE.values()])];
/** Every spelling of what a resource may set. */
export const SETTABLE_SPELLINGS = [
  ...new Set([...SETTABLE_PROPERTIES.map(snakeCase), ...SETTABLE_PROPERTIES, REGION]),
];
export const SETTABLE_NAMES = [...SETTABLE_PROPERTIES.map(snakeCase), REGION];
export const EXPORTABLE_NAMES = [...EXPORTABLE.keys()];
