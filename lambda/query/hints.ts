import { suggestion } from '../core/names.ts';
import { QueryError } from './errors.ts';
import { HINTS, type Hint } from './statement.ts';
import { placeAt, type Tokens } from './tokens.ts';

/**
 * The hints: words in a comment that begins with `/*+`, with spaces or commas between them.
 *
 * @throws QueryError where a hint is unknown: one that is passed over would be taken for obeyed
 */
export function hintsOf({ source, comments }: Tokens): Hint[] {
  const hints = new Set<Hint>();
  for (const { text, start } of comments) {
    if (!text.startsWith('/*+')) continue;
    for (const { 0: word, index } of text.slice(0, -2).matchAll(/[^\s,/*+]+/g)) {
      const hint = HINTS.find((known) => known === word.toLowerCase());
      if (!hint) {
        const wanted = `wanted ${HINTS.join(', ')}${suggestion(word, HINTS)}`;
        throw new QueryError(`given the hint ${JSON.stringify(word.slice(0, 100))}, ${wanted}`, {
          place: placeAt(source, start + index),
        });
      }
      hints.add(hint);
    }
  }
  return [...hints];
}
