import {
  CREATE_ONLY_PROPERTIES,
  MUTABLE_PROPERTIES,
  READ_ONLY_PROPERTIES,
} from '../core/image-version/properties.ts';

/** How manifests spell the properties of a version: in snake_case, or as CloudFormation does. */

/** What a resource may say, under CloudFormation's names. */
export const SETTABLE: readonly string[] = [
  ...CREATE_ONLY_PROPERTIES,
  'Alias',
  'Aliases',
  ...MUTABLE_PROPERTIES,
];

const REGION = 'region';

/** What a resource may export, by the names that manifests have for it. */
const EXPORTABLE: ReadonlyMap<string, string> = new Map([
  ...[...SETTABLE, ...READ_ONLY_PROPERTIES].map((property) => [snakeCase(property), property] as const),
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

export const SETTABLE_NAMES = [...SETTABLE.map(snakeCase), REGION];
export const EXPORTABLE_NAMES = [...EXPORTABLE.keys()];

/** The known name that a slip of the keyboard is likely to have meant; undefined where none is near. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, '');
  // Nobody mistypes a name of this length, and the distance costs its square.
  if (given.length > 64) return undefined;
  const [best] = known
    .map((name) => ({ name, away: distance(plain(given), plain(name)) }))
    .toSorted((a, b) => a.away - b.away);
  return best && best.away <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined;
}

/** Letters to add, drop or change to make one of the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [at, other] of [...to].entries()) {
      const [left = 0, above = 0, both = 0] = [next[at], row[at + 1], row[at]];
      next.push(Math.min(left + 1, above + 1, both + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
