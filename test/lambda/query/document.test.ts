import { parseStatement } from '../../../lambda/query/parse-statement.ts';
import type { Params, Statement } from '../../../lambda/query/statement.ts';
import { selectOf } from '../../fixtures/engine.ts';
import { DOCUMENT } from '../../fixtures/stackql-document.ts';

/** The statements of StackQL's document, as they stand. */

const ARN = 'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch/3';
const PARAMS = {
  image_name: 'pytorch',
  base_image: 'registry/image:1',
  region: 'us-east-1',
  image_version_arn: ARN,
  alias: 'stable',
  aliases: ['latest', '2'],
  vendor_guidance: 'STABLE',
  job_type: 'TRAINING',
  ml_framework: 'PyTorch 2.6',
  programming_lang: 'Python 3.12',
  processor: 'GPU',
  horovod: true,
  release_notes: "it's new",
};

const plain = (sql: string, params: Params = PARAMS): Partial<Statement> => parseStatement(sql, params);

test('a get reads one version', () => {
  const { reads, bindings } = selectOf(DOCUMENT.get, PARAMS);
  expect(reads).toMatchObject([
    { table: 'awscc.sagemaker.image_versions', regions: ['us-east-1'], identifiers: [ARN] },
  ]);
  expect(Object.values(bindings)).toEqual([ARN]);
});

test('a list reads a region', () => {
  const [read] = selectOf(DOCUMENT.list).reads;
  expect(read).toMatchObject({ table: 'awscc.sagemaker.image_versions_list_only', regions: ['us-east-1'] });
  expect(read?.identifiers).toBeUndefined();
});

test('an insert with the required properties', () => {
  expect(plain(DOCUMENT.insertRequired)).toEqual({
    kind: 'insert',
    hints: ['create'],
    region: 'us-east-1',
    properties: { ImageName: 'pytorch', BaseImage: 'registry/image:1' },
  });
});

const ALL = {
  Alias: 'stable',
  Aliases: ['latest', '2'],
  VendorGuidance: 'STABLE',
  JobType: 'TRAINING',
  MLFramework: 'PyTorch 2.6',
  ProgrammingLang: 'Python 3.12',
  Processor: 'GPU',
  Horovod: true,
  ReleaseNotes: "it's new",
};

test('an insert with all properties', () => {
  expect(plain(DOCUMENT.insertAll)).toEqual({
    kind: 'insert',
    hints: ['create'],
    region: 'us-east-1',
    properties: { ImageName: 'pytorch', BaseImage: 'registry/image:1', ...ALL },
  });
});

test('an insert leaves out what is optional and has no value', () => {
  const { image_name, base_image, region } = PARAMS;
  expect(plain(DOCUMENT.insertAll, { image_name, base_image, region, alias: null })).toMatchObject({
    properties: { ImageName: 'pytorch', BaseImage: 'registry/image:1' },
  });
});

test('an update says what is wanted', () => {
  expect(plain(DOCUMENT.update)).toEqual({
    kind: 'update',
    hints: ['update'],
    region: 'us-east-1',
    identifier: ARN,
    change: { kind: 'wanted', properties: ALL },
  });
});

test('an update says nothing of what has no value, removes what is null, and keeps "2" a text', () => {
  const { region, image_version_arn } = PARAMS;
  const params = { region, image_version_arn, alias: '2', release_notes: null, horovod: 'False' };
  expect(plain(DOCUMENT.update, params)).toMatchObject({
    change: { kind: 'wanted', properties: { Alias: '2', ReleaseNotes: null, Horovod: false } },
  });
});

test('a delete names its version', () => {
  expect(plain(DOCUMENT.delete)).toEqual({
    kind: 'delete',
    hints: ['delete'],
    region: 'us-east-1',
    identifier: ARN,
  });
});
