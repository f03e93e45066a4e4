import fc from 'fast-check';
import { DOCUMENT_MANIFEST, DOCUMENT_PARAMS, DOCUMENT_VARS } from './document-manifest.ts';
import { ManifestWorld, manifestOf } from './manifest-world.ts';

/** Bodies that are none: every fault is told at once with its place, and nothing is read or sent. */

let world: ManifestWorld;
beforeEach(() => {
  world = new ManifestWorld();
  world.images.image('pytorch');
});
afterEach(() => {
  expect(world.api.orders).toEqual([]);
  expect(world.calls).toEqual([]);
});

async function faults(body: unknown): Promise<string[]> {
  const { status, body: answer } = await world.ask('build', Object(body));
  expect({ status, type: answer.type }).toEqual({
    status: 422,
    type: '/openapi.json#/x-problems/invalid-body',
  });
  return Object(answer).errors.map(
    ({ pointer, detail }: { pointer: string; detail: string }) => `${pointer} ${detail}`,
  );
}

const PROPS = { image_name: 'pytorch', base_image: 'a' };
const of = (props: object, more: object = {}) => ({
  manifest: manifestOf({ one: { ...PROPS, ...props } }, more),
});

test('of the body itself', async () => {
  expect(await faults({ manifest: 3, vars: [], colour: 'red' })).toEqual([
    '/manifest given 3, wanted a manifest: YAML as a text, or the same as an object',
    '/vars given [], wanted an object: values of {{ vars.NAME }} by name',
    '/colour given "red", wanted nothing: the fields here are manifest, vars and params',
  ]);
  expect(await faults({})).toEqual([expect.stringContaining('/manifest given nothing')]);
});

test('of the manifest’s form, all at once', async () => {
  const found = await faults({
    manifest: {
      version: 2,
      name: 7,
      provider: 'aws',
      providers: 'aws',
      globals: [{ nam: 'region', value: 1 }],
      resources: [{ name: 'two words', type: 'query', props: {}, protect: true, protected: ['secret'] }],
    },
  });
  expect(found.toSorted()).toEqual([
    '/manifest/globals/0/nam given "region", wanted nothing: the fields here are name, value, description; is name meant?',
    '/manifest/globals/0/name given nothing, wanted a name: a letter or _, then letters, digits, _ and -',
    '/manifest/name given 7, wanted a name: a letter or _, then letters, digits, _ and -',
    '/manifest/provider given "aws", wanted nothing: the fields here are version, name, description, providers, globals, resources; is providers meant?',
    '/manifest/providers given "aws", wanted a list of providers with aws or awscc in it',
    '/manifest/resources/0/name given "two words", wanted a name: a letter or _, then letters, digits, _ and -',
    '/manifest/resources/0/props given {}, wanted a list of properties, each with name and value',
    '/manifest/resources/0/protect given true, wanted nothing: the fields here are name, type, description, props, exports, protected, if; is protected meant?',
    '/manifest/resources/0/protected given ["secret"], wanted true or false: whether a teardown leaves it',
    '/manifest/resources/0/type given "query", wanted resource, or nothing: no other kind is known here',
    '/manifest/version given 2, wanted 1, the version of the form that manifests have',
  ]);
});

test.each([
  [
    'a property that is not known',
    of({ base_imagee: 'b' }),
    '/manifest/resources/0/props/2/name given "base_imagee", wanted base_image, or another of image_name',
  ],
  [
    'a property that only SageMaker sets',
    of({ version: 3 }),
    '/manifest/resources/0/props/2/name given "version", wanted a property that can be set',
  ],
  [
    'a property twice, in both spellings',
    of({ BaseImage: 'b' }),
    '/manifest/resources/0/props/2/name given "BaseImage", wanted each property once',
  ],
  [
    'a value that no version can have',
    of({ processor: 'TPU' }),
    '/manifest/resources/0/props/2/value given "TPU", wanted CPU or GPU',
  ],
  ['an alias in a list', of({ aliases: ['ok', '-x'] }), '/manifest/resources/0/props/2/value/1 given "-x"'],
  [
    'an object as a value',
    of({ release_notes: { a: 1 } }),
    '/manifest/resources/0/props/2/value given {"a":1}',
  ],
  [
    'a required property that is missing',
    { manifest: manifestOf({ one: { image_name: 'pytorch' } }) },
    '/manifest/resources/0/props given nothing, wanted a property base_image: it is required',
  ],
  [
    'a required property without a value',
    of({ base_image: '{{ base_image }}' }),
    '/manifest/resources/0/props/1/value given no value for {{ base_image }}, wanted one in params or globals',
  ],
  [
    'a required property that is null',
    of({ base_image: null }),
    '/manifest/resources/0/props/1/value given nothing',
  ],
  [
    'a placeholder of another name without a value',
    { ...of({ release_notes: '{{ notes }}' }), params: { note: 'x' } },
    '/manifest/resources/0/props/2/value given no value for {{ notes }}, wanted one in params or globals, or exported by an earlier resource; is note meant?',
  ],
  [
    'a placeholder without a value within a text',
    of({ release_notes: 'about {{ release_notes }}' }),
    '/manifest/resources/0/props/2/value given no value for {{ release_notes }}',
  ],
  [
    'vars that the caller does not give',
    of({}, { globals: [{ name: 'region', value: '{{ vars.AWS_REGION }}' }] }),
    '/manifest/globals/0/value given no value for {{ vars.AWS_REGION }}, wanted one in vars, under AWS_REGION',
  ],
  [
    'a filter',
    of({ release_notes: '{{ notes | upper }}' }),
    '/manifest/resources/0/props/2/value given "{{ notes | upper }}", wanted placeholders like {{ name }}',
  ],
  [
    'braces that are not closed',
    of({ release_notes: 'x {{ notes' }),
    '/manifest/resources/0/props/2/value given "x {{',
  ],
  [
    'a list within a text',
    { ...of({ release_notes: 'x {{ list }}' }), params: { list: ['a'] } },
    '/manifest/resources/0/props/2/value given ["a"], wanted a text, a number, true or false as {{ list }}',
  ],
  [
    'a region that is not configured',
    of({ region: 'mars-1' }),
    '/manifest/resources/0/props/2/value given "mars-1", wanted one of the configured regions (us-east-1, eu-west-1)',
  ],
  [
    'a region for all that is not configured',
    of({}, { globals: [{ name: 'region', value: 'mars-1' }] }),
    '/manifest/globals region: given "mars-1", wanted one of the configured regions',
  ],
  [
    'another provider',
    of({}, { providers: ['azure'] }),
    '/manifest/providers given ["azure"], wanted a list',
  ],
  [
    'no resources',
    { manifest: { version: 1, name: 'x', providers: ['aws'], resources: [] } },
    '/manifest/resources',
  ],
  [
    'more resources than one may have',
    {
      manifest: manifestOf(
        Object.fromEntries(
          Array.from({ length: 51 }, (_, nth) => [`r${nth}`, { ...PROPS, base_image: `b${nth}` }]),
        ),
      ),
    },
    '/manifest/resources given',
  ],
  [
    'an export that is no property',
    of({ $: { exports: ['versions'] } }),
    '/manifest/resources/0/exports/0 given "versions", wanted version, or another of',
  ],
  [
    'an export under two names at once',
    of({ $: { exports: [{ version: 'a', image_arn: 'b' }] } }),
    '/manifest/resources/0/exports/0 given',
  ],
  [
    'a value that is not given',
    { manifest: { ...manifestOf({}), resources: [{ name: 'a', props: [{ name: 'alias' }] }] } },
    '/manifest/resources/0/props/0/value given nothing, wanted a value',
  ],
  [
    'a condition on nothing',
    of({ $: { if: '{{ wanted }}' } }),
    '/manifest/resources/0/if given no value for {{ wanted }}',
  ],
])('%s', async (_name, body, fault) => {
  expect(await faults(body)).toEqual(expect.arrayContaining([expect.stringContaining(fault)]));
});

describe('of several resources', () => {
  const two = (one: object, other: object, more: object = {}) => ({
    manifest: manifestOf({ one: { ...PROPS, ...one }, other: { ...PROPS, ...other } }, more),
  });

  test('that mean the same version', async () => {
    expect(await faults(two({}, { alias: 'x' }))).toEqual([
      '/manifest/resources/1/props/1/value given "a", wanted a base image that no other resource makes a version of pytorch from; one does',
    ]);
  });

  test('that want the same alias', async () => {
    const [fault] = await faults(two({ alias: 'stable' }, { base_image: 'b', aliases: ['stable'] }));
    expect(fault).toContain(
      '/manifest/resources/1/props/2/value given "stable", wanted an alias of pytorch that',
    );
  });

  test('of one name', async () => {
    const manifest = Object(manifestOf({ one: PROPS }));
    const [resource] = manifest.resources;
    expect(await faults({ manifest: { ...manifest, resources: [resource, resource] } })).toEqual([
      '/manifest/resources/1/name given "one", wanted a name that nothing before it has',
    ]);
  });

  test.each([
    [
      'later',
      { release_notes: '{{ other.version }}' },
      { base_image: 'b', $: { exports: ['version'] } },
      'other comes later',
    ],
    ['not exported', {}, { base_image: '{{ one.version }}' }, 'one that one exports, which is nothing'],
    [
      'skipped',
      { $: { exports: ['version'], if: false } },
      { base_image: '{{ one.version }}' },
      'which its if leaves out',
    ],
  ])('of which one uses what is %s', async (_name, one, other, fault) => {
    expect(await faults(two(one, other))).toEqual([expect.stringContaining(fault)]);
  });

  test('of which two export what a third uses', async () => {
    const manifest = manifestOf({
      one: { ...PROPS, $: { exports: ['version'] } },
      two: { ...PROPS, base_image: 'b', $: { exports: ['version'] } },
      three: { ...PROPS, base_image: 'c{{ version }}' },
    });
    expect(await faults({ manifest })).toEqual([
      expect.stringContaining('{{ one.version }} or {{ two.version }}'),
    ]);
  });
});

describe('of the YAML', () => {
  test.each([
    ['nothing', '', '/manifest given no YAML, wanted a manifest'],
    ['a comment', '# nothing', '/manifest given no YAML'],
    ['a text', 'hello', '/manifest given "hello", wanted a manifest: an object'],
    ['two documents', 'version: 1\n---\nversion: 1', '/manifest line 2, column 1: given another document'],
    ['what is no YAML', 'a: [1\nb: }', '/manifest line 2, column 1: '],
    [
      'a name twice',
      'version: 1\nversion: 1',
      '/manifest/version line 2, column 1: given "version" a second time',
    ],
    ['an alias', 'a: &x [1]\nb: *x', '/manifest/b line 2, column 4: given the alias *x'],
    [
      'a merge of an alias',
      'a: &x {b: 1}\nc:\n  <<: *x',
      '/manifest/c/<< line 3, column 7: given the alias *x',
    ],
    ['a tag', 'a: !!js/function x', '/manifest line 1, column 4: Unresolved tag'],
    ['a key that is no text', '1: a', '/manifest line 1, column 1: given a key that is no text'],
    ['a list as a key', '? [a]\n: b', '/manifest line 1, column 3: given a key that is no text'],
    ['infinity', 'a: .inf', '/manifest/a line 1, column 4: given ".inf", wanted a number that can be kept'],
    [
      'a zero that would be lost',
      'tag: 2.10',
      '/manifest/tag line 1, column 6: given "2.10", wanted a number that can be kept as it is written (this would be 2.1); in quotes it is a text',
    ],
    ['a number in another notation', 'tag: 0x10', '/manifest/tag line 1, column 6: given "0x10"'],
    ['zeros in front', 'tag: 007', '/manifest/tag line 1, column 6: given "007"'],
    [
      'digits that would be lost',
      'a: 12345678901234567890',
      '/manifest/a line 1, column 4: given "12345678901234567890"',
    ],
    ['a deep one', `a: ${'['.repeat(20)}${']'.repeat(20)}`, 'given more than 16 levels'],
  ])('%s', async (_name, manifest, fault) => {
    expect(await faults({ manifest })).toEqual(expect.arrayContaining([expect.stringContaining(fault)]));
  });

  test.each([
    ['opened twenty thousand times', '['.repeat(20_000)],
    ['with keys of keys of keys', '? '.repeat(20_000)],
    ['with a dash in a dash in a dash', '- '.repeat(20_000)],
    ['of ten thousand documents', '---\n'.repeat(10_000)],
    ['with aliases of aliases', `a: &a [x]\n${'b: [*a, *a]\n'.repeat(2_000)}`],
    ['with five thousand names', Array.from({ length: 5_000 }, (_, nth) => `k${nth}: v`).join('\n')],
    ['wrong in ten thousand places', `a: "${'\\x'.repeat(10_000)}"`],
  ])('%s is refused in few words', async (_name, manifest) => {
    const { status, text } = await world.ask('build', { manifest });
    expect(status).toBe(422);
    expect(text.length).toBeLessThan(40_000);
  });

  test('the document’s own is taken, and each of its lines cut short is refused or taken, never a fault of ours', async () => {
    const lines = DOCUMENT_MANIFEST.split('\n');
    for (const [index] of lines.entries()) {
      const manifest = lines.slice(0, index).join('\n');
      const { status } = await new ManifestWorld().ask('plan', {
        manifest,
        vars: DOCUMENT_VARS,
        params: DOCUMENT_PARAMS,
      });
      expect([200, 422]).toContain(status);
    }
  });
});

test('a body that is too large is refused', async () => {
  const { status } = await world.ask('plan', { manifest: 'x'.repeat(256 * 1024) });
  expect(status).toBe(413);
});

test('whatever a value is, it is told as a fault or becomes what the version gets, as it is', async () => {
  const anything = fc.oneof(
    fc.string(),
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('{{ x }}', "'; --", '{% a %}'),
  );
  await fc.assert(
    fc.asyncProperty(
      anything,
      fc.constantFrom('release_notes', 'alias', 'horovod', 'image_name'),
      async (value, name) => {
        const own = new ManifestWorld();
        own.images.image('pytorch');
        const manifest = manifestOf({ one: { ...PROPS, [name]: '{{ given }}' } });
        const { status, body } = await own.ask('plan', { manifest, params: { given: value } });
        expect([200, 422]).toContain(status);
        if (status !== 200 || name !== 'release_notes' || value === null) return;
        const [resource] = Object(body).resources;
        expect(resource.changes.at(-1)).toEqual({ property: 'ReleaseNotes', after: value });
      },
    ),
    { numRuns: 150 },
  );
});
