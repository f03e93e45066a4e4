import { planUpdate } from '../../../../lambda/core/image-version/patch-document.ts';
import { parseUpdate } from '../../../../lambda/core/image-version/request.ts';
import { SCOPE } from '../../../fixtures/scope.ts';

const MODEL = {
  ImageName: 'pytorch',
  ImageArn: 'arn:aws:sagemaker:us-east-1:123456789012:image/pytorch',
  BaseImage: 'registry/pytorch:2.6',
  Version: 3,
  ReleaseNotes: 'first',
  Horovod: true,
};

/** What is sent for a change of a version that has the aliases `a` and `b`. */
function planOf(change: object, model: object = MODEL, aliases: readonly string[] = ['a', 'b']) {
  const parsed = parseUpdate({ imageName: 'pytorch', version: 3, ...change }, SCOPE);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return planUpdate(parsed.request, { ...model }, aliases);
}

const restated = { op: 'add', path: '/Aliases', value: ['a', 'b'] };
const notes = { op: 'replace', path: '/ReleaseNotes', value: 'second' };

describe('wanted properties', () => {
  test.each([
    ['nothing', {}],
    ['what stands there already', { ReleaseNotes: 'first', Horovod: true, ImageName: 'pytorch' }],
    ['the same aliases in another order', { Aliases: ['b', 'a'] }],
    ['an alias that it has', { Alias: 'b' }],
    ['no more of what it has not', { MLFramework: null }],
  ])('%s: unchanged', (_what, properties) => {
    expect(planOf({ properties })).toEqual({ outcome: 'unchanged' });
  });

  test.each([
    ['another value replaces', { ReleaseNotes: 'second' }, [notes, restated]],
    [
      'a first value is added',
      { Processor: 'GPU' },
      [{ op: 'add', path: '/Processor', value: 'GPU' }, restated],
    ],
    ['null removes', { Horovod: null }, [{ op: 'remove', path: '/Horovod' }, restated]],
    ['the single alias is one more', { Alias: 'c' }, [{ ...restated, value: ['a', 'b', 'c'] }]],
    ['aliases replace the set', { Aliases: ['c'] }, [{ ...restated, value: ['c'] }]],
    ['no aliases', { Aliases: [] }, [{ ...restated, value: [] }]],
    ['null for aliases', { Aliases: null }, [{ ...restated, value: [] }]],
    ['both', { Aliases: ['c', 'c'], Alias: 'd' }, [{ ...restated, value: ['c', 'd'] }]],
  ])('%s', (_what, properties, patch) => {
    expect(planOf({ properties })).toMatchObject({ outcome: 'patch', patch });
  });

  test.each([
    [{ ImageName: 'tensorflow' }, 'ImageName is "pytorch", given "tensorflow"'],
    [{ BaseImage: 'registry/pytorch:2.7', Horovod: false }, 'BaseImage is "registry/pytorch:2.6"'],
  ])('%j is refused, saying that a new version is needed', (properties, message) => {
    const plan = planOf({ properties });
    expect(plan).toMatchObject({ outcome: 'not-updatable', message: expect.stringContaining(message) });
    expect(plan).toMatchObject({ message: expect.stringContaining('create a new version') });
  });

  test('a readable property that is not known here is left alone', () => {
    const model = { ...MODEL, Colour: { deep: ['red'] }, Empty: null };
    expect(planOf({ properties: {} }, model)).toEqual({ outcome: 'unchanged' });
    expect(planOf({ properties: { ReleaseNotes: 'second' } }, model)).toMatchObject({
      patch: [notes, restated],
    });
  });
});

describe("aliases as in SageMaker's own API", () => {
  test.each([
    [{ aliasesToAdd: ['c'] }, ['a', 'b', 'c']],
    [{ aliasesToDelete: ['a'] }, ['b']],
    [{ aliasesToAdd: ['c'], aliasesToDelete: ['a', 'b'] }, ['c']],
    [{ properties: { Aliases: ['x', 'y'] }, aliasesToAdd: ['c'], aliasesToDelete: ['x'] }, ['y', 'c']],
  ])('%j', (change, value) => {
    expect(planOf(change)).toEqual({ outcome: 'patch', patch: [{ ...restated, value }], aliases: value });
  });

  test.each([[{ aliasesToAdd: ['a'] }], [{ aliasesToDelete: ['z'] }]])('%j: unchanged', (change) => {
    expect(planOf(change)).toEqual({ outcome: 'unchanged' });
  });
});

describe('a JSON Patch', () => {
  test.each([
    ['nothing', []],
    ['a test that holds', [{ op: 'test', path: '/Version', value: 3 }]],
    [
      'there and back',
      [
        { op: 'add', path: '/Processor', value: 'CPU' },
        { op: 'remove', path: '/Processor' },
      ],
    ],
  ])('%s: unchanged', (_what, patch) => {
    expect(planOf({ patch })).toEqual({ outcome: 'unchanged' });
  });

  test.each([
    ['replace', [{ op: 'replace', path: '/ReleaseNotes', value: 'second' }], [notes, restated]],
    [
      'add where something stands',
      [{ op: 'add', path: '/ReleaseNotes', value: 'second' }],
      [notes, restated],
    ],
    [
      'one alias more',
      [{ op: 'add', path: '/Aliases/-', value: 'c' }],
      [{ ...restated, value: ['a', 'b', 'c'] }],
    ],
    [
      'one alias first',
      [{ op: 'add', path: '/Aliases/0', value: 'c' }],
      [{ ...restated, value: ['c', 'a', 'b'] }],
    ],
    ['one alias less', [{ op: 'remove', path: '/Aliases/0' }], [{ ...restated, value: ['b'] }]],
    ['no aliases', [{ op: 'remove', path: '/Aliases' }], [{ ...restated, value: [] }]],
    [
      'the single alias',
      [{ op: 'add', path: '/Alias', value: 'c' }],
      [{ ...restated, value: ['a', 'b', 'c'] }],
    ],
  ])('%s', (_what, given, patch) => {
    expect(planOf({ patch: given })).toMatchObject({ outcome: 'patch', patch });
  });

  test.each([
    ['replace of what is not there', { op: 'replace', path: '/Processor', value: 'CPU' }],
    ['remove of what is not there', { op: 'remove', path: '/Processor' }],
    ['remove of an alias that is not there', { op: 'remove', path: '/Aliases/2' }],
    ['an alias past the end', { op: 'add', path: '/Aliases/3', value: 'c' }],
    ['copy from nowhere', { op: 'copy', from: '/Processor', path: '/ReleaseNotes' }],
    ['the single alias, which is never readable', { op: 'replace', path: '/Alias', value: 'c' }],
    ['a list moved into itself', { op: 'move', from: '/Aliases', path: '/Aliases/0' }],
  ])('%s does not apply', (_what, operation) => {
    expect(planOf({ patch: [{ op: 'test', path: '/Version', value: 3 }, operation] })).toMatchObject({
      outcome: 'invalid',
      faults: [
        {
          path: '/patch/1',
          message: expect.stringContaining(`${operation.op} ${operation.path} does not apply`),
        },
      ],
    });
  });

  test('a test that fails ends it, without what stands there', () => {
    const patch = [
      { op: 'test', path: '/ReleaseNotes', value: 'x'.repeat(1000) },
      { op: 'remove', path: '/Processor' },
    ];
    const plan = planOf({ patch });
    expect(plan).toMatchObject({ outcome: 'invalid', faults: [{ path: '/patch/0' }] });
    expect(JSON.stringify(plan).length).toBeLessThan(400);
  });

  test.each([
    [
      'an alias put into no list',
      [
        { op: 'add', path: '/Aliases', value: 'c' },
        { op: 'add', path: '/Aliases/0', value: 'd' },
      ],
      '/patch/1',
    ],
    [
      'a value that makes what it is copied to no alias',
      [{ op: 'copy', from: '/BaseImage', path: '/Aliases/-' }],
      '/Aliases/2',
    ],
    [
      'a framework moved to the notes',
      [{ op: 'move', from: '/ReleaseNotes', path: '/MLFramework' }],
      '/MLFramework',
    ],
  ])('%s is a fault', (_what, patch, path) => {
    expect(planOf({ patch })).toMatchObject({
      outcome: 'invalid',
      faults: [{ path }],
    });
  });

  test.each([
    [[{ op: 'replace', path: '/BaseImage', value: 'registry/other' }]],
    [[{ op: 'copy', from: '/ReleaseNotes', path: '/BaseImage' }]],
  ])('%j would need a new version', (patch) => {
    expect(planOf({ patch })).toMatchObject({ outcome: 'not-updatable' });
  });

  test('a list copied into itself over and over is stopped', () => {
    const patch = Array.from({ length: 100 }, () => ({ op: 'copy', from: '/Aliases', path: '/Aliases/-' }));
    expect(planOf({ patch })).toMatchObject({
      outcome: 'invalid',
      faults: [{ message: expect.stringContaining('characters') }],
    });
  });
});
