import { DOCUMENT_MANIFEST, DOCUMENT_PARAMS, DOCUMENT_VARS } from './document-manifest.ts';
import { ManifestWorld, manifestOf } from './manifest-world.ts';

/** Building by the API's door: what is made, changed and left, and what is told of it. */

let world: ManifestWorld;
beforeEach(() => {
  world = new ManifestWorld();
  world.images.image('pytorch');
});

const DOCUMENT = { manifest: DOCUMENT_MANIFEST, vars: DOCUMENT_VARS, params: DOCUMENT_PARAMS };
const simple = (props: object = {}) => ({
  manifest: manifestOf({ training: { image_name: 'pytorch', base_image: 'registry/pytorch:2.6', ...props } }),
});

describe('the document’s manifest as it stands', () => {
  test('is planned property by property, and nothing is sent', async () => {
    const { status, body } = await world.ask('plan', DOCUMENT);
    expect(status).toBe(200);
    expect(body).toEqual({
      name: 'stack name',
      done: false,
      resources: [
        {
          name: 'image_version',
          action: 'create',
          status: 'planned',
          imageName: 'pytorch',
          region: 'us-east-1',
          changes: [
            { property: 'ImageName', after: 'pytorch' },
            { property: 'BaseImage', after: 'registry/pytorch:2.6' },
            { property: 'VendorGuidance', after: 'STABLE' },
            { property: 'JobType', after: 'TRAINING' },
            { property: 'MLFramework', after: 'PyTorch 2.6' },
            { property: 'ProgrammingLang', after: 'Python 3.12' },
            { property: 'Processor', after: 'CPU' },
            { property: 'Horovod', after: false },
            { property: 'ReleaseNotes', after: 'the first one' },
            { property: 'Aliases', after: ['stable'] },
          ],
          exports: {},
        },
      ],
    });
    expect(world.api.orders).toEqual([]);
  });

  test('is built, and built again nothing changes and that is said', async () => {
    const first = await world.ask('build', DOCUMENT);
    expect(first).toMatchObject({ status: 202, headers: { 'retry-after': '5' }, body: { done: false } });
    await world.work();
    await world.pass(5);
    const second = await world.ask('build', DOCUMENT);
    expect(second).toMatchObject({
      status: 200,
      body: { done: true, resources: [{ action: 'none', status: 'done', version: 1, changes: [] }] },
    });
    expect(world.operations()).toEqual(['create pytorch 1 SUCCEEDED']);
    expect(world.images.find('pytorch', 1)).toMatchObject({
      aliases: ['stable'],
      properties: { BaseImage: 'registry/pytorch:2.6', Horovod: false, ReleaseNotes: 'the first one' },
    });
    expect((await world.ask('test', DOCUMENT)).body).toMatchObject({ ok: true, done: true });
  });

  test('says nothing of a property that the caller gives nothing for', async () => {
    const { image_name, base_image } = DOCUMENT_PARAMS;
    const [resource] = await world.resources('plan', { ...DOCUMENT, params: { image_name, base_image } });
    expect(resource?.changes.map(({ property }) => property)).toEqual(['ImageName', 'BaseImage']);
  });
});

test('a property that differs is updated, and no other is sent', async () => {
  world.images.create('pytorch', {
    BaseImage: 'registry/pytorch:2.6',
    ReleaseNotes: 'old',
    Processor: 'CPU',
  });
  const body = simple({ release_notes: 'new', processor: 'CPU' });
  expect((await world.ask('test', body)).body).toMatchObject({
    ok: false,
    resources: [{ changes: [{ property: 'ReleaseNotes', before: 'old', after: 'new' }] }],
  });
  expect(await world.told('build', body)).toEqual(['training update running']);
  expect(world.api.orders).toMatchObject([
    {
      kind: 'update',
      input: { region: 'us-east-1', imageName: 'pytorch', version: 1, properties: { ReleaseNotes: 'new' } },
    },
  ]);
  await world.work();
  await world.pass(5);
  expect(await world.told('build', body)).toEqual(['training none done']);
});

test.each([
  ['horovod', 'Horovod', false, true],
  ['vendor_guidance', 'VendorGuidance', 'NOT_PROVIDED', 'STABLE'],
])('%s is what it is where AWS tells nothing of it', async (name, property, untold, other) => {
  world.images.create('pytorch', { BaseImage: 'registry/pytorch:2.6' });
  expect(await world.told('plan', simple({ [name]: untold }))).toEqual(['training none done']);
  expect(await world.resources('plan', simple({ [name]: other }))).toMatchObject([
    { action: 'update', changes: [{ property, after: other }] },
  ]);
  world.images.update('pytorch', 1, { [property]: other });
  expect(await world.resources('plan', simple({ [name]: untold }))).toMatchObject([
    { action: 'update', changes: [{ property, before: other, after: untold }] },
  ]);
});

test('what is not said is left as it is, aliases as well', async () => {
  const properties = { BaseImage: 'registry/pytorch:2.6', ReleaseNotes: 'old' };
  world.images.create('pytorch', properties, ['stable', 'latest']);
  expect(await world.told('build', simple())).toEqual(['training none done']);
  expect(world.api.orders).toEqual([]);
});

describe('aliases', () => {
  beforeEach(() => {
    world.images.create('pytorch', { BaseImage: 'registry/pytorch:2.6' }, ['one', 'two']);
  });

  test.each([
    [
      'the whole set',
      { aliases: ['two', 'three'] },
      ['two', 'three'],
      { properties: { Aliases: ['two', 'three'] } },
    ],
    ['none', { aliases: [] }, [], { properties: { Aliases: [] } }],
    ['one more', { alias: 'three' }, ['one', 'two', 'three'], { aliasesToAdd: ['three'] }],
    [
      'a set and one more',
      { aliases: ['one'], alias: 'x' },
      ['one', 'x'],
      { properties: { Aliases: ['one', 'x'] } },
    ],
  ])('are said as %s', async (_name, props, after, input) => {
    const [resource] = await world.resources('build', simple(props));
    expect(resource?.changes).toEqual([{ property: 'Aliases', before: ['one', 'two'], after }]);
    expect(world.api.orders).toMatchObject([{ input }]);
    await world.work();
    await world.pass(5);
    expect(await world.told('build', simple(props))).toEqual(['training none done']);
  });

  test.each([
    ['in another order', { aliases: ['two', 'one'] }],
    ['of which one is among them', { alias: 'two' }],
    ['as nothing', { aliases: [null], alias: null }],
  ])('that are there already, %s, need nothing', async (_name, props) => {
    expect(await world.told('plan', simple(props))).toEqual(['training none done']);
  });
});

describe('which version is meant', () => {
  test('is settled by the base image: of several the one with the highest number', async () => {
    for (const BaseImage of ['registry/pytorch:2.6', 'other', 'registry/pytorch:2.6', 'other']) {
      world.images.create('pytorch', { BaseImage });
    }
    expect(await world.resources('plan', simple())).toMatchObject([{ action: 'none', version: 3 }]);
  });

  test('is a new one where the base image is new', async () => {
    world.images.create('pytorch', { BaseImage: 'registry/pytorch:2.5' }, ['stable']);
    const told = await world.driven('build', simple({ aliases: ['stable'] }));
    expect(told).toEqual(['training none done']);
    expect(world.images.states().map(({ version, aliases }) => [version, aliases])).toEqual([
      [1, []],
      [2, ['stable']],
    ]);
  });

  test.each(['CREATE_FAILED', 'DELETING'])('is none that is %s', async (status) => {
    world.images.create('pytorch', { BaseImage: 'registry/pytorch:2.6' });
    world.images.status('pytorch', 1, status);
    expect(await world.told('plan', simple())).toEqual(['training create planned']);
  });

  test('is one that somebody else is making', async () => {
    world.images.create('pytorch', { BaseImage: 'registry/pytorch:2.6' });
    world.images.status('pytorch', 1, 'CREATING');
    expect(await world.told('build', simple())).toEqual(['training create running']);
    expect(world.api.orders).toEqual([]);
  });

  test('is found without a call for each version where the inventory knows their base images', async () => {
    for (let nth = 0; nth < 20; nth += 1) world.images.create('pytorch', { BaseImage: `base-${nth}` });
    world.recorded.take(world.images.states());
    world.images.create('pytorch', { BaseImage: 'new' });
    world.calls.length = 0;
    const body = simple({ base_image: 'base-3' });
    expect(await world.resources('plan', body)).toMatchObject([{ action: 'none', version: 4 }]);
    // The one that the inventory does not know, and the one that it is.
    expect(world.calls.filter((method) => method === 'read')).toHaveLength(2);
    expect(await world.told('plan', simple())).toEqual(['training create planned']);
  });
});

test('an image that is not there is told of before anything is sent', async () => {
  const body = simple({ image_name: 'none' });
  const { status, body: answer } = await world.ask('build', body);
  expect(status).toBe(200);
  expect(answer).toMatchObject({
    done: true,
    resources: [
      {
        status: 'failed',
        error: { name: 'ImageNotFound', message: expect.stringContaining('none in us-east-1') },
      },
    ],
  });
  expect(world.api.orders).toEqual([]);
});

test('independent resources are ordered at once, in the manifest’s order', async () => {
  const body = {
    manifest: manifestOf({
      first: { image_name: 'pytorch', base_image: 'a' },
      second: { image_name: 'pytorch', base_image: 'b' },
    }),
  };
  expect(await world.told('build', body)).toEqual(['first create running', 'second create running']);
  expect(await world.driven('build', body)).toEqual(['first none done', 'second none done']);
  expect(world.images.find('pytorch', 1)?.properties.BaseImage).toBe('a');
});

test.each([[false], ['false'], [''], [0], [null], ['{{ wanted }}']])(
  'if: %p leaves a resource out',
  async (value) => {
    const body = {
      manifest: manifestOf({ training: { image_name: 'pytorch', base_image: 'a', $: { if: value } } }),
      params: { wanted: false },
    };
    expect(await world.told('build', body)).toEqual(['training skip done']);
    expect((await world.ask('test', body)).body).toMatchObject({ ok: true });
    expect(world.calls).toEqual([]);
  },
);

test.each([[true], ['yes'], [1], ['{{ wanted }}']])('if: %p keeps it', async (value) => {
  const body = {
    manifest: manifestOf({ training: { image_name: 'pytorch', base_image: 'a', $: { if: value } } }),
    params: { wanted: true },
  };
  expect(await world.told('plan', body)).toEqual(['training create planned']);
});

describe('what takes too long', () => {
  const several = {
    manifest: manifestOf({
      a: { image_name: 'pytorch', base_image: 'a' },
      b: { image_name: 'pytorch', base_image: 'b' },
    }),
  };

  test('to read is refused, and what to do is said', async () => {
    for (const BaseImage of ['c', 'd', 'e', 'f']) world.images.create('pytorch', { BaseImage });
    world.slowness = 10;
    const { status, body, headers } = await world.ask('build', several);
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('5');
    expect(body).toMatchObject({ detail: expect.stringContaining('divide it into several') });
    expect(world.api.orders).toEqual([]);
  });

  test('to order is ordered by the next one who asks', async () => {
    world.fate = () => {
      world.wait(10);
      return 'done';
    };
    expect(await world.told('build', several)).toEqual(['a create running', 'b create waiting']);
    world.fate = () => 'done';
    expect(await world.driven('build', several)).toEqual(['a none done', 'b none done']);
  });
});
