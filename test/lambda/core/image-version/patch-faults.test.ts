import { parseUpdate } from '../../../../lambda/core/image-version/request.ts';
import { SCOPE } from '../../../fixtures/scope.ts';

/** What a JSON Patch shows to be wrong by itself is a fault of the input, before anything is read. */

function faultsOf(patch: unknown): readonly { readonly path: string; readonly message: string }[] {
  const parsed = parseUpdate({ imageName: 'pytorch', version: 3, patch }, SCOPE);
  return parsed.ok ? [] : parsed.faults;
}

test.each([
  ['a read-only property is added', { op: 'add', path: '/Version', value: 4 }, '/patch/0/path'],
  ['a read-only property is replaced', { op: 'replace', path: '/ImageArn', value: 'x' }, '/patch/0/path'],
  ['a read-only property is removed', { op: 'remove', path: '/ContainerImage' }, '/patch/0/path'],
  ['a read-only property is moved', { op: 'move', from: '/Version', path: '/ReleaseNotes' }, '/patch/0/from'],
  [
    'a read-only property is copied to',
    { op: 'copy', from: '/BaseImage', path: '/ImageArn' },
    '/patch/0/path',
  ],
  ['an unknown property is added', { op: 'add', path: '/Colour', value: 'red' }, '/patch/0/path'],
  ['a create-only property is removed', { op: 'remove', path: '/BaseImage' }, '/patch/0/path'],
  ['a create-only property is moved', { op: 'move', from: '/ImageName', path: '/Alias' }, '/patch/0/from'],
  ['a value is none of the property', { op: 'add', path: '/Processor', value: 'TPU' }, '/patch/0/value'],
  ['a property is null', { op: 'replace', path: '/ReleaseNotes', value: null }, '/patch/0/value'],
  ['aliases are none', { op: 'add', path: '/Aliases', value: ['-no'] }, '/patch/0/value'],
  ['an alias is none', { op: 'add', path: '/Aliases/-', value: '-no' }, '/patch/0/value'],
  ['an alias is no text', { op: 'replace', path: '/Aliases/0', value: 3 }, '/patch/0/value'],
])('%s', (_what, operation, path) => {
  expect(faultsOf([operation])).toMatchObject([{ path }]);
});

test('every fault is reported at once, each in words', () => {
  expect(
    faultsOf([
      { op: 'add', path: '/Version', value: 4 },
      { op: 'remove', path: '/ImageName' },
      { op: 'add', path: '/Processor', value: 'TPU' },
    ]),
  ).toEqual([
    {
      path: '/patch/0/path',
      message: 'given "/Version", wanted another property: this one is read-only, SageMaker sets it',
    },
    {
      path: '/patch/1/path',
      message: 'given "/ImageName", wanted another property: every version has this one',
    },
    { path: '/patch/2/value', message: 'given "TPU", wanted CPU or GPU' },
  ]);
});

test.each([
  ['a test of a read-only property', [{ op: 'test', path: '/Version', value: 3 }]],
  ['a test of a value that no property has', [{ op: 'test', path: '/Processor', value: 'TPU' }]],
  ['a copy of a read-only property', [{ op: 'copy', from: '/ContainerImage', path: '/ReleaseNotes' }]],
  [
    'a value that a later operation replaces',
    [
      { op: 'add', path: '/Processor', value: 'TPU' },
      { op: 'replace', path: '/Processor', value: 'GPU' },
    ],
  ],
  [
    'a create-only property, whose value is compared later',
    [{ op: 'replace', path: '/BaseImage', value: 'x' }],
  ],
])('%s is left to what the version has', (_what, patch) => {
  expect(faultsOf(patch)).toEqual([]);
});
