import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseStatement } from '../../lambda/query/parse-statement.ts';
import { charactersScanned } from '../fixtures/counted-work.ts';

/** Texts of a caller at their size limit: the work grows as the text does. Steps are counted, never time. */

const LONGEST = 100_000;

/**
 * A regular expression without `^` that ends in `$` starts anew at each character, and scans to the end each time.
 * V8 does not count those steps, so the source is held to the rule.
 */
test('no regular expression looks for the end of a text from each of its characters', () => {
  const folder = `${import.meta.dirname}/../../lambda`;
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      [
        ...readFileSync(`${folder}/${file}`, 'utf8').matchAll(
          /[(=,!:&|]\s*(\/(?![/*^])[^\n]*?\$\/[a-z]*)[.,;)]/g,
        ),
      ].map(([, pattern]) => `${file} ${pattern}`),
    );
  expect(found.toSorted()).toEqual([
    // Of a media type of ours.
    'api/representation.ts /\\/.*$/',
    // Of SQLite's own message.
    'query/refusals.ts /too large to be represented as a JavaScript number: (.*)$/',
    // Of an ARN, that has been parsed.
    'query/sources/live-plan.ts /:image-version\\/(.*)\\/\\d+$/',
  ]);
});

const PIECES = [
  ...["'", '"', "''", '(', ')', '/*', '/* */', '--', '--\n', '{{', '{%', '{{ a }}', "'{{ a }}' ", '/*+ x */'],
  ...[
    'a',
    ' ',
    '\n',
    '1',
    '.',
    ',',
    '(a)',
    ' AND ',
    ' OR ',
    ' x IN (1)',
    ' CASE ',
    ' END ',
    ' JOIN t ',
    ';',
    'é',
    '[',
    '\\',
  ],
];
const STARTS = [
  '',
  'SELECT ',
  "SELECT '",
  'SELECT * FROM ',
  'SELECT * FROM t WHERE x = 1',
  'DELETE FROM ',
  'INSERT INTO ',
];

test('a statement at its size limit is read in work that grows as its text does', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...STARTS),
      fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 3 }),
      (start, pieces) => {
        const piece = pieces.join('');
        const work = (length: number) => {
          const text = `${start}${piece.repeat(Math.floor((length - start.length) / piece.length))}`;
          return charactersScanned(() => {
            try {
              parseStatement(text, { a: 'x' });
            } catch (error) {
              expect(error).toHaveProperty('name', 'QueryError');
            }
          });
        };
        expect(work(LONGEST)).toBeLessThan(60 * LONGEST);
      },
    ),
    { numRuns: 60 },
  );
});
