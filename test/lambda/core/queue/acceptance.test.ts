import fc from 'fast-check';
import type { Order, Wanted } from '../../../../lambda/core/operation/desk.ts';
import {
  fingerprint,
  operationIdOf,
  operationIdOfRequest,
} from '../../../../lambda/core/operation/fingerprint.ts';
import { CallError } from '../../../../lambda/core/ports.ts';
import { createWriteDesk } from '../../../../lambda/core/queue/write-desk.ts';
import { QueueWorld } from '../../../fixtures/queue-world.ts';
import { arnOf } from '../../../fixtures/scope.ts';

let world: QueueWorld;
beforeEach(() => {
  world = new QueueWorld();
});

const CREATE = { properties: { ImageName: 'pytorch', BaseImage: 'registry/x', Horovod: true } };

type About = Partial<Wanted> & { readonly idempotencyKey?: string };

let requests = 0;
beforeEach(() => {
  requests = 0;
});

/** Without a key each is a request of its own. */
function order({ idempotencyKey, ...about }: About = {}): Order {
  const wanted = { kind: 'create' as const, input: CREATE, caller: 'arn:alice', ...about };
  requests += 1;
  return idempotencyKey === undefined
    ? { ...wanted, requestId: `request-${requests}` }
    : { ...wanted, idempotencyKey };
}

const idOf = (request: number) => operationIdOfRequest('arn:alice', `request-${request}`);

function accept(about: About = {}) {
  return createWriteDesk(world.process()).accept(order(about));
}

describe('an order', () => {
  test('is written down as it was handed in, with its place, and started where nobody is before it', async () => {
    const answer = await accept();
    expect(answer).toMatchObject({
      outcome: 'accepted',
      record: {
        operationId: idOf(1),
        kind: 'create',
        status: 'QUEUED',
        region: 'us-east-1',
        imageName: 'pytorch',
        request: CREATE,
        ticket: 1,
        createdAt: '2026-11-24T00:00:00.000Z',
        history: [],
      },
    });
    expect(world.started()).toEqual([idOf(1)]);
    expect(world.executionOf(idOf(1))).toMatchObject({ kind: 'create', input: CREATE });
  });

  test.each([
    ['update', { imageName: 'pytorch', version: 3, properties: {} }],
    ['delete', { identifier: arnOf(3) }],
  ] as const)('to %s names the version from the start', async (kind, input) => {
    await expect(accept({ kind, input })).resolves.toMatchObject({
      record: { kind, imageName: 'pytorch', version: 3, identifier: arnOf(3), region: 'us-east-1' },
    });
  });

  test('with faults is answered with every one of them, and nothing is written', async () => {
    const answer = await accept({
      kind: 'delete',
      input: { region: 'mars-1', version: 0 },
      idempotencyKey: 'k',
    });
    if (answer.outcome !== 'invalid') throw new Error(answer.outcome);
    expect(answer.faults.map(({ path }) => path).sort()).toEqual(['', '/region', '/version']);
    expect(world.records.all()).toEqual([]);
    expect(world.started()).toEqual([]);
    await expect(world.queues.drawTicket('us-east-1#pytorch')).resolves.toBe(1);
  });

  test('whose start fails is accepted all the same', async () => {
    const ports = world.process();
    const start = () => Promise.reject(new CallError('ThrottlingException', 'later', true));
    const desk = createWriteDesk({ ...ports, workflows: { ...ports.workflows, start } });
    await expect(desk.accept(order())).resolves.toMatchObject({ outcome: 'accepted' });
    expect(world.reported).toEqual([`starting operation ${idOf(1)}`]);
    await expect(world.queues.first('us-east-1#pytorch')).resolves.toMatchObject({ operationId: idOf(1) });
  });

  test('that could not be written is not accepted', async () => {
    const ports = world.process();
    const accepting = () => Promise.reject(new CallError('RecordsUnavailable', 'later', true));
    const desk = createWriteDesk({ ...ports, records: { ...ports.records, accept: accepting } });
    await expect(desk.accept(order())).rejects.toThrow('later');
    expect(world.records.all()).toEqual([]);
    expect(world.started()).toEqual([]);
  });
});

describe('under a key', () => {
  test('the same again is the same operation, in whatever order its fields stand', async () => {
    const first = await accept({ idempotencyKey: 'k' });
    const { Horovod, ...others } = CREATE.properties;
    const turned = { properties: { Horovod, ...others } };
    const second = await accept({ idempotencyKey: 'k', input: turned });
    if (first.outcome !== 'accepted' || second.outcome !== 'repeated') throw new Error(second.outcome);
    expect(second.record.operationId).toBe(first.record.operationId);
    expect(world.records.all()).toHaveLength(1);
    expect(world.started()).toHaveLength(1);
  });

  test.each<[string, About]>([
    ['another input', { input: { properties: { ...CREATE.properties, Horovod: false } } }],
    ['another region', { input: { ...CREATE, region: 'eu-west-1' } }],
    ['another kind', { kind: 'delete', input: { identifier: arnOf(3) } }],
  ])('%s is refused, and changes nothing', async (_what, about) => {
    await accept({ idempotencyKey: 'k' });
    const before = world.records.all();
    await expect(accept({ idempotencyKey: 'k', ...about })).resolves.toEqual({
      outcome: 'key-reused',
      operationId: operationIdOf('arn:alice', 'k'),
    });
    expect(world.records.all()).toEqual(before);
  });

  test('another caller asks for something else', async () => {
    await accept({ idempotencyKey: 'k' });
    await expect(accept({ idempotencyKey: 'k', caller: 'arn:bob' })).resolves.toMatchObject({
      outcome: 'accepted',
    });
    expect(world.records.all()).toHaveLength(2);
  });

  test('of two at once one is accepted, and the other is told of it', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => accept({ idempotencyKey: 'k' })));
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'repeated', 'repeated']);
    expect(world.records.all()).toHaveLength(1);
    expect(world.started()).toHaveLength(1);
  });

  test('of two different ones at once, one is refused', async () => {
    const other = { properties: { ...CREATE.properties, Horovod: false } };
    const answers = await Promise.all([
      accept({ idempotencyKey: 'k' }),
      accept({ idempotencyKey: 'k', input: other }),
    ]);
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'key-reused']);
  });

  test('a repeat makes up for what the first time did not come to', async () => {
    const ports = world.process();
    const enter = () => Promise.reject(new CallError('RecordsUnavailable', 'later', true));
    const desk = createWriteDesk({ ...ports, queues: { ...ports.queues, enter } });
    await expect(desk.accept(order({ idempotencyKey: 'k' }))).rejects.toThrow('later');
    await expect(accept({ idempotencyKey: 'k' })).resolves.toMatchObject({ outcome: 'repeated' });
    expect(world.started()).toEqual([operationIdOf('arn:alice', 'k')]);
  });

  test('without one, each order is an operation of its own', async () => {
    await accept();
    await accept();
    expect(world.records.all()).toHaveLength(2);
  });
});

test('a caller and a key make an id that an execution may bear, and no other pair makes the same', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(text, text, text, text, (caller, key, otherCaller, otherKey) => {
      const id = operationIdOf(caller, key);
      expect(id).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
      fc.pre(caller !== otherCaller || key !== otherKey);
      expect(operationIdOf(otherCaller, otherKey)).not.toBe(id);
    }),
  );
});

test('a fingerprint tells values apart, and not the order of fields', () => {
  const turned = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turned);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, inner]) => [key, turned(inner)]),
    );
  };
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      expect(fingerprint('update', turned(one))).toBe(fingerprint('update', one));
      const same = JSON.stringify(one) === JSON.stringify(other);
      if (!same && !(typeof one === 'object' && typeof other === 'object')) {
        expect(fingerprint('update', one)).not.toBe(fingerprint('update', other));
      }
    }),
  );
  expect(fingerprint('update', {})).not.toBe(fingerprint('update', []));
  expect(fingerprint('update', { a: 1 })).not.toBe(fingerprint('update', [['a', 1]]));
  expect(fingerprint('update', {})).not.toBe(fingerprint('delete', {}));
});

test('without a key, a request for which the function is run twice is one operation', async () => {
  const one = order();
  await expect(createWriteDesk(world.process()).accept(one)).resolves.toMatchObject({ outcome: 'accepted' });
  await expect(createWriteDesk(world.process()).accept(one)).resolves.toMatchObject({
    outcome: 'repeated',
    record: { operationId: idOf(1) },
  });
  await expect(accept()).resolves.toMatchObject({ outcome: 'accepted', record: { operationId: idOf(2) } });
});

test('a key and a request of the same text are two', async () => {
  expect(operationIdOf('arn:alice', 'a')).not.toBe(operationIdOfRequest('arn:alice', 'a'));
  expect(operationIdOfRequest('arn:alice', 'a')).not.toBe(operationIdOfRequest('arn:bob', 'a'));
});

describe('the order of an image', () => {
  const deleteOf = (version: number, imageName = 'pytorch', region = 'us-east-1') =>
    accept({ kind: 'delete', input: { imageName, version, region } });

  test('is that of acceptance: the second waits', async () => {
    for (const version of [1, 2, 3]) await deleteOf(version);
    expect(world.started()).toEqual([idOf(1)]);
    expect(
      await Promise.all([1, 2, 3].map((ticket) => world.queues.ahead('us-east-1#pytorch', ticket))),
    ).toEqual([0, 1, 2]);
  });

  test('is none between images, and images of one name in two regions are two', async () => {
    await deleteOf(1);
    await deleteOf(1, 'tensorflow');
    await deleteOf(1, 'pytorch', 'eu-west-1');
    expect(world.started()).toEqual([1, 2, 3].map(idOf));
  });

  test('is one however its name is spelt', async () => {
    await deleteOf(1, 'PyTorch');
    await deleteOf(2, 'pytorch');
    expect(world.started()).toEqual([idOf(1)]);
    expect(world.records.all().map(({ imageName, ticket }) => ({ imageName, ticket }))).toEqual([
      { imageName: 'PyTorch', ticket: 1 },
      { imageName: 'pytorch', ticket: 2 },
    ]);
  });
});

describe('an update of a create-only property', () => {
  const STANDS = { ImageName: 'pytorch', BaseImage: 'registry/x' };
  const update = (change: object): About => ({
    kind: 'update',
    input: { imageName: 'pytorch', version: 3, ...change },
  });
  let reads: string[] = [];
  beforeEach(() => {
    reads = [];
    world.read = async (region, identifier) => {
      reads.push(`${region} ${identifier}`);
      return STANDS;
    };
  });

  test.each([
    ['as a property', { properties: { BaseImage: 'registry/y' } }, '/properties/BaseImage'],
    ['the name of the image', { properties: { ImageName: 'jax' } }, '/properties/ImageName'],
    [
      'in a JSON Patch',
      { patch: [{ op: 'replace', path: '/BaseImage', value: 'registry/y' }] },
      '/patch/0/value',
    ],
    [
      'in the last operation on it',
      {
        patch: [
          { op: 'replace', path: '/BaseImage', value: 'registry/x' },
          { op: 'add', path: '/BaseImage', value: 'registry/y' },
        ],
      },
      '/patch/1/value',
    ],
  ])('%s that differs from what stands is refused at once, by one read', async (_what, change, path) => {
    const message = expect.stringContaining('settled when a version is created');
    expect(await accept(update(change))).toEqual({ outcome: 'invalid', faults: [{ path, message }] });
    expect(reads).toEqual([`us-east-1 ${arnOf(3)}`]);
    expect(world.queues.clear).toBe(true);
    expect(world.started()).toEqual([]);
  });

  test.each([
    ['the value that it has', { properties: { BaseImage: 'registry/x', Horovod: true } }],
    [
      'the value that it has, in a JSON Patch',
      { patch: [{ op: 'add', path: '/BaseImage', value: 'registry/x' }] },
    ],
    [
      'another value and then its own',
      {
        patch: [
          { op: 'replace', path: '/BaseImage', value: 'registry/y' },
          { op: 'replace', path: '/BaseImage', value: 'registry/x' },
        ],
      },
    ],
  ])('%s is accepted', async (_what, change) => {
    expect(await accept(update(change))).toMatchObject({ outcome: 'accepted' });
    expect(reads).toHaveLength(1);
  });

  test.each([
    ['no create-only property', { properties: { Horovod: true } }],
    ['a test of one', { patch: [{ op: 'test', path: '/BaseImage', value: 'registry/y' }] }],
    ['one that is copied to', { patch: [{ op: 'copy', from: '/ReleaseNotes', path: '/BaseImage' }] }],
  ])('%s costs no read', async (_what, change) => {
    expect(await accept(update(change))).toMatchObject({ outcome: 'accepted' });
    expect(reads).toEqual([]);
  });

  test('of a version that an operation before it has yet to make waits for its turn', async () => {
    world.read = async () => undefined;
    await accept();
    expect(await accept(update({ properties: { BaseImage: 'registry/y' } }))).toMatchObject({
      outcome: 'accepted',
      record: { ticket: 2 },
    });
  });

  test('waits for its turn where the read fails, and the failure is reported', async () => {
    world.read = async () => Promise.reject(new CallError('AccessDenied', 'no', false));
    expect(await accept(update({ properties: { BaseImage: 'registry/y' } }))).toMatchObject({
      outcome: 'accepted',
    });
    expect(world.reported).toEqual([`reading ${arnOf(3)} before an update of it is accepted`]);
  });

  test('that was accepted under a key is told again under it, whatever stands by now', async () => {
    world.read = async () => undefined;
    const again = { ...update({ properties: { BaseImage: 'registry/y' } }), idempotencyKey: 'k' };
    await accept(again);
    world.read = async () => STANDS;
    expect(await accept(again)).toMatchObject({ outcome: 'repeated' });
  });
});
