import { misuse } from './failure.ts';

/** Where things are at the API: paths whose every part is a name, and queries. */

/**
 * A path from its parts. A part is given by a person and must stay one part: `..` would lead somewhere else.
 *
 * @throws CommandFailure where a part is nothing, `.` or `..`
 */
export function path(literals: TemplateStringsArray, ...parts: readonly (string | number)[]): string {
  return literals
    .map((literal, nth) => {
      const part = parts[nth];
      if (part === undefined) return literal;
      if (part === '' || part === '.' || part === '..') throw misuse(`Given "${part}", wanted a name.`);
      return literal + escaped(String(part));
    })
    .join('');
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/** `?a=1&b=2`, or nothing. Spaces are %20: a signature over `+` would be another one. */
export function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${escaped(name)}=${escaped(String(value))}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Percent-encoded as signatures have it: whatever is not a letter, a digit or one of - . _ ~ */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
