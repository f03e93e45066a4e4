import { misuse } from './failure.ts';
import { flag, one, several } from './options.ts';
import { namedValues } from './values.ts';

/** The properties of a version as options of the command. What they may be is the API's to say. */

/** Option, and the property's name in CloudFormation. */
const NAMES = {
  'base-image': 'BaseImage',
  'vendor-guidance': 'VendorGuidance',
  'job-type': 'JobType',
  'ml-framework': 'MLFramework',
  'programming-lang': 'ProgrammingLang',
  processor: 'Processor',
  horovod: 'Horovod',
  'release-notes': 'ReleaseNotes',
} as const;
type PropertyOption = keyof typeof NAMES;

/** What an update may remove, as the options have it. */
export const REMOVABLE: readonly string[] = Object.keys(NAMES).filter((name) => name !== 'base-image');

/** The same that an update may change. */
export const CHANGEABLE = {
  'vendor-guidance': one('vendor-guidance', 'NOT_PROVIDED, STABLE, TO_BE_ARCHIVED or ARCHIVED'),
  'job-type': one('job-type', 'TRAINING, INFERENCE or NOTEBOOK_KERNEL'),
  'ml-framework': one('ml-framework', 'A framework and its version, such as "PyTorch 2.6"'),
  'programming-lang': one('programming-lang', 'A language and its version, such as "Python 3.12"'),
  processor: one('processor', 'CPU or GPU'),
  horovod: flag('Whether it fits Horovod; --no-horovod says that it does not'),
  'release-notes': one('release-notes', 'A text of up to 255 characters'),
  property: several('property', 'Any property: NAME=TEXT, or NAME:=JSON, under CloudFormation’s names'),
} as const;

export const CREATABLE = {
  'base-image': one('base-image', 'The registry path of the container image'),
  alias: several('alias', 'An alias for the version; may be given more than once'),
  ...CHANGEABLE,
} as const;

type Given = { readonly [Option in PropertyOption]?: string | boolean | undefined } & {
  readonly property?: readonly string[] | undefined;
};

/** @throws CommandFailure where a property is given twice */
export function propertiesOf(given: Given): Record<string, unknown> {
  const properties = namedValues('--property', given.property ?? []);
  for (const [option, name] of Object.entries(NAMES) as [PropertyOption, string][]) {
    const value = given[option];
    if (value === undefined) continue;
    if (name in properties) throw misuse(`${name} is given by --${option} and by --property, wanted once.`);
    properties[name] = value;
  }
  return properties;
}

/**
 * Properties that are to be removed, as an update says it.
 *
 * @param names as CloudFormation or as the options have them
 * @throws CommandFailure where one is given a value as well
 */
export function removals(
  names: readonly string[],
  given: Readonly<Record<string, unknown>>,
): Record<string, null> {
  const removed: Record<string, null> = {};
  for (const name of names) {
    const property = name in NAMES ? NAMES[name as PropertyOption] : name;
    if (property in given)
      throw misuse(`--remove: ${property} is given a value as well, wanted one of the two.`);
    removed[property] = null;
  }
  return removed;
}
