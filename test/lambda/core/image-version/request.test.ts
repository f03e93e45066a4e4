import {
  PARSERS,
  type Parsed,
  parseCreate,
  parseDelete,
  parseUpdate,
} from '../../../../lambda/core/image-version/request.ts';
import { arnOf, SCOPE } from '../../../fixtures/scope.ts';

const properties = { ImageName: 'pytorch', BaseImage: 'registry/pytorch:2.6' };
const target = {
  partition: 'aws',
  region: 'us-east-1',
  account: '123456789012',
  imageName: 'pytorch',
  version: 3,
};

function requestOf<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.request;
}

function pathsOf(parsed: Parsed<unknown>): string[] {
  return parsed.ok ? [] : [...new Set(parsed.faults.map(({ path }) => path))].sort();
}

describe('create', () => {
  test('aliases are set apart from what is created, the single one as one more of them', () => {
    const input = {
      region: 'eu-west-1',
      properties: { ...properties, Aliases: ['a', 'b'], Alias: 'a', Horovod: false },
    };
    expect(requestOf(parseCreate(input, SCOPE))).toEqual({
      kind: 'create',
      region: 'eu-west-1',
      desiredState: { ...properties, Horovod: false },
      aliases: ['a', 'b'],
    });
  });

  test('without a region it is carried out in the default one', () => {
    expect(requestOf(parseCreate({ properties }, SCOPE))).toMatchObject({ region: 'us-east-1', aliases: [] });
  });

  test('every fault is told at once, each with its path', () => {
    const input = {
      region: 'mars-1',
      extra: 1,
      properties: {
        ImageName: 'a--b',
        Version: 3,
        Aliases: ['ok', '-no'],
        Processor: 'TPU',
        Colour: 'red',
        Horovod: null,
      },
    };
    expect(pathsOf(parseCreate(input, SCOPE))).toEqual([
      '/extra',
      '/properties/Aliases/1',
      '/properties/BaseImage',
      '/properties/Colour',
      '/properties/Horovod',
      '/properties/ImageName',
      '/properties/Processor',
      '/properties/Version',
      '/region',
    ]);
  });

  test('a fault says what was given and what is wanted', () => {
    expect(parseCreate({ properties: { ...properties, Version: 3, Processor: 'TPU' } }, SCOPE)).toEqual({
      ok: false,
      faults: [
        { path: '/properties/Processor', message: 'given "TPU", wanted CPU or GPU' },
        {
          path: '/properties/Version',
          message: 'given 3, wanted nothing: this property is read-only, SageMaker sets it',
        },
      ],
    });
  });

  test.each([
    ['__proto__', '{"properties": {"ImageName": "a", "BaseImage": "b", "__proto__": {"Horovod": true}}}'],
    ['constructor', '{"properties": {"ImageName": "a", "BaseImage": "b", "constructor": "x"}}'],
    ['toString', '{"properties": {"ImageName": "a", "BaseImage": "b", "toString": null}}'],
  ])('a property called %s is unknown like any other', (name, json) => {
    expect(pathsOf(parseCreate(JSON.parse(json), SCOPE))).toEqual([`/properties/${name}`]);
  });

  test.each([
    ['a number', 5],
    ['null', null],
    ['a list', ['us-east-1']],
    ['an object that cannot be made text', { toString: 1, valueOf: 1 }],
    ['nothing', ''],
    ['another case', 'US-EAST-1'],
  ])('a region that is %s is one fault', (_what, region) => {
    expect(pathsOf(parseCreate({ region, properties }, SCOPE))).toEqual(['/region']);
  });

  test.each([[null], [undefined], ['text'], [5], [[]], [true]])(
    'an input that is %j is refused as a whole',
    (input) => {
      for (const parse of Object.values(PARSERS)) expect(pathsOf(parse(input, SCOPE))).toEqual(['']);
    },
  );

  test('an input of more than 64 K characters is refused before it is looked into', () => {
    const parsed = parseCreate({ properties: { ...properties, ReleaseNotes: 'x'.repeat(70_000) } }, SCOPE);
    expect(parsed).toMatchObject({
      ok: false,
      faults: [{ path: '', message: expect.stringContaining('wanted at most 65536') }],
    });
  });

  test('an input of nothing but faults is told of in few words', () => {
    const unknown = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, 1]));
    const parsed = parseCreate({ properties: { ...properties, ...unknown } }, SCOPE);
    expect(JSON.stringify(parsed).length).toBeLessThan(20_000);
    expect(parsed).toMatchObject({
      faults: expect.arrayContaining([{ path: '', message: '4950 more faults are not listed' }]),
    });
  });
});

describe('the version that an update or delete is about', () => {
  test.each([
    ['its ARN', { identifier: arnOf(3) }],
    ['image and number', { imageName: 'pytorch', version: 3 }],
    [
      'both, when they agree',
      { identifier: arnOf(3), imageName: 'pytorch', version: 3, region: 'us-east-1' },
    ],
  ])('is named by %s', (_how, named) => {
    expect(requestOf(parseDelete(named, SCOPE))).toEqual({ kind: 'delete', region: 'us-east-1', target });
  });

  test('is in the region of its ARN', () => {
    expect(requestOf(parseDelete({ identifier: arnOf(3, 'eu-west-1') }, SCOPE))).toMatchObject({
      region: 'eu-west-1',
    });
  });

  test.each([
    ['another account', { identifier: arnOf(3).replace('123456789012', '999999999999') }, '/identifier'],
    ['another partition', { identifier: arnOf(3).replace('aws', 'aws-cn') }, '/identifier'],
    ['another region', { identifier: arnOf(3, 'ap-south-1') }, '/identifier'],
    ['no ARN', { identifier: 'pytorch/3' }, '/identifier'],
    ['null', { identifier: null }, '/identifier'],
    ['an image name that disagrees', { identifier: arnOf(3), imageName: 'tensorflow' }, '/imageName'],
    ['a number that disagrees', { identifier: arnOf(3), version: 4 }, '/version'],
    ['a region that disagrees', { identifier: arnOf(3), region: 'eu-west-1' }, '/region'],
    ['no number', { imageName: 'pytorch' }, ''],
    ['no image', { version: 3 }, ''],
    ['nothing', {}, ''],
    ['version 0', { imageName: 'pytorch', version: 0 }, '/version'],
    ['version -1', { imageName: 'pytorch', version: -1 }, '/version'],
    ['version 1.5', { imageName: 'pytorch', version: 1.5 }, '/version'],
    ['version 2^53', { imageName: 'pytorch', version: 2 ** 53 }, '/version'],
    ['version "2"', { imageName: 'pytorch', version: '2' }, '/version'],
    ['version null', { imageName: 'pytorch', version: null }, '/version'],
    ['a name with a control character', { imageName: 'py\u0007torch', version: 2 }, '/imageName'],
  ])('is refused for %s', (_what, named, path) => {
    expect(pathsOf(parseDelete(named, SCOPE))).toEqual([path]);
    expect(pathsOf(parseUpdate({ ...named, properties: {} }, SCOPE))).toEqual([path]);
  });

  test.each([
    [1e3, 1000],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ])('may have the number %d', (version, expected) => {
    expect(requestOf(parseDelete({ imageName: 'pytorch', version }, SCOPE)).target.version).toBe(expected);
  });
});

describe('update', () => {
  const named = { imageName: 'pytorch', version: 3 };

  test('properties, with null for what goes', () => {
    const change = { ReleaseNotes: null, Horovod: true, Aliases: null };
    expect(requestOf(parseUpdate({ ...named, properties: change, aliasesToAdd: ['a', 'a'] }, SCOPE))).toEqual(
      {
        kind: 'update',
        region: 'us-east-1',
        target,
        change: { form: 'properties', properties: change },
        aliasesToAdd: ['a'],
        aliasesToDelete: [],
      },
    );
  });

  test('a JSON Patch', () => {
    const patch = [
      { op: 'test', path: '/Version', value: 3 },
      { op: 'add', path: '/Aliases/-', value: 'latest' },
      { op: 'replace', path: '/Aliases', value: ['a'] },
      { op: 'remove', path: '/Aliases/0' },
      { op: 'move', from: '/MLFramework', path: '/ProgrammingLang' },
      { op: 'copy', from: '/Aliases/1', path: '/Aliases/-' },
    ];
    expect(requestOf(parseUpdate({ ...named, patch }, SCOPE)).change).toEqual({ form: 'patch', patch });
  });

  test('neither both forms nor none', () => {
    expect(pathsOf(parseUpdate({ ...named, properties: {}, patch: [] }, SCOPE))).toEqual(['/patch']);
    expect(pathsOf(parseUpdate(named, SCOPE))).toEqual(['']);
    expect(pathsOf(parseUpdate({ ...named, aliasesToDelete: ['a'] }, SCOPE))).toEqual([]);
  });

  test.each([
    ['no pointer', { op: 'remove', path: 'ReleaseNotes' }, '/patch/0/path'],
    ['the whole model', { op: 'remove', path: '' }, '/patch/0/path'],
    ['below a text', { op: 'add', path: '/ReleaseNotes/0', value: 'a' }, '/patch/0/path'],
    ["a list's length", { op: 'replace', path: '/Aliases/length', value: 0 }, '/patch/0/path'],
    ['an index with a leading zero', { op: 'remove', path: '/Aliases/01' }, '/patch/0/path'],
    [
      'the place after the last, where one must stand',
      { op: 'replace', path: '/Aliases/-', value: 'a' },
      '/patch/0/path',
    ],
    ['a prototype', { op: 'add', path: '/__proto__', value: 'a' }, '/patch/0/path'],
    ['a constructor', { op: 'copy', from: '/constructor', path: '/ReleaseNotes' }, '/patch/0/from'],
    ['no operation', { op: 'merge', path: '/ReleaseNotes', value: 'a' }, '/patch/0/op'],
    ['no op', { path: '/ReleaseNotes', value: 'a' }, '/patch/0/op'],
    ['no value', { op: 'add', path: '/ReleaseNotes' }, '/patch/0/value'],
    ['a value too many', { op: 'remove', path: '/ReleaseNotes', value: 'a' }, '/patch/0/value'],
    ['a number that no record can keep', { op: 'test', path: '/Version', value: 1e300 }, '/patch/0/value'],
    ['an object', { op: 'add', path: '/ReleaseNotes', value: { deep: {} } }, '/patch/0/value'],
    ['a text in place of it', 'remove /ReleaseNotes', '/patch/0'],
  ])('a patch operation is refused for %s', (_what, operation, path) => {
    expect(pathsOf(parseUpdate({ ...named, patch: [operation] }, SCOPE))).toEqual([path]);
  });

  test('at most 100 patch operations', () => {
    const patch = Array.from({ length: 101 }, () => ({ op: 'remove', path: '/ReleaseNotes' }));
    expect(pathsOf(parseUpdate({ ...named, patch }, SCOPE))).toEqual(['/patch']);
    expect(pathsOf(parseUpdate({ ...named, patch: patch.slice(1) }, SCOPE))).toEqual([]);
  });
});
