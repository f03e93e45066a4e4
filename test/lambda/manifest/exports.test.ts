import { ManifestWorld, manifestOf } from './manifest-world.ts';

/** What one resource exports, and what those after it make of it. */

let world: ManifestWorld;
beforeEach(() => {
  world = new ManifestWorld();
  world.images.image('base').image('derived');
});

const EXPORTS = ['version', 'image_version_arn', { base_image: 'origin' }, 'aliases', 'region', 'horovod'];
const chain = (more: object = {}) => ({
  manifest: manifestOf({
    base: {
      image_name: 'base',
      base_image: 'registry/base:1',
      aliases: ['stable'],
      ...more,
      $: { exports: EXPORTS },
    },
    derived: {
      image_name: 'derived',
      base_image: '{{ origin }}-derived',
      release_notes: 'from {{ base.image_version_arn }}',
      alias: 'v{{ version }}',
    },
  }),
});

test('a resource that uses them waits until they are known', async () => {
  expect(await world.resources('build', chain())).toMatchObject([
    { name: 'base', action: 'create', status: 'running', exports: {} },
    { name: 'derived', action: 'create', status: 'waiting' },
  ]);
  expect(world.operations()).toHaveLength(1);
  await world.work();
  await world.pass(5);
  expect(await world.told('build', chain())).toEqual(['base none done', 'derived create running']);
  expect(await world.driven('build', chain())).toEqual(['base none done', 'derived none done']);
  expect(world.images.find('derived', 1)).toMatchObject({
    aliases: ['v1'],
    properties: {
      BaseImage: 'registry/base:1-derived',
      ReleaseNotes: 'from arn:aws:sagemaker:us-east-1:123456789012:image-version/base/1',
    },
  });
  const [base] = await world.resources('build', chain());
  expect(base?.exports).toEqual({
    version: 1,
    image_version_arn: 'arn:aws:sagemaker:us-east-1:123456789012:image-version/base/1',
    origin: 'registry/base:1',
    aliases: ['stable'],
    region: 'us-east-1',
    horovod: null,
  });
});

test('a plan tells what is not known yet as it stands in the manifest', async () => {
  const [, derived] = await world.resources('plan', chain());
  expect(derived).toMatchObject({
    action: 'create',
    status: 'waiting',
    changes: [
      { property: 'ImageName', after: 'derived' },
      { property: 'BaseImage', after: '{{ origin }}-derived' },
      { property: 'ReleaseNotes', after: 'from {{ base.image_version_arn }}' },
      { property: 'Aliases', after: 'v{{ version }}' },
    ],
  });
});

test('a plan foresees what an update of the first means for the second; a build waits for it', async () => {
  const manifest = manifestOf({
    base: { image_name: 'base', base_image: 'b', release_notes: 'new', $: { exports: ['release_notes'] } },
    derived: { image_name: 'derived', base_image: 'd', release_notes: '{{ release_notes }}' },
  });
  world.images.create('base', { BaseImage: 'b', ReleaseNotes: 'old' });
  world.images.create('derived', { BaseImage: 'd', ReleaseNotes: 'old' });
  expect(await world.resources('plan', { manifest })).toMatchObject([
    { action: 'update', status: 'planned' },
    { action: 'update', status: 'planned', changes: [{ before: 'old', after: 'new' }] },
  ]);
  expect(await world.told('build', { manifest })).toEqual(['base update running', 'derived update waiting']);
  expect(await world.driven('build', { manifest })).toEqual(['base none done', 'derived none done']);
  expect(world.images.find('derived', 1)?.properties.ReleaseNotes).toBe('new');
});

test('what hangs on a resource that failed is blocked, and that is the end of it', async () => {
  await world.ask('build', chain());
  await world.work({ name: 'AccessDenied', message: 'no' });
  await world.pass(5);
  const { status, body } = await world.ask('build', chain());
  expect(status).toBe(200);
  expect(body).toMatchObject({
    done: true,
    resources: [
      { name: 'base', status: 'failed', error: { name: 'AccessDenied' } },
      {
        name: 'derived',
        status: 'blocked',
        error: { name: 'Blocked', message: expect.stringContaining('base') },
      },
    ],
  });
});

test('a value has the type that it has: a list stays a list, a number a number', async () => {
  const manifest = manifestOf({
    base: {
      image_name: 'base',
      base_image: 'b',
      aliases: ['x', 'y'],
      $: { exports: ['aliases', 'version'] },
    },
    derived: { image_name: 'derived', base_image: 'd', aliases: '{{ aliases }}' },
    third: { image_name: 'derived', base_image: 'e', alias: '{{ version }}' },
  });
  const told = await world.driven('build', { manifest });
  expect(told).toEqual(['base none done', 'derived none done', 'third none failed']);
  expect(world.images.find('derived', 1)?.aliases).toEqual(['x', 'y']);
  const [, , third] = await world.resources('build', { manifest });
  expect(third?.error).toEqual({
    name: 'InvalidInput',
    message:
      '/resources/2/props/2/value: given 1, wanted an alias: 1 to 128 of letters, digits, - _ . and no - or . in front',
  });
});

test('a value with braces and quotes in it stays a value', async () => {
  const release_notes = `it's "{{ base_image }}" {% x %} \${y} -- ; \\`;
  const manifest = manifestOf({
    base: {
      image_name: 'base',
      base_image: 'b',
      release_notes: '{{ release_notes }}',
      $: { exports: ['release_notes'] },
    },
    derived: { image_name: 'derived', base_image: 'd', release_notes: '<{{ base.release_notes }}>' },
  });
  await world.driven('build', { manifest, params: { release_notes } });
  expect(world.images.find('base', 1)?.properties.ReleaseNotes).toBe(release_notes);
  expect(world.images.find('derived', 1)?.properties.ReleaseNotes).toBe(`<${release_notes}>`);
});

test('what the caller gives comes before globals, and those before exports', async () => {
  const manifest = manifestOf(
    {
      base: {
        image_name: 'base',
        base_image: 'b',
        release_notes: 'exported',
        $: { exports: ['release_notes'] },
      },
      derived: { image_name: 'derived', base_image: 'd', release_notes: '{{ release_notes }}' },
    },
    { globals: [{ name: 'release_notes', value: 'global {{ vars.N }}' }] },
  );
  const [, global] = await world.resources('plan', { manifest, vars: { N: 3 } });
  expect(global?.changes.at(-1)).toEqual({ property: 'ReleaseNotes', after: 'global 3' });
  const params = { release_notes: 'given' };
  const [, given] = await world.resources('plan', { manifest, vars: { N: 3 }, params });
  expect(given?.changes.at(-1)).toEqual({ property: 'ReleaseNotes', after: 'given' });
});
