import { ApiWorld, eventOf, operationRecord } from '../../fixtures/api.ts';

const VERSIONS = '/images/pytorch/versions';
const BODY = { BaseImage: 'registry/pytorch:2.6', Aliases: ['stable'] };

function accepting(record = operationRecord()): ApiWorld {
  return new ApiWorld({ accept: async () => ({ outcome: 'accepted', record }) });
}

test.each([
  ['merge patch', { Version: 4 }, 'application/merge-patch+json', '/Version'],
  ['JSON Patch', [{ op: 'add', path: '/Version', value: 4 }], 'application/json-patch+json', '/0/path'],
])('a read-only property in a %s is refused at once', async (_form, body, type, pointer) => {
  const world = accepting();
  const reply = await world.send('PATCH', `${VERSIONS}/3`, { body, headers: { 'content-type': type } });
  expect(reply).toMatchObject({
    status: 422,
    body: { errors: [{ pointer, detail: expect.stringContaining('read-only') }] },
  });
  expect(world.orders).toEqual([]);
});

describe('a create', () => {
  test('is handed to the desk in the form of the workflow, and answered with the operation', async () => {
    const world = accepting();
    const reply = await world.send('POST', VERSIONS, { body: { ...BODY, region: 'eu-west-1' } });
    expect(world.orders).toEqual([
      {
        kind: 'create',
        input: { region: 'eu-west-1', properties: { ...BODY, ImageName: 'pytorch' } },
        caller: 'arn:aws:iam::123456789012:user/ann',
        requestId: 'request-1',
      },
    ]);
    expect(reply).toMatchObject({
      status: 202,
      headers: { location: '/operations/operation-1', 'retry-after': '5' },
      body: {
        operationId: 'operation-1',
        status: 'QUEUED',
        position: 2,
        links: { self: '/operations/operation-1', cancel: '/operations/operation-1/cancel' },
      },
    });
    expect(reply.text).not.toMatch(/ticket|fingerprint|a print/);
  });

  test('takes the region from the query as well', async () => {
    const world = accepting();
    await world.send('POST', `${VERSIONS}?region=eu-west-1`, { body: BODY });
    expect(world.orders).toMatchObject([{ input: { region: 'eu-west-1' } }]);
  });

  test('may repeat the name of the image', async () => {
    const world = accepting();
    const reply = await world.send('POST', VERSIONS, { body: { ...BODY, ImageName: 'pytorch' } });
    expect(reply.status).toBe(202);
  });

  test('is told every fault at once, by pointers into its body', async () => {
    const world = accepting();
    const reply = await world.send('POST', VERSIONS, {
      body: {
        ImageName: 'other',
        Processor: 'TPU',
        Aliases: ['ok', '.no'],
        Version: 3,
        Colour: 'red',
        region: 'mars-north-1',
      },
    });
    expect(reply.status).toBe(422);
    expect(reply.body.errors).toEqual(
      expect.arrayContaining([
        { pointer: '/ImageName', detail: 'given "other", wanted "pytorch", as the path says, or nothing' },
        { pointer: '/BaseImage', detail: expect.stringMatching(/^given nothing, wanted the registry path/) },
        { pointer: '/Processor', detail: 'given "TPU", wanted CPU or GPU' },
        { pointer: '/Aliases/1', detail: expect.stringMatching(/^given ".no"/) },
        { pointer: '/Version', detail: expect.stringMatching(/read-only/) },
        { pointer: '/Colour', detail: expect.stringMatching(/no such property/) },
        { pointer: '/region', detail: expect.stringMatching(/us-east-1, eu-west-1/) },
      ]),
    );
    expect(world.orders).toEqual([]);
  });

  test.each([
    ['a list', [], 'given [], wanted a JSON object'],
    ['null', 'null', 'given null, wanted a JSON object'],
    ['a text', '"x"', 'given "x", wanted a JSON object'],
  ])('whose body is %s is told so', async (_what, body, detail) => {
    const reply = await accepting().send('POST', VERSIONS, { body });
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer: '', detail }] } });
  });

  test('whose regions disagree is told so', async () => {
    const sent = { body: { ...BODY, region: 'us-east-1' } };
    const reply = await accepting().send('POST', `${VERSIONS}?region=eu-west-1`, sent);
    expect(reply.status).toBe(422);
  });
});

describe('an update', () => {
  const TARGET = `${VERSIONS}/3`;

  test.each([['application/json'], ['application/merge-patch+json; charset=UTF-8']])(
    'by %s is a merge',
    async (type) => {
      const world = accepting();
      const body = { ReleaseNotes: null, Processor: 'GPU', aliasesToAdd: ['a'], aliasesToDelete: ['b'] };
      await world.send('PATCH', TARGET, { headers: { 'content-type': type }, body, base64: true });
      expect(world.orders).toMatchObject([
        {
          kind: 'update',
          input: {
            imageName: 'pytorch',
            version: 3,
            properties: { ReleaseNotes: null, Processor: 'GPU' },
            aliasesToAdd: ['a'],
            aliasesToDelete: ['b'],
          },
        },
      ]);
    },
  );

  test('by application/json-patch+json is a JSON Patch', async () => {
    const world = accepting();
    const patch = [{ op: 'replace', path: '/Processor', value: 'GPU' }];
    const headers = { 'content-type': 'application/json-patch+json' };
    await world.send('PATCH', `${TARGET}?region=eu-west-1`, { headers, body: patch });
    expect(world.orders).toMatchObject([
      { kind: 'update', input: { region: 'eu-west-1', imageName: 'pytorch', version: 3, patch } },
    ]);
  });

  test('is told the faults of a JSON Patch where they stand', async () => {
    const headers = { 'content-type': 'application/json-patch+json' };
    const reply = await accepting().send('PATCH', TARGET, {
      headers,
      body: [{ op: 'test', path: '/Processor', value: 'CPU' }, { op: 'crush', path: '/Processor' }, 5],
    });
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer: '/1/op' }, { pointer: '/2' }] } });
  });

  test('that changes nothing is told so', async () => {
    const reply = await accepting().send('PATCH', TARGET, { body: {} });
    const detail = 'given {}, wanted a change: properties, aliasesToAdd or aliasesToDelete';
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer: '', detail }] } });
  });

  test.each([['text/plain'], [''], ['application/json; charset=latin1'], ['application/xml']])(
    'by %s is not taken',
    async (type) => {
      const reply = await accepting().send('PATCH', TARGET, { headers: { 'content-type': type }, body: {} });
      expect(reply.status).toBe(415);
      expect(reply.headers['accept-patch']).toContain('application/json-patch+json');
    },
  );
});

describe('a delete', () => {
  test('is handed to the desk', async () => {
    const world = accepting(operationRecord({ kind: 'delete', version: 3 }));
    const reply = await world.send('DELETE', `${VERSIONS}/3`);
    expect(world.orders).toMatchObject([{ kind: 'delete', input: { imageName: 'pytorch', version: 3 } }]);
    expect(reply.body.links).toMatchObject({ imageVersion: `${VERSIONS}/3?region=us-east-1` });
  });

  test('takes no body', async () => {
    expect(await accepting().send('DELETE', `${VERSIONS}/3`, { body: { a: 1 } })).toMatchObject({
      status: 400,
    });
  });
});

describe('bodies that cannot be read', () => {
  test.each([
    ['not JSON', '{"BaseImage":', 400],
    ['nothing', '', 400],
    ['JSON of depth 1,000', '['.repeat(1000) + ']'.repeat(1000), 400],
    ['JSON that hides its depth in a text', '{"a":"[[[[[[[[[[[[[[[[[[[[[["}', 422],
    ['larger than 64 KiB', JSON.stringify({ BaseImage: 'x'.repeat(65_536) }), 413],
    ['a name of the prototype', '{"__proto__":{"BaseImage":"x"}}', 422],
  ])('%s', async (_what, body, status) => {
    const world = accepting();
    expect((await world.send('POST', VERSIONS, { body })).status).toBe(status);
    expect(world.orders).toEqual([]);
  });

  test('nothing, and no type', async () => {
    expect((await accepting().send('POST', VERSIONS)).status).toBe(415);
  });

  test('no UTF-8', async () => {
    const event = { ...eventOf('POST', VERSIONS, { body: 'x' }), body: '/w==', isBase64Encoded: true };
    expect((await accepting().call(event)).status).toBe(400);
  });

  test('with U+FFFD as it stands, which API Gateway puts in the place of a byte that is no UTF-8', async () => {
    const world = accepting();
    const reply = await world.send('POST', VERSIONS, { body: '{"BaseImage":"x","ReleaseNotes":"a\ufffd"}' });
    expect(reply).toMatchObject({
      status: 400,
      body: { type: '/openapi.json#/x-problems/malformed-body', detail: expect.stringContaining('\\ufffd') },
    });
    expect(world.orders).toEqual([]);
  });

  test.each([
    ['POST', VERSIONS, '{"BaseImage":"x","ReleaseNotes":"a\\u0000"}', '/ReleaseNotes'],
    ['POST', VERSIONS, '{"BaseImage":"x","Aliases":["a","b\\ud800"]}', '/Aliases/1'],
    ['PATCH', `${VERSIONS}/3`, '{"ReleaseNotes":"\\ude42"}', '/ReleaseNotes'],
    ['POST', '/query', '{"sql":"SELECT \\u0000 1"}', '/sql'],
    ['POST', '/query/read', '{"sql":"SELECT {{ x }}","params":{"x":"\\ud800"}}', '/params/x'],
    ['POST', '/manifests/plan', '{"manifest":"name: \\ud800"}', '/manifest'],
    ['POST', '/manifests/plan', '{"manifest":"name: \\"\\\\0\\""}', '/manifest/name'],
    ['POST', '/manifests/build', '{"manifest":{},"vars":{"a\\u0000":1}}', '/vars/a\u0000'],
  ])('with what is no text: %s %s %s', async (method, path, body, pointer) => {
    const world = accepting();
    const reply = await world.send(method, path, { body });
    expect(reply).toMatchObject({
      status: 422,
      body: { errors: expect.arrayContaining([expect.objectContaining({ pointer })]) },
    });
    expect(world.orders).toEqual([]);
  });

  test('with U+FFFD as an escape, or in bytes that can be looked at, which is meant', async () => {
    const world = accepting();
    const escaped = '{"BaseImage":"x","ReleaseNotes":"a\\ufffd"}';
    expect((await world.send('POST', VERSIONS, { body: escaped })).status).toBe(202);
    const bytes = { body: '{"BaseImage":"x","ReleaseNotes":"a\ufffd"}', base64: true };
    expect((await world.send('POST', VERSIONS, bytes)).status).toBe(202);
    expect(world.orders).toMatchObject([
      { input: { properties: { ReleaseNotes: 'a\ufffd' } } },
      { input: { properties: { ReleaseNotes: 'a\ufffd' } } },
    ]);
  });

  test('compressed', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect((await accepting().send('POST', VERSIONS, { headers, body: BODY })).status).toBe(415);
  });
});
