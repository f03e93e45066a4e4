import { CallError } from '../../../lambda/core/ports.ts';
import { ApiWorld, NOW, operationRecord } from '../../fixtures/api.ts';

const VERSIONS = '/images/pytorch/versions';
const BODY = { BaseImage: 'registry/pytorch:2.6', Aliases: ['stable'] };

function accepting(record = operationRecord()): ApiWorld {
  return new ApiWorld({ accept: async () => ({ outcome: 'accepted', record }) });
}

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
    ['arn%3Aaws%3Asagemaker%3Aus-east-1%3A123456789012%3Aimage%2Fpytorch', 404],
    ['arn:aws:sagemaker:us-east-1:123456789012:image/pytorch', 404],
    ['a%2Fb', 404],
    ['a%252Fb', 400],
    ['..', 400],
    ['%2e%2e', 400],
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
    ['PUT', VERSIONS],
    ['BREW', VERSIONS],
    ['POST', '/nothing'],
  ])('%s %s is no route, and API Gateway says so', async (method, path) => {
    const reply = await accepting().send(method, path, { body: BODY });
    expect(reply).toMatchObject({ status: 404, body: { message: 'Not Found' } });
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

test.each([
  [0, 0],
  [5, 5],
])('an answer is held for no longer than the deployment allows: %i s', async (maxWaitSeconds, held) => {
  const running = operationRecord({ status: 'RUNNING' });
  const world = new ApiWorld({ maxWaitSeconds, find: async () => running });
  const reply = await world.send('POST', VERSIONS, { body: BODY, headers: { prefer: 'wait=20' } });
  expect(reply).toMatchObject({ status: 202, headers: { 'preference-applied': `wait=${held}` } });
  expect(world.patience.sleeps).toHaveLength(held);
});
