import { parseManifest } from '../../../lambda/manifest/manifest.ts';
import { fill } from '../../../lambda/manifest/placeholders.ts';
import { ManifestScope } from '../../../lambda/manifest/scope.ts';
import { charactersScanned } from '../../fixtures/counted-work.ts';

/** Texts of a caller at their size limit: each character is looked at a few times, and what is filled stays small. */

const LONGEST = 40_000;
const lookup = () => ({ kind: 'known', value: 'x' }) as const;

test.each(['{{', '{{ ', '{{a', '{{ a }} {{', '}}{{', '{{a}}', '{', '{{{'])(
  'a text of nothing but %j is looked through a few times',
  (piece) => {
    const text = piece.repeat(LONGEST / piece.length);
    expect(charactersScanned(() => fill(text, [], lookup))).toBeLessThan(10 * LONGEST);
  },
);

function manifestOf(globals: readonly { readonly name: string; readonly value: unknown }[]) {
  const read = parseManifest({
    ...{ version: 1, name: 'm', providers: ['aws'], globals },
    resources: [{ name: 'r', props: [] }],
  });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.manifest;
}

test.each([
  ['a text', (name: string) => `{{ ${name} }}{{ ${name} }}`],
  ['a list', (name: string) => [`{{ ${name} }}`, `{{ ${name} }}`]],
])('globals that each name the one before twice, in %s, are refused before they grow', (_, twice) => {
  const doubled = Array.from({ length: 99 }, (_unused, index) => ({
    name: `g${index + 1}`,
    value: twice(`g${index}`),
  }));
  const scope = new ManifestScope(manifestOf([{ name: 'g0', value: 'xx' }, ...doubled]), {
    vars: {},
    params: {},
  });
  expect(scope.faults[0]).toEqual({
    path: expect.stringMatching(/^\/globals\/1\d\/value/),
    message: expect.stringMatching(/^given more than 4000 characters with \{\{ g\d+ \}\}/),
  });
});
