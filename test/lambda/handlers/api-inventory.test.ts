import type { InventoryDesk, SnapshotBatch } from '../../../lambda/core/inventory/desk.ts';
import { CallError } from '../../../lambda/core/ports.ts';
import { ApiWorld, NOW } from '../../fixtures/api.ts';
import {
  ask,
  driftingRegion,
  faulty,
  items,
  moment,
  one,
  problem,
  takenAt,
  worldOf,
} from '../../fixtures/drifting-region.ts';
import { memoryInventory } from '../../fixtures/memory-inventory.ts';
import { RecordedRegion, versionState } from '../../fixtures/recorded-region.ts';

describe('the inventory', () => {
  const versions = async (query: string) =>
    items(await ask(`/inventory${query}`)).map(({ version }) => version);

  test('is that of the newest snapshot', async () => {
    const reply = await ask('/inventory');
    expect(reply.body.snapshot).toMatchObject({ snapshotId: 'us-east-1-4' });
    expect(items(reply)).toMatchObject([{ version: 2, validFrom: moment(3), cause: { drift: true } }]);
  });

  test.each<[string, number[]]>([
    [`at=${takenAt(1)}`, [1]],
    [`at=${takenAt(2).replace('.000Z', '.001Z')}`, [1, 2]],
    [`at=${encodeURIComponent(takenAt(2).replace('.000Z', '+00:00'))}`, [1, 2]],
    [`at=${takenAt(3)}&alias=stable`, [2]],
    [`at=${takenAt(2)}&alias=stable`, [1]],
    [`at=${new Date(NOW).toISOString()}`, [2]],
    ['image=pytorch', [2]],
    ['image=pytorc', []],
    ['processor=GPU&vendorGuidance=STABLE', [2]],
    ['processor=CPU', []],
    [`mlFramework=PyTorch+2.6.0&at=${takenAt(3)}`, [1]],
    ['alias=latest&image=pytorch', [2]],
  ])('by %s is that', async (query, expected) => {
    await expect(versions(`?${query}`)).resolves.toEqual(expected);
  });

  test('of a time that a snapshot on its way was taken before is not settled yet', async () => {
    const world = worldOf(driftingRegion().take([], { status: 'dated' }));
    const reply = await world.send('GET', `/inventory?at=${takenAt(5)}`);
    expect(problem(reply)).toEqual([503, 'snapshot-pending']);
    expect(reply.headers['retry-after']).toBe('5');
    const before = await world.send('GET', `/inventory?at=${takenAt(4)}`);
    expect(items(before)).toMatchObject([{ version: 2 }]);
    expect(items(await world.send('GET', '/inventory'))).toMatchObject([{ version: 2 }]);
  });

  test('of a time before the first snapshot says when that was', async () => {
    const reply = await ask('/inventory?at=2025-01-01T00:00:00Z');
    expect(problem(reply)).toEqual([404, 'before-first-snapshot']);
    expect(reply.body.detail).toContain(takenAt(1));
  });

  test('of a region without snapshots says how one is taken', async () => {
    const empty = await ask('/inventory?region=eu-west-1');
    expect(problem(empty)).toEqual([404, 'no-snapshot']);
    expect(empty.body.detail).toContain('POST /snapshots?region=eu-west-1');
    const world = worldOf(new RecordedRegion().take([one], { status: 'dated', takenAt: takenAt(100) }));
    expect(problem(await world.send('GET', '/inventory'))).toEqual([404, 'no-snapshot']);
    expect(problem(await world.send('GET', `/inventory?at=${takenAt(1)}`))).toEqual([404, 'no-snapshot']);
  });

  test.each([
    ['at=yesterday', 'at'],
    ['at=2026-11-17', 'at'],
    ['at=2026-11-17T08:00:00', 'at'],
    ['at=2026-02-30T08:00:00Z', 'at'],
    ['at=1763366400', 'at'],
    [`at=${new Date(NOW + 1).toISOString()}`, 'at'],
    ['at=9999-12-31T23:59:59Z', 'at'],
    ['vendorGuidance=stable', 'vendorGuidance'],
    ['processor=TPU', 'processor'],
    ['mlFramework=PyTorch', 'mlFramework'],
    ['alias=.x', 'alias'],
    ['image=a/b', 'image'],
    ['ImageName=pytorch', 'ImageName'],
    ['status=CREATED', 'status'],
    ['rowLimit=5', 'rowLimit'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=5&limit=5', 'limit'],
    ['region=mars-north-1', 'region'],
  ])('by %s is refused', async (query, parameter) => {
    const reply = await ask(`/inventory?${query}`);
    expect(problem(reply)).toEqual([400, 'invalid-request']);
    expect(faulty(reply)).toEqual([parameter]);
  });

  test('of a time to come says what time it is', async () => {
    const reply = await ask('/inventory?at=2030-01-01T00:00:00Z');
    expect(JSON.stringify(reply.body.errors)).toContain('not later than now, 2026-11-24T08:00:00.000Z');
  });

  test('takes as many as an export wants', async () => {
    expect((await ask('/inventory?limit=1000')).status).toBe(200);
  });

  test('is no larger than a function may answer', async () => {
    const aliases = Array.from({ length: 100 }, (_none, index) => `${'x'.repeat(120)}${index}`);
    const properties = { ReleaseNotes: '🙂'.repeat(120) };
    const states = Array.from({ length: 400 }, (_none, index) =>
      versionState(index + 1, { aliases, properties }),
    );
    const world = worldOf(new RecordedRegion().take(states));
    const first = await world.send('GET', '/inventory?limit=1000');
    expect(Buffer.byteLength(JSON.stringify(first.text))).toBeLessThan(6 * 1024 * 1024);
    expect(items(first).length).toBeGreaterThan(50);
    expect(items(first).length).toBeLessThan(400);
    const rest = await world.send('GET', `/inventory?limit=1000&cursor=${first.body.nextCursor}`);
    expect(items(rest)[0]).toMatchObject({ version: items(first).length + 1 });
  });

  describe('costs', () => {
    /** What the rows of a page take, of 300 versions of which 100 have the alias `last`. */
    async function readsOf(query: string, perRead?: number) {
      const states = Array.from({ length: 300 }, (_none, index) =>
        versionState(index + 1, { aliases: index < 200 ? [] : [`last-${index}`, 'last'] }),
      );
      const inventory = memoryInventory([new RecordedRegion().take(states)], perRead ? { perRead } : {});
      let reads = 0;
      let looked = 0;
      const rows: InventoryDesk['rows'] = async (...given) => {
        const batch = await inventory.rows(...given);
        reads += 1;
        looked += batch.looked;
        return batch;
      };
      const reply = await new ApiWorld({ inventory: { ...inventory, rows } }).send('GET', query);
      return { reads, looked, found: items(reply).length, more: reply.body.nextCursor !== null };
    }

    test('one read where every row counts', async () => {
      await expect(readsOf('/inventory?limit=50')).resolves.toEqual({
        reads: 1,
        looked: 50,
        found: 50,
        more: true,
      });
    });

    test('few reads where few rows count', async () => {
      const { reads, found } = await readsOf('/inventory?alias=last&limit=20');
      expect(found).toBe(20);
      expect(reads).toBeLessThanOrEqual(3);
    });

    test('so many reads and no more: the rest is another page', async () => {
      await expect(readsOf('/inventory?alias=last&limit=20', 10)).resolves.toEqual({
        reads: 10,
        looked: 100,
        found: 0,
        more: true,
      });
    });
  });

  test('that the table does not answer is a problem that may pass', async () => {
    const snapshots = async (): Promise<SnapshotBatch> => {
      throw new CallError('ThrottlingException', 'slower', true, true);
    };
    const world = new ApiWorld({ inventory: { snapshots } });
    expect(problem(await world.send('GET', '/inventory'))).toEqual([429, 'throttled']);
  });
});
