import fc from 'fast-check';
import { readBody } from '../../lambda/api/body.ts';
import { regionPlaceOf } from '../../lambda/api/cursor.ts';
import { preferredWait, readIdempotencyKey } from '../../lambda/api/headers.ts';
import { Problem } from '../../lambda/api/problem.ts';
import { wantedRepresentation } from '../../lambda/api/representation.ts';
import type { ApiRequest } from '../../lambda/api/request.ts';
import { PARSERS } from '../../lambda/core/image-version/request.ts';
import { subjectOf } from '../../lambda/core/image-version/subject.ts';
import { textFaults } from '../../lambda/core/text.ts';
import { parseManifest } from '../../lambda/manifest/manifest.ts';
import { readYaml } from '../../lambda/manifest/read-yaml.ts';
import { stepsOf } from '../fixtures/counted-steps.ts';
import { charactersScanned } from '../fixtures/counted-work.ts';
import { SCOPE } from '../fixtures/scope.ts';

/**
 * Each parser of a caller's text, on hostile text of the largest size that it is given: the steps that it takes are
 * bounded by the characters. Steps are counted (test/fixtures/counted-steps.ts), never time. What is quadratic, be it in the
 * items of eight characters, takes a hundred times as many at the least.
 */

const HEADER = 10_240;
const INPUT = 64 * 1024;
const STATEMENT = 256 * 1024;
/** Steps, and characters looked at by built-ins, for each character: the YAML of lists in lists takes the most, about 25. */
const MOST_STEPS = 80;

const request = (about: Partial<ApiRequest>): ApiRequest =>
  ({
    method: 'POST',
    path: '/',
    query: [],
    headers: {},
    requestId: 'r',
    receivedAt: 0,
    origin: 'https://api',
    caller: 'arn',
    ...about,
  }) as ApiRequest;

const json = (text: string) =>
  request({ headers: { 'content-type': 'application/json' }, body: Buffer.from(text) });

interface Parser {
  readonly longest: number;
  readonly read: (text: string) => unknown;
}

const ITEMS = (text: string) => text.match(/.{1,8}/gsu) ?? [];

const READERS: Readonly<Record<string, Parser>> = {
  'the YAML of a manifest': {
    longest: STATEMENT,
    read: (text) => {
      const read = readYaml(text);
      return read.ok && parseManifest(read.value);
    },
  },
  'a manifest of many fields': {
    longest: STATEMENT,
    read: (text) =>
      parseManifest(Object.fromEntries(ITEMS(text).map((item, index) => [`${item}${index}`, item]))),
  },
  'a body': { longest: INPUT, read: (text) => readBody(json(text), ['application/json']) },
  'the Accept header': {
    longest: HEADER,
    read: (accept) => wantedRepresentation(request({ headers: { accept } })),
  },
  'the Prefer header': {
    longest: HEADER,
    read: (prefer) => preferredWait(request({ headers: { prefer } }), 20),
  },
  'the Idempotency-Key header': {
    longest: HEADER,
    read: (key) => readIdempotencyKey(request({ headers: { 'idempotency-key': key } }), []),
  },
  'a cursor': { longest: HEADER, read: (cursor) => regionPlaceOf('list', cursor) },
  'the input of a create': {
    longest: INPUT,
    read: (text) =>
      PARSERS.create({ properties: { ImageName: text, BaseImage: text, Aliases: ITEMS(text) } }, SCOPE),
  },
  'the input of an update': {
    longest: INPUT,
    read: (text) =>
      PARSERS.update(
        {
          identifier: text,
          patch: ITEMS(text).map((path) => ({ op: 'add', path, value: text.slice(0, 64) })),
        },
        SCOPE,
      ),
  },
  'the input of an execution that is refused': {
    longest: INPUT,
    read: (text) => subjectOf('delete', { identifier: text, imageName: text }, SCOPE),
  },
  'text that may be no text': {
    longest: INPUT,
    read: (text) => textFaults({ [text.slice(0, 128)]: [text, ...ITEMS(text)] }),
  },
};

const PIECES = [
  ...[
    '[',
    '{',
    '{a: ',
    '"',
    "'",
    '"a" ',
    '"a": 1, ',
    '*a ',
    '&a ',
    '- ',
    '- - ',
    '? a\n',
    '|\n a\n',
    '!!x ',
    '---\n',
  ],
  ...[
    'a: b\n',
    '  a:\n',
    '# x\n',
    ' ',
    '\n',
    '\t',
    ',',
    ';',
    '=',
    'q=',
    '*/*,',
    'text/csv;q=0.1,',
    'wait=1,',
    '\\',
    '/',
  ],
  ...['a', '0', '-', '.', 'a-', 'a.', '%', '\u0000', '\ud800', 'é', 'arn:aws:sagemaker:', '{{ a }}', '~1'],
];

test.each(Object.entries(READERS))('%s', async (_what, { longest, read }) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('', 'version: 1\nresources:\n', '{"a": ', '"'),
      async (pieces, start) => {
        const piece = pieces.join('');
        const reading = () => {
          try {
            read(start + piece.repeat(Math.floor((longest - start.length) / piece.length)));
          } catch (error) {
            expect(error).toBeInstanceOf(Problem);
          }
        };
        expect(await stepsOf(reading)).toBeLessThan(MOST_STEPS * longest);
        expect(charactersScanned(reading)).toBeLessThan(MOST_STEPS * longest);
      },
    ),
    { numRuns: longest === STATEMENT ? 8 : 30 },
  );
});
