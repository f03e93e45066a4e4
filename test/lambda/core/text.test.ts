import { PARSERS } from '../../../lambda/core/image-version/request.ts';
import { textFaults } from '../../../lambda/core/text.ts';
import { SCOPE } from '../../fixtures/scope.ts';

/** A string that no service stores as it was given is no text: it has NUL or half a surrogate pair in it. */

test.each([
  ['NUL', 'a\u0000b'],
  ['a high surrogate alone', 'a\ud83d'],
  ['a low surrogate alone', '\ude42b'],
  ['surrogates in the wrong order', '\ude42\ud83d'],
])('%s is a fault wherever it stands', (_what, text) => {
  expect(textFaults(text)).toMatchObject([{ path: '' }]);
  expect(textFaults({ a: [1, null, { b: text }] })).toMatchObject([{ path: '/a/2/b' }]);
  expect(textFaults({ [text]: 1 })).toHaveLength(1);
});

test('every other text is none', () => {
  expect(
    textFaults({ a: ['', '🙂', 'é', '\u0007', '\ufffd', '\uffff', 'a\nb'], b: 1, c: true, d: null }),
  ).toEqual([]);
});

test('a faulty text does not go out with its fault', () => {
  const [found] = textFaults({ ReleaseNotes: 'x\ud800\u0000' });
  expect(found?.message).toBe(
    'given "x\\ud800\\u0000", wanted text without NUL and without half a surrogate pair',
  );
  expect(found?.message.isWellFormed()).toBe(true);
});

describe('the input of a workflow, which anybody may start by hand', () => {
  const target = { imageName: 'pytorch', version: 3 };
  test.each([
    ['create', { properties: { ImageName: 'pytorch', BaseImage: 'x\u0000' } }, '/properties/BaseImage'],
    [
      'create',
      { properties: { ImageName: 'pytorch', BaseImage: 'x', ReleaseNotes: '\ud800' } },
      '/properties/ReleaseNotes',
    ],
    [
      'create',
      { properties: { ImageName: 'pytorch', BaseImage: 'x', Aliases: ['a\u0000'] } },
      '/properties/Aliases/0',
    ],
    ['update', { ...target, properties: { ReleaseNotes: 'a\u0000' } }, '/properties/ReleaseNotes'],
    ['update', { ...target, aliasesToAdd: ['a\ud800'] }, '/aliasesToAdd/0'],
    [
      'update',
      { ...target, patch: [{ op: 'add', path: '/ReleaseNotes', value: '\u0000' }] },
      '/patch/0/value',
    ],
  ] as const)('%s %j is refused', (kind, input, path) => {
    const parsed = PARSERS[kind](input, SCOPE);
    expect(parsed.ok ? [] : parsed.faults).toContainEqual(expect.objectContaining({ path }));
  });
});
