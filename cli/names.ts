import { misuse } from './failure.ts';

/**
 * The names that may be part of an address. API Gateway decodes a path before it looks for the route: `2%3F` arrives as
 * `2?`, and `demo%2Fversions%2F2` as another path. So a name is checked here, against the API's own limits, before an
 * address is made of it.
 */

/** A name that was checked. */
export type Name = string & { readonly checked: unique symbol };

interface Kind {
  readonly pattern: RegExp;
  readonly longest: number;
  /** What a message calls the value that was given. */
  readonly what: string;
  readonly wanted: string;
  readonly next: readonly string[];
}

const IMAGE: Kind = {
  pattern: /^[A-Za-z0-9]([-.]?[A-Za-z0-9])*$/,
  longest: 63,
  what: 'image',
  wanted: 'the name of an image: 1 to 63 letters and digits, with single - or . between them',
  next: ['image-versions list --images   shows the names of the images'],
};
const ALIAS: Kind = {
  pattern: /^(?![.-])[A-Za-z0-9-_.]+$/,
  longest: 128,
  what: 'alias',
  wanted: 'an alias: 1 to 128 letters, digits, - _ and ., without - or . in front',
  next: ['image-versions aliases IMAGE   shows the aliases of an image'],
};
const OPERATION: Kind = {
  pattern: /^[A-Za-z0-9!'()+.=@_-]+$/,
  longest: 80,
  what: 'operation',
  wanted: "the id of an operation: 1 to 80 letters, digits and ! ' ( ) + . = @ _ -",
  next: ['image-versions operations list   shows the ids of the operations'],
};
const SNAPSHOT: Kind = {
  pattern: /^(latest|[a-z]{2}(-[a-z]+)+-\d-[1-9]\d{0,8})$/,
  longest: 80,
  what: 'snapshot',
  wanted: 'the id of a snapshot, such as us-east-1-42, or latest',
  next: ['image-versions snapshots list   shows the ids of the snapshots'],
};

/** @throws CommandFailure if the text is not the name of an image */
export const imageName = (given: string): Name => checked(IMAGE, given);
/** @throws CommandFailure if the text is not an alias */
export const aliasName = (given: string): Name => checked(ALIAS, given);
/** @throws CommandFailure if the text is not the id of an operation */
export const operationName = (given: string): Name => checked(OPERATION, given);
/** @throws CommandFailure if the text is neither the id of a snapshot nor `latest` */
export const snapshotName = (given: string): Name => checked(SNAPSHOT, given);

/** @throws CommandFailure if the text is not the number of a version */
export function versionNumber(given: string): number {
  if (/^[1-9]\d{0,14}$/.test(given)) return Number(given);
  throw misuse(`Given version "${given}", wanted the number of a version.`, [
    'image-versions get IMAGE ALIAS   shows the number of the version that an alias points to',
  ]);
}

function checked({ pattern, longest, what, wanted, next }: Kind, given: string): Name {
  // `.` and `..` fit the pattern of operation ids, and would lead somewhere else.
  if (given.length <= longest && pattern.test(given) && !/^\.{1,2}$/.test(given)) return given as Name;
  throw misuse(`Given ${what} "${given}", wanted ${wanted}.`, next);
}
