import type { DeliveryFaults } from '../../local/aws/eventbridge/delivery-faults.ts';
import { Killer } from '../fixtures/killer.ts';
import { InventoryCloud } from './inventory-cloud.ts';

/** Whatever goes wrong: a snapshot is whole or not there, and the next run mends what is left. */

const killer = new Killer();
/** How the next deliveries of the schedule and the bus go. */
let delivery: ReturnType<DeliveryFaults['faultOf']>['kind'] = 'none';
let inventory: InventoryCloud;
/** Of the inventory's function, ended in whatever way. */
let runs = 0;
beforeAll(async () => {
  const deliveryFaults: DeliveryFaults = {
    faultOf: (rule) => ({ kind: rule.includes('snapshot') ? delivery : 'none' }),
  };
  inventory = await InventoryCloud.start({
    aroundCalls: killer.around,
    deliveryFaults,
    onFunctionRun: ({ functionName }) => {
      if (functionName === 'image-version-inventory-dev') runs += 1;
    },
  });
  killer.crash = (name) => inventory.cloud.cloud.lambda.crash(name);
  for (const image of ['a', 'b', 'c']) {
    await inventory.cloud.image(image);
    await inventory.make(image, { Aliases: ['stable'] });
    await inventory.make(image);
  }
  await inventory.taken();
});
afterAll(async () => {
  await inventory.stop();
  expect(inventory.cloud.unexpected).toEqual([]);
});

afterEach(() => inventory.cloud.cloud.faults.remove());

const SIDE_EFFECTS = ['PutItem', 'UpdateItem', 'DeleteItem', 'PutEvents'];
let notes = 0;

/** One alias moves, one version changes, one comes and one goes. */
async function somethingChanges(): Promise<void> {
  notes += 1;
  const [before, after] = notes % 2 === 1 ? [1, 2] : [2, 1];
  await inventory.change('a', before, { AliasesToDelete: ['stable'] });
  await inventory.change('a', after, { AliasesToAdd: ['stable'] });
  await inventory.change('b', 1, { ReleaseNotes: `note ${notes}` });
  const gone = (await inventory.cloud.versions('c')).at(-1)?.split(' ')[0];
  await inventory.make('c');
  await inventory.remove('c', Number(gone));
}

/** Everything that SageMaker has, as `seen` tells it. */
async function there(): Promise<string[]> {
  const found = [];
  for (const image of ['a', 'b', 'c']) {
    for (const version of await inventory.cloud.versions(image)) {
      const [number = ''] = version.split(' ');
      found.push([image, number, ...(await inventory.cloud.aliases(image, Number(number)))].join(' '));
    }
  }
  return found;
}

/** Every change of the newest snapshot has been told, each time by the same words. */
async function expectTold(snapshotId: string, changes: number): Promise<void> {
  const told = await inventory.until(async () => {
    const own = (await inventory.told()).filter(({ detail }) => detail.snapshotId === snapshotId);
    const ids = new Set(own.map(({ detail }) => String(detail.eventId)));
    return [...ids].filter((id) => !id.includes('/aliases/')).length === changes ? own : undefined;
  });
  const byId = Map.groupBy(told, ({ detail }) => detail.eventId);
  for (const repeats of byId.values()) {
    for (const { detail } of repeats) expect(detail).toEqual(repeats[0]?.detail);
  }
}

test('killed after each of its side effects, it is run again, and the snapshot is whole and told', async () => {
  let kills = 0;
  for (let nth = 1; ; nth += 1) {
    await somethingChanges();
    const before = runs;
    const armed = killer.arm('inventory', nth, 'after', 1, (operation) => SIDE_EFFECTS.includes(operation));
    const { snapshotId, counts } = await inventory.taken();
    expect({ nth, seen: await inventory.seen() }).toEqual({ nth, seen: await there() });
    await expectTold(snapshotId, Number(counts.added) + Number(counts.changed) + Number(counts.removed));
    killer.disarm();
    if (!armed.struck) break;
    // What died after its snapshot could be seen is run again all the same, a minute later.
    await inventory.until(async () => (runs >= before + 2 ? true : undefined));
    kills += 1;
  }
  // A chunk, the number, three rows closed and four opened, at least; commit, events, mark.
  expect(kills).toBeGreaterThanOrEqual(10);
}, 120_000);

test('killed for all its retries, it leaves readers what they had, and the next schedule mends it', async () => {
  const before = await inventory.newest();
  const seen = await inventory.seen();
  await somethingChanges();
  // After the chunk, the number and one row; and then, whenever it is run again, after the first row.
  const armed = killer.arm('inventory', 3, 'after', Number.POSITIVE_INFINITY, (operation) =>
    SIDE_EFFECTS.includes(operation),
  );
  await inventory.ring();
  const letters = await inventory.until(async () => {
    const found = await inventory.deadLetters();
    return found.length > 0 ? found : undefined;
  });
  killer.disarm();

  expect(armed.struck).toBe(true);
  expect(letters).toHaveLength(1);
  expect(await inventory.newest()).toEqual(before);
  expect(await inventory.seen()).toEqual(seen);
  // The dead run had its number already: its snapshot comes first, and then one of its own.
  await inventory.taken();
  expect(await inventory.seen()).toEqual(await there());
});

test('an event that comes twice makes no second truth', async () => {
  await somethingChanges();
  delivery = 'twice';
  await inventory.taken();
  delivery = 'none';
  // Else the second run of the same event might still be at work when the next change is made.
  await inventory.cloud.cloud.events.settled();
  await inventory.taken();
  await inventory.cloud.cloud.events.settled();

  expect(await inventory.seen()).toEqual(await there());
  const { body } = await inventory.api.ask('GET', '/snapshots?limit=50');
  const numbers = (body.items as { snapshotId: string }[]).map(({ snapshotId }) =>
    Number(snapshotId.split('-').at(-1)),
  );
  expect(numbers).toEqual(numbers.map((_none, index) => (numbers[0] ?? 0) - index));
});

test('an image whose list is refused fails the snapshot; nothing counts as gone', async () => {
  const before = await inventory.newest();
  await somethingChanges();
  const letters = (await inventory.deadLetters()).length;
  inventory.cloud.cloud.faults.add({
    match: { operation: 'ListImageVersions', imageName: 'b' },
    times: 'always',
    effect: { kind: 'error', name: 'AccessDeniedException', message: 'not this one' },
  });
  await inventory.ring();
  await inventory.until(async () => ((await inventory.deadLetters()).length > letters ? true : undefined));

  expect(await inventory.newest()).toEqual(before);
  inventory.cloud.cloud.faults.remove();
  await inventory.taken();
  expect(await inventory.seen()).toEqual(await there());
});

test('throttled both ways and broken off, it goes slower and gets there', async () => {
  await somethingChanges();
  for (const effect of [{ kind: 'throttle' }, { kind: 'disconnect' }, { kind: 'lose-answer' }]) {
    inventory.cloud.cloud.faults.add({ match: { service: 'SageMaker' }, times: 2, effect });
  }
  inventory.cloud.cloud.settings.change({
    rateLimit: { perSecond: 4, of: 'cloud-control-and-sagemaker' },
  });
  const { throttled } = await inventory.taken();
  inventory.cloud.cloud.settings.reset();

  expect(throttled).toBeGreaterThan(2);
  expect(await inventory.seen()).toEqual(await there());
});
