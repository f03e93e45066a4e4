import { InventoryCloud } from './inventory-cloud.ts';

/** The inventory as its users know it: what the schedule sees, what was when, who did it. */

let inventory: InventoryCloud;
beforeAll(async () => {
  inventory = await InventoryCloud.start();
  await inventory.cloud.image('pytorch');
  await inventory.cloud.image('empty');
  await inventory.cloud.image('pytorch', 'eu-west-1');
  await inventory.make('pytorch', { Processor: 'CPU', Aliases: ['stable'] });
  await inventory.make('pytorch', { Processor: 'GPU' });
  await inventory.make('pytorch', {}, 'eu-west-1');
});
afterAll(async () => {
  await inventory.stop();
  expect(inventory.cloud.unexpected).toEqual([]);
});

test('the schedule takes a snapshot of each region, side by side', async () => {
  expect((await inventory.api.ask('GET', '/snapshots/latest')).status).toBe(404);
  const [own, other] = await Promise.all([inventory.taken(), inventory.taken('eu-west-1')]);

  expect(own).toMatchObject({ snapshotId: 'us-east-1-1', full: true, trigger: 'schedule' });
  expect(own.counts).toEqual({ images: 2, versions: 2, added: 2, changed: 0, removed: 0 });
  expect(other).toMatchObject({ snapshotId: 'eu-west-1-1', counts: { images: 1, versions: 1 } });
  expect(await inventory.seen()).toEqual(['pytorch 1 stable', 'pytorch 2']);
  expect(await inventory.seen('&region=eu-west-1')).toEqual(['pytorch 1']);
  expect(await inventory.told()).toEqual([]);
});

test('what an operation changed is its own; what was changed past it is drift', async () => {
  const { body } = await inventory.api.ask('PATCH', '/images/pytorch/versions/1', {
    body: { VendorGuidance: 'TO_BE_ARCHIVED' },
  });
  const update = await inventory.api.final(String(body.operationId));
  const create = await inventory.api.final(
    (await inventory.api.create('pytorch', undefined, { Aliases: ['next'] })).operationId,
  );
  await inventory.change('pytorch', 2, { ReleaseNotes: 'by hand' });

  const second = await inventory.taken();

  expect(second.counts).toEqual({ images: 2, versions: 3, added: 1, changed: 2, removed: 0 });
  const causes = new Map(
    (await inventory.told()).map(({ detail }) => [
      detail.eventId,
      detail.drift === true ? 'drift' : detail.operationId,
    ]),
  );
  expect([...causes].toSorted()).toEqual([
    ['us-east-1-2/pytorch/1', update.operationId],
    ['us-east-1-2/pytorch/2', 'drift'],
    ['us-east-1-2/pytorch/3', create.operationId],
    ['us-east-1-2/pytorch/aliases/next', create.operationId],
  ]);
});

test('an alias that is moved by an operation is a move of the operation, and its history tells when', async () => {
  const { body } = await inventory.api.ask('PATCH', '/images/pytorch/versions/3', {
    body: { aliasesToAdd: ['stable'] },
  });
  const { operationId } = await inventory.api.final(String(body.operationId));
  const third = await inventory.taken();

  const moves = (await inventory.told()).filter(({ detailType }) => detailType === 'AliasMoved');
  expect(moves.at(0)?.detail).toMatchObject({
    eventId: 'us-east-1-3/pytorch/aliases/stable',
    from: { version: 1 },
    to: { version: 3 },
    drift: false,
    operationId,
  });
  const changes = (await inventory.told()).filter(({ detail }) => detail.snapshotId === third.snapshotId);
  expect(changes.every(({ detail }) => detail.operationId === operationId)).toBe(true);
  const history = await inventory.api.ask('GET', '/images/pytorch/aliases/stable/history');
  expect(history.body.items).toMatchObject([
    { version: 1, from: { snapshotId: 'us-east-1-1' }, to: { snapshotId: 'us-east-1-3' } },
    { version: 3, from: { snapshotId: 'us-east-1-3' }, to: null },
  ]);
});

test('one that is asked for is taken at once, and the past reads as it was', async () => {
  const asked = await inventory.api.ask('POST', '/snapshots');
  expect(asked.status).toBe(202);
  const requestedAt = String(asked.body.requestedAt);
  const taken = await inventory.until(async () => {
    const newest = await inventory.newest();
    return newest && newest.startedAt >= requestedAt ? newest : undefined;
  });

  expect(taken).toMatchObject({
    trigger: 'request',
    full: false,
    counts: { added: 0, changed: 0, removed: 0 },
  });
  const first = await inventory.api.ask('GET', '/snapshots/us-east-1-1');
  const at = String(Reflect.get(Object(first.body.snapshot), 'takenAt'));
  expect(await inventory.seen(`&at=${at}`)).toEqual(['pytorch 1 stable', 'pytorch 2']);
  const diff = await inventory.api.ask('GET', '/snapshots/us-east-1-1/diff/latest');
  expect(diff.body.items).toMatchObject([
    { kind: 'changed', version: 1 },
    { kind: 'changed', version: 2 },
    { kind: 'added', version: 3 },
  ]);
});

test('a version and an image that are gone are told, once SageMaker says so', async () => {
  await inventory.remove('pytorch', 2);
  const { counts } = await inventory.taken();

  expect(counts).toMatchObject({ versions: 2, removed: 1 });
  expect(await inventory.seen()).toEqual(['pytorch 1', 'pytorch 3 next stable']);
  expect((await inventory.told()).at(0)).toMatchObject({
    detailType: 'ImageVersionRemoved',
    detail: { version: 2, drift: true },
  });
});
