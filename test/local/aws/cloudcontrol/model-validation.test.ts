import { IMAGE_SCHEMA } from '../../../../local/aws/cloudcontrol/image-schema.ts';
import { IMAGE_VERSION_SCHEMA } from '../../../../local/aws/cloudcontrol/image-version-schema.ts';
import { modelViolations } from '../../../../local/aws/cloudcontrol/model-validation.ts';

const version = { ImageName: 'alpha', BaseImage: 'repo:1' };
const image = { ImageName: 'alpha', ImageRoleArn: 'arn:aws:iam::000000000000:role/r' };

test('a good model has nothing wrong', () => {
  const whole = { ...version, Aliases: ['a'], Horovod: false, MLFramework: 'PyTorch 2.1', Version: 1 };
  expect(modelViolations(IMAGE_VERSION_SCHEMA, whole)).toEqual([]);
  expect(modelViolations(IMAGE_SCHEMA, { ...image, Tags: [{ Key: 'k', Value: '' }] })).toEqual([]);
});

test.each([
  [{ ImageName: 'alpha' }, '#: required key [BaseImage] not found'],
  [{ ...version, Nonsense: 1 }, '#: extraneous key [Nonsense] is not permitted'],
  [{ ...version, constructor: 1 }, '#: extraneous key [constructor] is not permitted'],
  [{ ...version, BaseImage: 5 }, '#/BaseImage: expected type: String, found: Integer'],
  [{ ...version, BaseImage: null }, '#/BaseImage: expected type: String, found: Null'],
  [{ ...version, Horovod: 'true' }, '#/Horovod: expected type: Boolean, found: String'],
  [{ ...version, Version: 1.5 }, '#/Version: expected type: Integer, found: BigDecimal'],
  [{ ...version, Version: 0 }, '#/Version: failed validation constraint for keyword [minimum]'],
  [{ ...version, Aliases: 'a' }, '#/Aliases: expected type: JSONArray, found: String'],
  [{ ...version, Aliases: ['ok', '.no'] }, '#/Aliases/1: failed validation constraint for keyword [pattern]'],
  [{ ...version, JobType: 'training' }, '#/JobType: failed validation constraint for keyword [enum]'],
  [{ ...version, ReleaseNotes: '' }, '#/ReleaseNotes: expected minLength: 1, actual: 0'],
  [{ ...version, BaseImage: 'x'.repeat(256) }, '#/BaseImage: expected maxLength: 255, actual: 256'],
])('%j: %s', (model, violation) => {
  expect(modelViolations(IMAGE_VERSION_SCHEMA, model)).toEqual([violation]);
});

test('structures and long lists are looked into', () => {
  const tag = { Key: 'k', Value: 'v' };
  expect(modelViolations(IMAGE_SCHEMA, { ...image, Tags: [tag, { Key: 'k', More: 1 }, 'x'] })).toEqual([
    '#/Tags/1: required key [Value] not found',
    '#/Tags/1: extraneous key [More] is not permitted',
    '#/Tags/2: expected type: JSONObject, found: String',
  ]);
  expect(modelViolations(IMAGE_SCHEMA, { ...image, Tags: Array(51).fill(tag) })).toEqual([
    '#/Tags: expected maximum item count: 50, found: 51',
  ]);
});
