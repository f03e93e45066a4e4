import * as z from 'zod/mini';
import {
  Alias,
  CreatableProperties,
  ImageName,
  WantedProperties,
} from '../../../../lambda/core/image-version/properties.ts';

const base = { ImageName: 'pytorch', BaseImage: 'registry/pytorch:2.6' };

const accepted: readonly (readonly [string, unknown])[] = [
  ['ImageName', 'a'],
  ['ImageName', 'a.b-c'],
  ['ImageName', 'x'.repeat(63)],
  ['BaseImage', 'x'.repeat(255)],
  ['Alias', '_latest'],
  ['Alias', 'x'.repeat(128)],
  ['Aliases', []],
  ['Aliases', ['a', '1.0', 'a_b-c']],
  ['VendorGuidance', 'ARCHIVED'],
  ['JobType', 'NOTEBOOK_KERNEL'],
  ['MLFramework', 'PyTorch 2.6'],
  ['MLFramework', 'PyTorch2.6.0'],
  ['ProgrammingLang', 'Python 3.12'],
  ['Processor', 'GPU'],
  ['Horovod', false],
  ['ReleaseNotes', 'two\nlines'],
];
test.each(accepted)('%s may be %j', (property, value) => {
  expect(z.safeParse(CreatableProperties, { ...base, [property]: value }).success).toBe(true);
});

const refused: readonly (readonly [string, unknown])[] = [
  ['ImageName', ''],
  ['ImageName', '-a'],
  ['ImageName', 'a-'],
  ['ImageName', 'a--b'],
  ['ImageName', 'a_b'],
  ['ImageName', 'x'.repeat(64)],
  ['ImageName', 'a\n'],
  ['ImageName', null],
  ['BaseImage', ''],
  ['BaseImage', 'two\nlines'],
  ['BaseImage', 'x'.repeat(256)],
  ['Alias', '.a'],
  ['Alias', '-a'],
  ['Alias', 'a b'],
  ['Alias', 'a\u0000'],
  ['Alias', 'x'.repeat(129)],
  ['Aliases', 'a'],
  ['Aliases', ['a', null]],
  ['Aliases', ['a', '']],
  ['Aliases', Array.from({ length: 101 }, (_, index) => `a${index}`)],
  ['VendorGuidance', 'stable'],
  ['JobType', ''],
  ['MLFramework', 'PyTorch'],
  ['MLFramework', 'PyTorch  2.6'],
  ['MLFramework', 'PyTorch 2.6.1.0'],
  ['ProgrammingLang', 'Python 3'],
  ['Processor', 'TPU'],
  ['Horovod', 'true'],
  ['Horovod', null],
  ['ReleaseNotes', ''],
  ['ReleaseNotes', 'x'.repeat(256)],
  ['Version', 3],
  ['ImageArn', 'arn'],
  ['Tags', []],
  ['imageName', 'a'],
];
test.each(refused)('%s may not be %j', (property, value) => {
  expect(z.safeParse(CreatableProperties, { ...base, [property]: value }).success).toBe(false);
});

test.each([
  ['VendorGuidance'],
  ['JobType'],
  ['MLFramework'],
  ['ProgrammingLang'],
  ['Processor'],
  ['Horovod'],
  ['ReleaseNotes'],
  ['Aliases'],
])('an update may remove %s by null', (property) => {
  expect(z.safeParse(WantedProperties, { [property]: null }).success).toBe(true);
});

test.each([['ImageName'], ['BaseImage'], ['Alias']])('an update may not remove %s', (property) => {
  expect(z.safeParse(WantedProperties, { [property]: null }).success).toBe(false);
});

test('names are refused in time that grows with their length alone', () => {
  // Patterns that backtrack would not come back from these.
  expect(z.safeParse(ImageName, `${'a'.repeat(60)}!`).success).toBe(false);
  expect(z.safeParse(Alias, `${'a-'.repeat(60)}!`).success).toBe(false);
});
