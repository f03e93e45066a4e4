import { ApiCloud } from '../api/api-cloud.ts';
import { DOCUMENT_MANIFEST, DOCUMENT_PARAMS, DOCUMENT_VARS } from '../lambda/manifest/document-manifest.ts';
import { manifestOf } from '../lambda/manifest/manifest-world.ts';
import { TestCloud } from '../workflows/cloud.ts';

/** Manifests through the whole: API, queue, workflows, and what SageMaker comes to have. */

let api: ApiCloud;
let cloud: TestCloud;
let images = 0;
let image = '';
beforeAll(async () => {
  cloud = await TestCloud.start();
  api = new ApiCloud(cloud);
});
afterAll(async () => {
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});
beforeEach(async () => {
  await cloud.reset();
  images += 1;
  image = `image-${images}`;
  await cloud.image(image);
});

interface Told {
  readonly status: number;
  readonly done: boolean;
  readonly ok?: boolean;
  readonly resources: readonly Readonly<Record<string, unknown>>[];
}

async function ask(verb: 'plan' | 'build' | 'test' | 'teardown', body: object): Promise<Told> {
  const { status, body: answer } = await api.ask('POST', `/manifests/${verb}`, { body });
  if (status !== 200 && status !== 202) throw new Error(`${status}: ${JSON.stringify(answer)}`);
  return { ...Object(answer), status };
}

/** Asks again until it is done, as the command line does. */
async function driven(verb: 'build' | 'teardown', body: object): Promise<Told> {
  for (;;) {
    const told = await ask(verb, body);
    if (told.status === 200) return told;
    await cloud.cloud.clock.sleep(5_000);
  }
}

function inShort({ resources }: Told): string[] {
  return resources.map(({ name, action, status }) => `${name} ${action} ${status}`);
}

test('the document’s manifest as it stands is planned, built, tested, changed and torn down', async () => {
  const body = {
    manifest: DOCUMENT_MANIFEST,
    vars: DOCUMENT_VARS,
    params: { ...DOCUMENT_PARAMS, image_name: image },
  };
  expect(inShort(await ask('plan', body))).toEqual(['image_version create planned']);
  expect(await ask('build', body)).toMatchObject({ status: 202, done: false });
  expect(inShort(await driven('build', body))).toEqual(['image_version none done']);
  expect(await cloud.versions(image)).toEqual(['1 CREATED']);
  expect(await cloud.aliases(image, 1)).toEqual(['stable']);
  expect(await ask('test', body)).toMatchObject({ ok: true, done: true });

  const before = cloud.cloud.calls.counts()['CloudApiService.UpdateResource'];
  expect(await ask('build', body)).toMatchObject({
    status: 200,
    resources: [{ action: 'none', changes: [], version: 1 }],
  });
  expect(cloud.cloud.calls.counts()['CloudApiService.UpdateResource']).toEqual(before);

  const changed = { ...body, params: { ...body.params, release_notes: 'better', horovod: 'true' } };
  expect(await ask('test', changed)).toMatchObject({
    ok: false,
    resources: [
      {
        action: 'update',
        changes: [
          { property: 'Horovod', before: false, after: true },
          { property: 'ReleaseNotes', before: 'the first one', after: 'better' },
        ],
      },
    ],
  });
  expect(inShort(await driven('build', changed))).toEqual(['image_version none done']);

  const newer = { ...body, params: { ...body.params, base_image: 'registry/pytorch:2.7' } };
  expect(inShort(await driven('build', newer))).toEqual(['image_version none done']);
  expect(await cloud.versions(image)).toEqual(['1 CREATED', '2 CREATED']);
  expect(await cloud.aliases(image, 1)).toEqual([]);
  expect(await cloud.aliases(image, 2)).toEqual(['stable']);

  expect(inShort(await driven('teardown', newer))).toEqual(['image_version delete done']);
  expect(await cloud.versions(image)).toEqual(['1 CREATED']);
});

test('one resource uses what another exports, and they go in reverse; what is protected stays', async () => {
  const body = {
    manifest: manifestOf({
      base: {
        image_name: image,
        base_image: 'registry/base:1',
        $: { exports: ['version', 'container_image'] },
      },
      kept: { image_name: image, base_image: 'registry/kept:1', $: { protected: true } },
      derived: {
        image_name: image,
        base_image: 'registry/derived:1',
        alias: 'from-{{ version }}',
        release_notes: '{{ base.container_image }}',
      },
    }),
  };
  expect(inShort(await ask('build', body))).toEqual([
    'base create running',
    'kept create running',
    'derived create waiting',
  ]);
  expect(inShort(await driven('build', body))).toEqual([
    'base none done',
    'kept none done',
    'derived none done',
  ]);
  expect(await cloud.aliases(image, 3)).toEqual(['from-1']);

  const told = await driven('teardown', body);
  expect(inShort(told)).toEqual(['base delete done', 'kept keep done', 'derived delete done']);
  expect(await cloud.versions(image)).toEqual(['2 CREATED']);
});

test('in another region a version is built, found as it should be, changed and torn down', async () => {
  const there = 'eu-west-1';
  await cloud.image(image, there);
  const props = { image_name: image, base_image: 'registry/one:1', alias: 'stable', region: there };
  const body = { manifest: manifestOf({ one: props }) };
  await driven('build', body);
  expect(await cloud.versions(image, there)).toEqual(['1 CREATED']);
  expect(await ask('test', body)).toMatchObject({ ok: true, resources: [{ version: 1 }] });
  await driven('build', { manifest: manifestOf({ one: { ...props, release_notes: 'better' } }) });
  expect(inShort(await driven('teardown', body))).toEqual(['one delete done']);
  expect(await cloud.versions(image, there)).toEqual([]);
  expect(await cloud.versions(image)).toEqual([]);
});

test('two builds at once make one version', async () => {
  const body = { manifest: manifestOf({ one: { image_name: image, base_image: 'registry/one:1' } }) };
  const told = await Promise.all([ask('build', body), ask('build', body), ask('build', body)]);
  expect(new Set(told.map(({ resources }) => resources[0]?.operationId)).size).toBe(1);
  await driven('build', body);
  expect(await cloud.versions(image)).toEqual(['1 CREATED']);
});

test('what failed is told with AWS’s own error, and is tried again for whoever comes back', async () => {
  cloud.fault({ effect: { kind: 'create-failed', reason: 'CannotPull' } });
  const body = { manifest: manifestOf({ one: { image_name: image, base_image: 'registry/one:1' } }) };
  const failed = await driven('build', body);
  expect(failed).toMatchObject({
    done: true,
    resources: [
      {
        status: 'failed',
        error: { name: 'GeneralServiceException', message: expect.stringContaining('CannotPull') },
      },
    ],
  });
  expect(inShort(await ask('build', body))).toEqual(['one create failed']);

  cloud.cloud.faults.remove();
  await cloud.cloud.clock.sleep(60_000);
  expect(inShort(await driven('build', body))).toEqual(['one none done']);
  expect(await cloud.versions(image)).toEqual(['2 CREATED']);
});

test('what is right already is found to be so with three calls of AWS', async () => {
  const body = { manifest: manifestOf({ one: { image_name: image, base_image: 'registry/one:1' } }) };
  await driven('build', body);
  const calls = () => {
    const counts = cloud.cloud.calls.counts();
    const made = ['SageMaker.ListImageVersions', 'CloudApiService.GetResource', 'SageMaker.ListAliases'];
    return made.map((name) => Object.values(counts[name] ?? {}).reduce((sum, count) => sum + count, 0));
  };
  const before = calls();
  await ask('build', body);
  expect(calls().map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1, 1]);
});
