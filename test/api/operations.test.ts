import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { TestCloud, versionArn } from '../workflows/cloud.ts';
import { ApiCloud } from './api-cloud.ts';

/** Operations through the whole: API, queue, workflows, bus. */

const BUS = 'image-version-operations-dev';

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

/** What the bus told of an operation; an end is told of just after it stands in the record. */
async function events(operationId: string): Promise<{ type: unknown; detail: Record<string, unknown> }[]> {
  const { clock } = cloud.cloud;
  const until = clock.now() + 60_000;
  for (;;) {
    const told = cloud.cloud.events
      .recent({ bus: BUS })
      .filter(({ event }) => Reflect.get(Object(event.detail), 'operationId') === operationId)
      .map(({ event }) => ({ type: event['detail-type'], detail: Object(event.detail) }));
    if (told.length > 0 || clock.now() >= until) return told;
    await clock.sleep(1000);
  }
}

test('a create is accepted, done, told of on the bus, and can be read with its history', async () => {
  const accepted = await api.ask('POST', `/images/${image}/versions`, {
    body: { BaseImage: 'registry/image:1', Aliases: ['stable'] },
  });
  expect(accepted.status).toBe(202);
  const { operationId } = accepted.body;
  expect(accepted.headers.get('location')).toBe(`/operations/${operationId}`);
  expect(accepted.headers.get('retry-after')).toBe('5');

  const operation = await api.final(String(operationId));
  expect(operation).toMatchObject({
    kind: 'create',
    status: 'SUCCEEDED',
    region: 'us-east-1',
    imageName: image,
    version: 1,
    identifier: versionArn(image, 1),
    request: { properties: { ImageName: image, BaseImage: 'registry/image:1', Aliases: ['stable'] } },
    result: { effect: 'created', properties: { Version: 1, Aliases: ['stable'] } },
    history: [
      { event: 'request', step: 'create', status: 'SUCCESS' },
      { event: 'request', step: 'add-aliases', status: 'SUCCESS' },
    ],
    links: { self: `/operations/${operationId}`, execution: expect.stringContaining('/states/home') },
  });
  expect(await events(String(operationId))).toMatchObject([
    {
      type: 'ImageVersionOperationSucceeded',
      detail: { status: 'SUCCEEDED', effect: 'created', version: 1, identifier: versionArn(image, 1) },
    },
  ]);
});

test('operations of one image wait for each other, and tell how many come before them', async () => {
  const first = await api.create(image, `${image}-1`);
  const second = await api.create(image, `${image}-2`);
  const third = await api.create(image, `${image}-3`);
  expect(await api.operation(third.operationId)).toMatchObject({ status: 'QUEUED', position: 2 });

  const ended = [
    await api.final(third.operationId),
    await api.final(second.operationId),
    await api.final(first.operationId),
  ];
  expect(ended.map(({ status, version }) => `${status} ${version}`)).toEqual([
    'SUCCEEDED 3',
    'SUCCEEDED 2',
    'SUCCEEDED 1',
  ]);
});

test('an update of what a version was created with is refused at once, and the same value is accepted', async () => {
  await api.final((await api.create(image)).operationId);
  const path = `/images/${image}/versions/1`;
  const before = cloud.called('GetResource');
  const refused = await api.ask('PATCH', path, { body: { BaseImage: 'registry/other:1' } });
  expect(refused).toMatchObject({
    status: 422,
    body: {
      errors: [
        {
          pointer: '/BaseImage',
          detail: expect.stringContaining('given "registry/other:1", wanted "registry/image:1"'),
        },
      ],
    },
  });
  expect(cloud.called('GetResource') - before).toBe(1);
  const { body } = await api.ask('GET', `/operations?image=${image}`);
  expect(body.items).toMatchObject([{ kind: 'create' }]);

  const accepted = await api.ask('PATCH', path, { body: { BaseImage: 'registry/image:1', Horovod: true } });
  expect(accepted.status).toBe(202);
  expect(await api.final(String(accepted.body.operationId))).toMatchObject({
    status: 'SUCCEEDED',
    result: { effect: 'updated', properties: { BaseImage: 'registry/image:1', Horovod: true } },
  });
});

test('so it is in another region', async () => {
  const region = 'eu-west-1';
  await cloud.image(image, region);
  const made = await api.ask('POST', `/images/${image}/versions?region=${region}`, {
    body: { BaseImage: 'registry/image:1' },
  });
  await api.final(String(made.body.operationId));
  const refused = await api.ask('PATCH', `/images/${image}/versions/1?region=${region}`, {
    body: { BaseImage: 'registry/other:1' },
  });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/BaseImage' }] } });
});

test('under one key there is one operation, whoever repeats it and whenever', async () => {
  const first = await api.create(image, `${image}-key`);
  const [again, atOnce] = await Promise.all([
    api.create(image, `${image}-key`),
    api.create(image, `${image}-key`),
  ]);
  expect([again.operationId, atOnce.operationId]).toEqual([first.operationId, first.operationId]);
  await api.final(first.operationId);
  expect((await api.create(image, `${image}-key`)).status).toBe('SUCCEEDED');
  expect(await cloud.versions(image)).toEqual(['1 CREATED']);

  const other = await api.ask('POST', `/images/${image}/versions`, {
    body: { BaseImage: 'registry/other:1' },
    headers: { 'idempotency-key': `${image}-key` },
  });
  expect(other).toMatchObject({ status: 422, body: { operationId: first.operationId } });
});

test('an update and a delete go through the same queue', async () => {
  await api.create(image);
  const updated = await api.ask('PATCH', `/images/${image}/versions/1`, {
    body: { ReleaseNotes: 'good', aliasesToAdd: ['stable'] },
  });
  const deleted = await api.ask('DELETE', `/images/${image}/versions/1`);
  expect([updated.status, deleted.status]).toEqual([202, 202]);
  expect(await api.final(String(updated.body.operationId))).toMatchObject({
    status: 'SUCCEEDED',
    result: { effect: 'updated', properties: { ReleaseNotes: 'good', Aliases: ['stable'] } },
  });
  expect(await api.final(String(deleted.body.operationId))).toMatchObject({ result: { effect: 'deleted' } });
  expect((await api.ask('GET', `/images/${image}/versions/1`)).status).toBe(404);
});

test('what is queued is cancelled at once and never begins', async () => {
  const first = await api.create(image);
  const second = await api.create(image);
  const third = await api.create(image);
  const cancelled = await api.ask('POST', `/operations/${second.operationId}/cancel`);
  expect(cancelled.body).toMatchObject({ status: 'CANCELLED', error: { name: 'RequestCancelled' } });

  expect(await api.final(third.operationId)).toMatchObject({ status: 'SUCCEEDED', version: 2 });
  expect(await api.operation(second.operationId)).toMatchObject({ status: 'CANCELLED', history: [] });
  expect(await events(second.operationId)).toMatchObject([{ type: 'ImageVersionOperationCancelled' }]);
  const refused = await api.ask('POST', `/operations/${first.operationId}/cancel`);
  expect(refused.status).toBe(409);
});

test('what runs is cancelled at Cloud Control, and the record says what really happened', async () => {
  cloud.cloud.settings.change({ durations: { create: 60 } });
  const { operationId } = await api.create(image);
  while (cloud.called('CreateResource') === 0) await cloud.cloud.clock.sleep(100);
  const next = await api.create(image);
  expect((await api.ask('POST', `/operations/${operationId}/cancel`)).status).toBe(202);

  const operation = await api.final(operationId);
  expect(operation).toMatchObject({
    status: 'CANCELLED',
    identifier: versionArn(image, 1),
    history: [{ event: 'request', step: 'create', status: 'CANCEL_COMPLETE' }],
  });
  // SageMaker goes on with what it has begun: nothing is rolled back, and the record names it.
  expect(operation.error).toMatchObject({
    message: expect.stringContaining(`${versionArn(image, 1)} is left behind`),
  });
  expect(await api.final(next.operationId)).toMatchObject({ status: 'SUCCEEDED', version: 2 });
});

test('a workflow that somebody stops is settled, and its image handed on', async () => {
  cloud.cloud.settings.change({ durations: { create: 60 } });
  const { operationId } = await api.create(image);
  const next = await api.create(image);
  const sfn = new SFNClient(cloud.clientOptions());
  await sfn.send(
    new StopExecutionCommand({
      executionArn: `arn:aws:states:us-east-1:000000000000:execution:create-image-version-dev:${operationId}`,
      error: 'Maintenance',
      cause: 'stopped by hand',
    }),
  );
  sfn.destroy();

  const stopped = await api.final(operationId);
  expect(stopped).toMatchObject({ status: 'CANCELLED' });
  expect(stopped.error).toMatchObject({ message: expect.stringContaining('Maintenance: stopped by hand') });
  expect(await events(operationId)).toHaveLength(1);
  expect(await api.final(next.operationId)).toMatchObject({ status: 'SUCCEEDED' });
});

test('an operation that fails tells AWS’s own error, and the next one goes on', async () => {
  cloud.fault({ effect: { kind: 'create-failed', reason: 'CannotPull' } });
  const failing = await api.create(image);
  const next = await api.create(image);
  const failed = await api.final(failing.operationId);
  expect(failed).toMatchObject({ status: 'FAILED', error: { name: 'GeneralServiceException' } });
  expect(failed.error).toMatchObject({ message: expect.stringContaining('FailureReason: CannotPull') });
  expect(await events(failing.operationId)).toMatchObject([
    { type: 'ImageVersionOperationFailed', detail: { error: { name: 'GeneralServiceException' } } },
  ]);
  expect(await api.final(next.operationId)).toMatchObject({ status: 'SUCCEEDED', version: 2 });
});

test('lists of operations are newest first, filtered, and paged by a cursor', async () => {
  const ids: string[] = [];
  for (let nth = 0; nth < 3; nth += 1) {
    const { operationId } = await api.create(image);
    ids.push(operationId);
    await api.final(operationId);
  }
  const path = `/operations?image=${image}&status=SUCCEEDED&limit=2`;
  const first = await api.ask('GET', path);
  const second = await api.ask('GET', `${path}&cursor=${first.body.nextCursor}`);
  const listed = [first, second].flatMap(({ body }) =>
    Object(body.items).map((one: { operationId: string }) => one.operationId),
  );
  expect(listed).toEqual(ids.toReversed());
  expect(second.body.nextCursor).toBeNull();
  const ofRegion = await api.ask('GET', '/operations?region=us-east-1&limit=1');
  expect(ofRegion.body.items).toMatchObject([{ operationId: ids.at(-1) }]);
  const failed = await api.ask('GET', `/operations?image=${image}&status=FAILED`);
  expect(failed.body.items).toEqual([]);
});

test('an answer is held for as long as its caller prefers', async () => {
  const held = await api.ask('POST', `/images/${image}/versions`, {
    body: { BaseImage: 'registry/image:1' },
    headers: { prefer: 'wait=20' },
  });
  expect(held).toMatchObject({ status: 200, body: { status: 'SUCCEEDED', version: 1 } });
  expect(held.headers.get('preference-applied')).toBe('wait=20');
});

test('live reads: a version, its alias, lists of versions and images', async () => {
  const { operationId } = await api.create(image, undefined, { Aliases: ['stable'], Processor: 'CPU' });
  await api.final(operationId);
  const version = {
    identifier: versionArn(image, 1),
    imageName: image,
    version: 1,
    region: 'us-east-1',
    properties: { BaseImage: 'registry/image:1', Processor: 'CPU', Version: 1, Aliases: ['stable'] },
  };
  expect((await api.ask('GET', `/images/${image}/versions/1`)).body).toMatchObject(version);
  expect((await api.ask('GET', `/images/${image}/aliases/stable`)).body).toMatchObject(version);
  expect((await api.ask('GET', `/images/${image}/aliases/none`)).status).toBe(404);
  expect((await api.ask('GET', `/images/${image}/versions`)).body).toMatchObject({
    items: [version],
    nextCursor: null,
  });
  expect((await api.ask('GET', '/image-versions')).body).toMatchObject({
    items: [version],
    nextCursor: null,
  });
  expect((await api.ask('GET', '/images')).body).toMatchObject({ items: [{ imageName: image }] });
  expect((await api.ask('GET', '/health')).status).toBe(200);
});

test('a workflow that was started by hand is told of as well, outside the queue', async () => {
  const { name } = await cloud.run('create', {
    properties: { ImageName: image, BaseImage: 'registry/image:1' },
  });
  expect(await api.operation(name)).toMatchObject({ status: 'SUCCEEDED', version: 1 });
  expect(await events(name)).toMatchObject([{ type: 'ImageVersionOperationSucceeded' }]);
});
