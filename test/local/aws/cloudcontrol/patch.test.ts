import { IMAGE_VERSION_SCHEMA } from '../../../../local/aws/cloudcontrol/image-version-schema.ts';
import { parsePatch, patchModel, refuseFixedProperties } from '../../../../local/aws/cloudcontrol/patch.ts';

const model = { ImageName: 'alpha', Processor: 'CPU', ReleaseNotes: 'old' };

function patch(...operations: object[]) {
  return parsePatch(JSON.stringify(operations));
}

test('operations are applied in order, to a copy', () => {
  const patched = patchModel(
    model,
    patch(
      { op: 'add', path: '/Aliases', value: ['a'] },
      { op: 'add', path: '/Aliases/-', value: 'b' },
      { op: 'replace', path: '/Processor', value: 'GPU' },
      { op: 'remove', path: '/ReleaseNotes' },
    ),
  );
  expect(patched).toEqual({ ImageName: 'alpha', Processor: 'GPU', Aliases: ['a', 'b'] });
  expect(model).toEqual({ ImageName: 'alpha', Processor: 'CPU', ReleaseNotes: 'old' });
});

test.each([
  [{ op: 'replace', path: '/Aliases', value: [] }, '[REPLACE Operation] noSuchPath in source'],
  [{ op: 'remove', path: '/Aliases' }, '[REMOVE Operation] noSuchPath in source'],
  [{ op: 'add', path: '/Aliases/0', value: 'a' }, '[ADD Operation] noSuchPath in source'],
  [{ op: 'test', path: '/Processor', value: 'GPU' }, '[TEST Operation] value differs from expectations'],
  [{ op: 'replace', path: '', value: {} }, '[REPLACE Operation] the path is empty'],
])('%j is refused: %s', (operation, message) => {
  expect(() => patchModel(model, patch(operation))).toThrow(message);
});

test.each([
  '{',
  '{}',
  '[{"op":"add","path":"/A"}]',
  '[{"op":"increase","path":"/A","value":1}]',
  '[{"op":"add","path":"A","value":1}]',
])('%s is no patch', (document) => {
  expect(() => parsePatch(document)).toThrow('PatchDocument is not');
});

test.each([
  [[{ op: 'replace', path: '/ImageName', value: 'alpha' }], 'createOnlyProperties [/properties/ImageName]'],
  [
    [
      { op: 'replace', path: '/BaseImage', value: 'x' },
      { op: 'move', from: '/ImageName', path: '/ReleaseNotes' },
    ],
    'createOnlyProperties [/properties/ImageName, /properties/BaseImage]',
  ],
  [[{ op: 'add', path: '/Version', value: 2 }], 'readOnlyProperties [/properties/Version]'],
])('%j touches what cannot be changed', (operations, names) => {
  expect(() => refuseFixedProperties(IMAGE_VERSION_SCHEMA, patch(...operations))).toThrow(
    `Invalid patch update: ${names} cannot be updated`,
  );
});

test('a test of a fixed property changes nothing', () => {
  const operations = patch({ op: 'test', path: '/ImageName', value: 'alpha' });
  expect(() => refuseFixedProperties(IMAGE_VERSION_SCHEMA, operations)).not.toThrow();
});
