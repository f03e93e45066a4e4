import { inventoryDesk } from '../../../lambda/adapters/inventory-desk.ts';
import { listSnapshots } from '../../../lambda/core/inventory/as-of.ts';
import { MOST_RUNS } from '../../../lambda/core/inventory/continuation.ts';
import type { InventoryDesk, RowFilter, RowPlace, RowSpan } from '../../../lambda/core/inventory/desk.ts';
import type { InventoryRow } from '../../../lambda/core/inventory/snapshot.ts';
import { memoryInventory } from '../../fixtures/memory-inventory.ts';
import { RecordedRegion, versionState } from '../../fixtures/recorded-region.ts';
import { Tables } from '../../fixtures/tables.ts';

const tables = new Tables();

const one = versionState(1, { aliases: ['stable'], properties: { VendorGuidance: 'STABLE' } });
const oneChanged = { ...one, aliases: ['stable', 'old'] };
const two = versionState(2, { aliases: ['stable-2'], properties: { Processor: 'GPU' } });
const ten = versionState(10, { properties: { MLFramework: 'PyTorch 2.6.0' } });
/** Its name begins as that of the other image. */
const other = versionState(1, { imageName: 'pytorch-cpu' });

/** Version 1 changes, 2 goes and comes back, 10 comes; of the last snapshot only the rows are there, and its record. */
const region = new RecordedRegion()
  .take([one, two, other])
  .take([oneChanged, other])
  .take([oneChanged, two, ten, other])
  .take([two, ten, other], { status: 'dated' });

const far = new RecordedRegion('eu-west-1').take([versionState(1, { region: 'eu-west-1' })]);

/** Each was made by as many runs as there may be, so that a read of 1 MB has room for a few of them only. */
const long = new RecordedRegion('ap-south-1');
for (let number = 1; number <= 60; number += 1) {
  long.take([], { runs: MOST_RUNS });
}

beforeAll(async () => {
  await tables.start();
  await long.write(tables.inventory);
  await region.write(tables.inventory);
  await far.write(tables.inventory);
});
afterAll(() => tables.stop());

/** A client reads its environment when it first calls: the table is there by then. */
const desks: readonly (readonly [string, InventoryDesk])[] = [
  ['in the table', inventoryDesk(tables.inventory)],
  ['in memory', memoryInventory([region, far, long])],
];

function takenAt(number: number): string {
  return region.snapshots[number - 1]?.takenAt ?? '';
}

test.each(desks)('the regions that snapshots were taken of %s', async (_where, desk) => {
  await expect(desk.regions()).resolves.toEqual(['ap-south-1', 'eu-west-1', 'us-east-1']);
});

describe.each(desks)('snapshots %s', (_where, desk) => {
  const numbers = async (...given: Parameters<InventoryDesk['snapshots']>) =>
    (await desk.snapshots(...given)).snapshots.map(({ number }) => number);

  test('are listed newest first, and of their region alone', async () => {
    await expect(numbers('us-east-1', 10)).resolves.toEqual([4, 3, 2, 1]);
    await expect(numbers('us-east-1', 2)).resolves.toEqual([4, 3]);
    await expect(numbers('us-east-1', 2, 3)).resolves.toEqual([2, 1]);
    await expect(numbers('eu-west-1', 10)).resolves.toEqual([1]);
    await expect(numbers('eu-central-1', 10)).resolves.toEqual([]);
  });

  test('of long records are listed to their end, though one read does not have room for all', async () => {
    const [first] = await Promise.all([desk.snapshots('ap-south-1', 100)]);
    expect(first?.snapshots.length).toBeLessThan(60);

    for (const limit of [1_000, 60, 59, 7]) {
      const listed: number[] = [];
      let before: number | undefined;
      do {
        const page = await listSnapshots(desk, 'ap-south-1', limit, { before });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        listed.push(...page.items.map(({ number }) => number));
        before = page.next;
      } while (before !== undefined);
      expect(listed).toEqual(Array.from({ length: 60 }, (_none, index) => 60 - index));
    }
    const since = long.snapshots[29]?.takenAt;
    const late = await listSnapshots(desk, 'ap-south-1', 1_000, { since });
    expect(late.items.map(({ number }) => number)).toEqual(
      Array.from({ length: 31 }, (_none, index) => 60 - index),
    );
    expect(late.next).toBeUndefined();
  });

  test('come as they were written', async () => {
    await expect(desk.find('us-east-1', 2)).resolves.toEqual(region.snapshots[1]);
    await expect(desk.find('us-east-1', 4)).resolves.toMatchObject({ status: 'dated' });
    await expect(desk.find('us-east-1', 5)).resolves.toBeUndefined();
  });

  test.each<[string, () => string, number | undefined]>([
    ['the first was taken', () => takenAt(1), 1],
    ['the second was taken', () => takenAt(2), 2],
    ['shortly after that', () => takenAt(2).replace('.000Z', '.001Z'), 2],
    ['the one that is on its way was taken', () => takenAt(4), 3],
    ['nothing was known yet', () => '2026-01-01T00:00:00.000Z', undefined],
  ])('are found by the time when %s, if they are committed', async (_when, at, number) => {
    expect((await desk.lastTakenBy('us-east-1', at()))?.number).toBe(number);
  });
});

describe.each(desks)('rows %s', (_where, desk) => {
  async function all(filter: RowFilter, span: RowSpan, most = 100): Promise<InventoryRow[]> {
    const rows: InventoryRow[] = [];
    let place: RowPlace | undefined;
    do {
      const batch = await desk.rows({ region: 'us-east-1', filter, span }, most, place);
      expect(batch.looked).toBeLessThanOrEqual(most);
      rows.push(...batch.rows);
      place = batch.next;
    } while (place);
    return rows;
  }
  const names = (rows: readonly InventoryRow[]) =>
    rows.map(({ state: { imageName, version }, from }) => `${imageName}:${version}@${from}`);

  const at = (number: number): RowSpan => ({ kind: 'at', number });

  test('come as they were written', async () => {
    const [row] = await all({ imageName: 'pytorch', version: 1 }, at(1));
    const { rows } = region;
    expect(row).toEqual(rows.find(({ state, from }) => state === one && from === 1));
    expect(row).toMatchObject({ to: 2, toAt: takenAt(2), state: { aliases: ['stable'] } });
  });

  test.each<[number, string[]]>([
    [1, ['pytorch:1@1', 'pytorch:2@1', 'pytorch-cpu:1@1']],
    [2, ['pytorch:1@2', 'pytorch-cpu:1@1']],
    [3, ['pytorch:1@2', 'pytorch:2@3', 'pytorch:10@3', 'pytorch-cpu:1@1']],
    [4, ['pytorch:2@3', 'pytorch:10@3', 'pytorch-cpu:1@1']],
  ])('of snapshot %i are those that hold then, by image and by number', async (number, expected) => {
    for (const most of [1, 2, 3, 100]) expect(names(await all({}, at(number), most))).toEqual(expected);
  });

  test.each<[number, number, string[]]>([
    [1, 2, ['pytorch:1@1', 'pytorch:1@2', 'pytorch:2@1']],
    [2, 3, ['pytorch:2@3', 'pytorch:10@3']],
    [3, 4, ['pytorch:1@2']],
    [1, 4, ['pytorch:1@1', 'pytorch:1@2', 'pytorch:2@1', 'pytorch:2@3', 'pytorch:10@3']],
  ])(
    'between %i and %i are those that begin or end after the one and up to the other',
    async (after, upTo, expected) => {
      expect(names(await all({}, { kind: 'between', after, upTo }, 2))).toEqual(expected);
    },
  );

  test('up to a snapshot are those that had begun', async () => {
    const history = { imageName: 'pytorch', version: 2 };
    expect(names(await all(history, { kind: 'up-to', number: 2 }))).toEqual(['pytorch:2@1']);
    expect(names(await all(history, { kind: 'up-to', number: 3 }))).toEqual(['pytorch:2@1', 'pytorch:2@3']);
  });

  test.each<[RowFilter, string[]]>([
    [{ imageName: 'pytorch' }, ['pytorch:1@2', 'pytorch:2@3', 'pytorch:10@3']],
    [{ imageName: 'pytorch', version: 1 }, ['pytorch:1@2']],
    [{ imageName: 'pytorch', version: 10 }, ['pytorch:10@3']],
    [{ imageName: 'pytorc' }, []],
    [{ alias: 'stable' }, ['pytorch:1@2']],
    [{ alias: 'old' }, ['pytorch:1@2']],
    [{ alias: 'stable-2' }, ['pytorch:2@3']],
    [{ alias: 'stab' }, []],
    [{ vendorGuidance: 'STABLE' }, ['pytorch:1@2']],
    [{ vendorGuidance: 'NOT_PROVIDED' }, []],
    [{ processor: 'GPU' }, ['pytorch:2@3']],
    [{ mlFramework: 'PyTorch 2.6.0' }, ['pytorch:10@3']],
    [{ imageName: 'pytorch', alias: 'stable', vendorGuidance: 'STABLE' }, ['pytorch:1@2']],
    [{ imageName: 'pytorch-cpu', alias: 'stable' }, []],
  ])('by %j are those', async (filter, expected) => {
    expect(names(await all(filter, at(3)))).toEqual(expected);
  });

  test('after a place go on there, also where no row has it', async () => {
    const goingOn = async (place: RowPlace) =>
      names((await desk.rows({ region: 'us-east-1', filter: {}, span: at(3) }, 100, place)).rows);
    const from = { imageName: 'pytorch', version: 2 };
    await expect(goingOn({ ...from, from: 0 })).resolves.toEqual([
      'pytorch:2@3',
      'pytorch:10@3',
      'pytorch-cpu:1@1',
    ]);
    await expect(goingOn({ ...from, from: 3 })).resolves.toEqual(['pytorch:10@3', 'pytorch-cpu:1@1']);
  });
});
