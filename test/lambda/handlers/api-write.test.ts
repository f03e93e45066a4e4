import { CallError } from '../../../lambda/core/ports.ts';
import { ApiWorld, eventOf, NOW, operationRecord } from '../../fixtures/api.ts';

const VERSIONS = '/images/pytorch/versions';
const BODY = { BaseImage: 'registry/pytorch:2.6', Aliases: ['stable'] };

function accepting(record = operationRecord()): ApiWorld {
  return new ApiWorld({ accept: async () => ({ outcome: 'accepted', record }) });
}

describe('a create', () => {
  test('is handed to the desk in the form of the workflow, and answered with the operation', async () => {
    const world = accepting();
    const reply = await world.send('POST', VERSIONS, { body: { ...BODY, region: 'eu-west-1' } });
    expect(world.orders).toEqual([
      {
        kind: 'create',
        input: { region: 'eu-west-1', properties: { ...BODY, ImageName: 'pytorch' } },
        caller: 'arn:aws:iam::123456789012:user/ann',
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
    expect((await accepting().sendTo('write', event)).status).toBe(400);
  });

  test('compressed', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect((await accepting().send('POST', VERSIONS, { headers, body: BODY })).status).toBe(415);
  });
});

describe('an idempotency key', () => {
  test('goes to the desk with its caller', async () => {
    const world = accepting();
    await world.send('POST', VERSIONS, { body: BODY, headers: { 'Idempotency-Key': 'a key' } });
    expect(world.orders).toMatchObject([{ idempotencyKey: 'a key' }]);
  });

  test('is a role’s, whatever its session is called', async () => {
    const world = accepting();
    const caller = 'arn:aws:sts::123456789012:assumed-role/ci/run-1';
    await world.send('POST', VERSIONS, { body: BODY, caller });
    expect(world.orders).toMatchObject([{ caller: 'arn:aws:sts::123456789012:assumed-role/ci' }]);
  });

  test('that came before brings the same operation', async () => {
    const world = new ApiWorld({ accept: async () => ({ outcome: 'repeated', record: operationRecord() }) });
    const reply = await world.send('POST', VERSIONS, { body: BODY, headers: { 'idempotency-key': 'k' } });
    expect(reply).toMatchObject({ status: 200, body: { operationId: 'operation-1' } });
  });

  test('that came with another request is refused', async () => {
    const world = new ApiWorld({
      accept: async () => ({ outcome: 'key-reused', operationId: 'operation-9' }),
    });
    const reply = await world.send('POST', VERSIONS, { body: BODY, headers: { 'idempotency-key': 'k' } });
    expect(reply).toMatchObject({ status: 422, body: { operationId: 'operation-9' } });
  });

  test.each([[''], ['one,two'], ['x'.repeat(256)], ['schlüssel'], ['a\tb']])('%j is none', async (key) => {
    const world = accepting();
    const reply = await world.send('POST', VERSIONS, { body: BODY, headers: { 'idempotency-key': key } });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ header: 'Idempotency-Key' }] } });
    expect(world.orders).toEqual([]);
  });
});

describe('paths and queries', () => {
  test.each([
    ['0'],
    ['-1'],
    ['1e3'],
    ['9007199254740992'],
    ['latest'],
    ['01'],
    ['1%20'],
    ['1\t0'],
    ['1#0'],
    ['%zz'],
    ['%00'],
    ['１'],
  ])('version %j is none', async (version) => {
    const world = accepting();
    const reply = await world.send('DELETE', `${VERSIONS}/${version}`);
    expect([400, 404]).toContain(reply.status);
    expect(world.orders).toEqual([]);
  });

  test.each([
    ['arn%3Aaws%3Asagemaker%3Aus-east-1%3A123456789012%3Aimage%2Fpytorch', 400],
    ['arn:aws:sagemaker:us-east-1:123456789012:image/pytorch', 404],
    ['a%2Fb', 400],
    ['..', 404],
    ['%2e%2e', 404],
    ['pyt\u0000orch', 400],
    [`${'x'.repeat(64)}`, 400],
    ['-pytorch', 400],
  ])('image %j is none', async (image, status) => {
    const world = accepting();
    const reply = await world.send('DELETE', `/images/${image}/versions/1`);
    expect(reply.status).toBe(status);
    expect(world.orders).toEqual([]);
  });

  test('every fault of them is told at once', async () => {
    const reply = await accepting().send('DELETE', '/images/-/versions/0?region=a&region=b&force=yes', {
      headers: { 'idempotency-key': '' },
    });
    expect(reply).toMatchObject({
      status: 400,
      body: {
        errors: [
          { parameter: 'imageName' },
          { parameter: 'version' },
          { parameter: 'region', detail: 'given more than once, wanted once' },
          { parameter: 'force' },
          { parameter: 'region' },
          { header: 'Idempotency-Key' },
        ],
      },
    });
  });

  test.each([
    ['PUT', VERSIONS, 405],
    ['BREW', VERSIONS, 405],
    ['POST', '/nothing', 404],
  ])('%s %s', async (method, path, status) => {
    const reply = await accepting().send(method, path, { body: BODY });
    expect(reply.status).toBe(status);
    if (status === 405) expect(reply.headers.allow).toBe('POST, GET');
  });
});

describe('Prefer: wait', () => {
  test('holds the answer until the operation is final', async () => {
    let looks = 0;
    const done = operationRecord({
      status: 'SUCCEEDED',
      version: 4,
      finishedAt: new Date(NOW).toISOString(),
    });
    const world = new ApiWorld({
      find: async () => {
        looks += 1;
        if (looks === 2) throw new CallError('ThrottlingException', 'slow down', true);
        return looks < 3 ? operationRecord({ status: 'RUNNING' }) : done;
      },
    });
    const reply = await world.send('POST', VERSIONS, { body: BODY, headers: { prefer: 'wait=20' } });
    expect(reply).toMatchObject({
      status: 200,
      headers: { 'preference-applied': 'wait=20' },
      body: { status: 'SUCCEEDED' },
    });
    expect(reply.headers['retry-after']).toBeUndefined();
    expect(world.patience.sleeps).toEqual([1000, 1000, 1000]);
  });

  test.each([
    ['wait=3', 3, 'wait=3'],
    ['respond-async, wait="4"', 4, 'wait=4'],
    ['wait=3600', 20, 'wait=20'],
  ])('%s is over after %d s', async (prefer, seconds, applied) => {
    const world = accepting();
    const reply = await world.send('POST', VERSIONS, { body: BODY, headers: { prefer } });
    expect(reply).toMatchObject({ status: 202, headers: { 'preference-applied': applied } });
    expect(world.patience.sleeps).toHaveLength(seconds);
  });

  test.each([['wait=soon'], ['waiting=3'], ['']])('%j is passed over', async (prefer) => {
    const world = accepting();
    const reply = await world.send('POST', VERSIONS, { body: BODY, headers: { prefer } });
    expect(reply.status).toBe(202);
    expect(reply.headers['preference-applied']).toBeUndefined();
    expect(world.patience.sleeps).toEqual([]);
  });
});

describe('a cancellation', () => {
  const PATH = '/operations/operation-1/cancel';

  test.each([
    ['cancelled', 'CANCELLED', 200],
    ['cancelling', 'RUNNING', 202],
    ['final', 'CANCELLED', 200],
  ] as const)('%s, %s', async (outcome, status, answered) => {
    const world = new ApiWorld({ cancel: async () => ({ outcome, record: operationRecord({ status }) }) });
    const reply = await world.send('POST', PATH);
    expect(reply).toMatchObject({ status: answered, body: { status } });
    expect(world.cancelled).toEqual(['operation-1']);
  });

  test('comes too late', async () => {
    const record = operationRecord({ status: 'SUCCEEDED' });
    const world = new ApiWorld({ cancel: async () => ({ outcome: 'final', record }) });
    expect(await world.send('POST', PATH)).toMatchObject({
      status: 409,
      body: { operationId: 'operation-1', detail: 'The operation has ended already: SUCCEEDED' },
    });
  });

  test('of what there is not', async () => {
    expect((await new ApiWorld().send('POST', PATH, { body: '{}' })).status).toBe(404);
  });
});

describe('AWS’s errors', () => {
  test.each([
    ['ThrottlingException', true, 429],
    ['ServiceUnavailable', true, 503],
    ['ECONNRESET', true, 503],
    ['AccessDeniedException', false, 500],
    ['ValidationException', false, 502],
  ])('%s keeps its name and message', async (name, transient, status) => {
    const world = new ApiWorld({
      accept: async () => {
        throw new CallError(name, 'AWS said so', transient);
      },
    });
    const reply = await world.send('POST', VERSIONS, { body: BODY });
    expect(reply).toMatchObject({ status, body: { awsError: { name, message: 'AWS said so' } } });
    expect(reply.headers['retry-after']).toBe(transient ? '5' : undefined);
  });

  test('what is a fault of ours shows nothing of itself', async () => {
    const world = new ApiWorld({
      accept: async () => {
        throw new TypeError('secret at line 3');
      },
    });
    const reply = await world.send('POST', VERSIONS, { body: BODY });
    expect(reply.status).toBe(500);
    expect(reply.text).not.toMatch(/secret|TypeError|at /);
  });

  test('faults that the desk finds are told as the body’s', async () => {
    const world = new ApiWorld({
      accept: async () => ({
        outcome: 'invalid',
        faults: [{ path: '/properties/Processor', message: 'no' }],
      }),
    });
    const reply = await world.send('POST', VERSIONS, { body: BODY });
    expect(reply).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/Processor', detail: 'no' }] },
    });
  });
});
