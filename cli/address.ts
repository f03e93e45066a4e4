import type { Name } from './names.ts';

/** Where things are at the API: paths whose every part is a name, and queries. */

/** A path from its parts. Only checked names and numbers become parts, so that each stays one part. */
export function path(literals: TemplateStringsArray, ...parts: readonly (Name | number)[]): string {
  return literals
    .map((literal, nth) => {
      const part = parts[nth];
      return part === undefined ? literal : literal + escaped(String(part));
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
