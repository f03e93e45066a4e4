import { DOCUMENT } from '../fixtures/stackql-document.ts';
import { versionArn } from '../workflows/cloud.ts';
import { QueryCloud } from './query-cloud.ts';

/** The document's statements as they stand, one after another, through the whole of it. */

let query: QueryCloud;
beforeAll(async () => {
  query = await QueryCloud.start();
  await query.inventory.cloud.image('pytorch');
});
afterAll(async () => {
  await query.stop();
  expect(query.inventory.cloud.unexpected).toEqual([]);
});

const given = {
  image_name: 'pytorch',
  base_image: 'registry/image:1',
  region: 'us-east-1',
  image_version_arn: versionArn('pytorch', 2),
};
const all = {
  ...given,
  alias: 'stable',
  aliases: ['2', 'latest'],
  vendor_guidance: 'STABLE',
  job_type: 'TRAINING',
  ml_framework: 'PyTorch 2.6',
  programming_lang: 'Python 3.12',
  processor: 'CPU',
  horovod: 'false',
  release_notes: "It's the first one -- and {{ good }}; really",
};

test('INSERT with the required properties makes a version', async () => {
  expect(await query.changed(DOCUMENT.insertRequired, given)).toMatchObject({
    kind: 'create',
    status: 'SUCCEEDED',
    version: 1,
    result: { effect: 'created', properties: { BaseImage: 'registry/image:1', Aliases: [] } },
  });
});

test('INSERT with all properties makes a version that has them', async () => {
  expect(await query.changed(DOCUMENT.insertAll, all)).toMatchObject({ status: 'SUCCEEDED', version: 2 });
});

test('SELECT with an Identifier gets every property, its aliases among them', async () => {
  const before = query.calls;
  const { rows, columns, calls } = await query.select(DOCUMENT.get, given);
  expect(rows).toEqual([
    {
      region: 'us-east-1',
      image_name: 'pytorch',
      image_arn: 'arn:aws:sagemaker:us-east-1:000000000000:image/pytorch',
      image_version_arn: versionArn('pytorch', 2),
      base_image: 'registry/image:1',
      container_image: expect.stringMatching(/image@sha256:/),
      version: 2,
      alias: '2',
      aliases: ['2', 'latest', 'stable'],
      vendor_guidance: 'STABLE',
      job_type: 'TRAINING',
      ml_framework: 'PyTorch 2.6',
      programming_lang: 'Python 3.12',
      processor: 'CPU',
      horovod: false,
      release_notes: "It's the first one -- and {{ good }}; really",
    },
  ]);
  expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toMatchObject({
    version: 'integer',
    aliases: 'array',
    horovod: 'boolean',
    processor: 'string',
  });
  expect(calls).toBe(2);
  // One for each of the two functions that were asked.
  expect(query.calls['CloudApiService.GetResource']).toBe((before['CloudApiService.GetResource'] ?? 0) + 2);
});

test('SELECT by the region alone lists the versions of every image', async () => {
  await query.inventory.cloud.image('sklearn');
  const { rows, calls } = await query.select(DOCUMENT.list);
  expect(rows).toEqual([
    { region: 'us-east-1', image_version_arn: versionArn('pytorch', 1) },
    { region: 'us-east-1', image_version_arn: versionArn('pytorch', 2) },
  ]);
  // The images, and the versions of each of the two.
  expect(calls).toBe(3);
});

test('UPDATE changes what differs and keeps the aliases that it does not name', async () => {
  const { aliases: _aliases, alias: _alias, ...rest } = all;
  const operation = await query.changed(DOCUMENT.update, {
    ...rest,
    vendor_guidance: 'TO_BE_ARCHIVED',
    processor: 'GPU',
  });
  expect(operation).toMatchObject({ kind: 'update', status: 'SUCCEEDED', result: { effect: 'updated' } });
  expect((await query.select(DOCUMENT.get, given)).rows).toMatchObject([
    { vendor_guidance: 'TO_BE_ARCHIVED', processor: 'GPU', aliases: ['2', 'latest', 'stable'] },
  ]);
});

test('the manifest is built, is then as it says, and is left alone when it is built again', async () => {
  const { aliases: _aliases, ...params } = { ...all, base_image: 'registry/image:2', alias: 'from-manifest' };
  const body = { manifest: DOCUMENT.manifest, vars: { AWS_REGION: 'us-east-1' }, params };
  const ask = async (verb: string) => {
    const reply = await query.inventory.api.ask('POST', `/manifests/${verb}`, { body });
    if (reply.status >= 300) throw new Error(JSON.stringify(reply.body));
    return reply.body;
  };
  await query.inventory.until(async () => ((await ask('build')).done === true ? true : undefined));
  expect(await ask('test')).toMatchObject({ ok: true, resources: [{ version: 3 }] });
  expect(await ask('build')).toMatchObject({ done: true, resources: [{ action: 'none', changes: [] }] });
});

test('DELETE takes the version away', async () => {
  expect(await query.changed(DOCUMENT.delete, given)).toMatchObject({ kind: 'delete', status: 'SUCCEEDED' });
  expect((await query.select(DOCUMENT.get, given)).rows).toEqual([]);
});
