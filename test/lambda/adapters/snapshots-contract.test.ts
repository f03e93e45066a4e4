import { snapshotStore } from '../../../lambda/adapters/snapshot-store.ts';
import type { Run, SnapshotStore } from '../../../lambda/core/inventory/ports.ts';
import type {
  Change,
  InventoryRow,
  Snapshot,
  VersionState,
} from '../../../lambda/core/inventory/snapshot.ts';
import { MemorySnapshots } from '../../fixtures/memory-snapshots.ts';
import { Tables } from '../../fixtures/tables.ts';

/** What both promise that keep snapshots: the table, and its stand-in in the tests of core. */

const tables = new Tables();
beforeAll(() => tables.start());
afterAll(() => tables.stop());

const IMPLEMENTATIONS: Readonly<Record<string, () => SnapshotStore>> = {
  'the table': () => snapshotStore(tables.inventory),
  memory: () => new MemorySnapshots(),
};

const AT = '2026-11-24T08:00:00.000Z';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe.each(Object.entries(IMPLEMENTATIONS))('in %s', (_where, make) => {
  let store: SnapshotStore;
  let region: string;
  let count = 0;
  beforeEach(() => {
    store = make();
    // Each test has a region of its own.
    count += 1;
    region = `us-test-${count}`;
  });

  const snapshot = (number: number, about: Partial<Snapshot> = {}): Snapshot => ({
    region,
    number,
    writer: 'w',
    status: 'claimed',
    published: false,
    startedAt: AT,
    takenAt: AT,
    trigger: 'schedule',
    full: true,
    sinceFull: 0,
    counts: { images: 1, versions: 1, added: 1, changed: 0, removed: 0 },
    calls: 3,
    throttled: 0,
    durationSeconds: 0.5,
    changeSets: [],
    digests: [],
    ...about,
  });

  const state = (imageName: string, version: number, about: Partial<VersionState> = {}): VersionState => ({
    identifier: `arn:aws:sagemaker:${region}:123456789012:image-version/${imageName}/${version}`,
    region,
    account: '123456789012',
    imageName,
    version,
    status: 'CREATED',
    createdAt: AT,
    modifiedAt: AT,
    properties: { ImageName: imageName, Version: version, Horovod: true },
    aliases: ['stable'],
    ...about,
  });

  const row = (of: VersionState, from: number, about: Partial<InventoryRow> = {}): InventoryRow => ({
    state: of,
    firstSeenAt: AT,
    from,
    fromAt: AT,
    ...about,
  });

  const chunk = (number: number, writer: string, index: number) => ({ region, number, writer, chunk: index });
  const change = (of: VersionState): Change => ({ kind: 'added', after: of, cause: { drift: true } });

  test('a number is taken once, and the highest one is the newest, whatever its status', async () => {
    expect(await store.newest(region)).toBeUndefined();
    expect(await store.put(snapshot(1))).toBe(true);
    expect(await store.put(snapshot(1, { calls: 99 }))).toBe(false);
    for (let number = 2; number <= 11; number += 1) expect(await store.put(snapshot(number))).toBe(true);

    expect(await store.newest(region)).toEqual(snapshot(11));
  });

  test('how far a snapshot is completed is kept with it, and makes none of one that is not there', async () => {
    await store.noteProgress(snapshot(1), { appliedChunks: 3 });
    expect(await store.newest(region)).toBeUndefined();
    await store.put(snapshot(1));
    await store.noteProgress(snapshot(1), { appliedChunks: 3 });
    await store.noteProgress(snapshot(1), { publishedChunks: 2 });
    expect(await store.newest(region)).toEqual(snapshot(1, { appliedChunks: 3, publishedChunks: 2 }));
  });

  test('a snapshot is dated once, committed and then published, and may be again', async () => {
    const later = (minutes: number) => new Date(Date.parse(AT) + minutes * 60_000).toISOString();
    await store.put(snapshot(1));
    const dated = snapshot(1, { status: 'dated', takenAt: later(1) });
    expect(await store.date(snapshot(1), later(1))).toEqual(dated);
    expect(await store.date(snapshot(1), later(2))).toEqual(dated);
    expect(await store.newest(region)).toEqual(dated);

    await store.commit(dated);
    const committed = { ...dated, status: 'committed' };
    expect(await store.newest(region)).toEqual(committed);
    expect(await store.date(snapshot(1), later(3))).toEqual(committed);
    await store.markPublished(dated);
    await store.commit(dated);
    expect(await store.newest(region)).toEqual({ ...committed, published: true });
  });

  test('rows of an image come by version, and those of another whose name begins alike do not', async () => {
    for (const version of [10, 9, 2]) await store.openRow(row(state('pytorch', version), 1));
    await store.openRow(row(state('pytorch-cpu', 1), 1));

    const found = await all(store.rows(region, 'pytorch'));
    expect(found).toEqual([2, 9, 10].map((version) => row(state('pytorch', version), 1)));
  });

  test('a row that is closed holds no more; closing and opening again changes nothing', async () => {
    const [before, after] = [state('a', 1), state('a', 1, { status: 'DELETING' })];
    await store.openRow(row(before, 1));
    await store.closeRow(before, 1, { to: 2, toAt: AT });
    await store.openRow(row(after, 2, { cause: { drift: false, operationId: 'op' } }));
    expect(await all(store.rows(region, 'a'))).toEqual([
      row(after, 2, { cause: { drift: false, operationId: 'op' } }),
    ]);

    // Whoever is late does what has been done, after the next snapshot has closed that row too.
    await store.closeRow(after, 2, { to: 3, toAt: AT, removal: { drift: true } });
    await store.openRow(row(after, 2));
    await store.openRow(row(before, 1));
    await store.closeRow(after, 2, { to: 4, toAt: AT });
    expect(await all(store.rows(region, 'a'))).toEqual([]);
  });

  test('closing a row that is not there makes none', async () => {
    await store.closeRow(state('a', 1), 1, { to: 2, toAt: AT });
    expect(await all(store.rows(region, 'a'))).toEqual([]);
  });

  test('chunks are read as they were written, with what digests they have', async () => {
    const changes = [change(state('a', 1, { failureReason: 'no' })), change(state('a', 2))];
    await store.writeChunk(chunk(1, 'w', 1), changes, undefined);
    await store.writeChunk(
      chunk(1, 'w', 2),
      [],
      new Map([
        ['a', 'x'],
        ['b', ''],
      ]),
    );
    await store.writeChunk(chunk(1, 'v', 1), [], new Map([['c', 'z']]));

    expect(await store.changes(chunk(1, 'w', 1))).toEqual(changes);
    expect(await store.changes(chunk(1, 'w', 2))).toEqual([]);
    const digests = await store.digests(region, [
      { number: 1, writer: 'w', chunk: 2 },
      { number: 1, writer: 'v', chunk: 1 },
    ]);
    expect([...digests]).toEqual([
      ['a', 'x'],
      ['b', ''],
      ['c', 'z'],
    ]);
    await expect(store.changes(chunk(1, 'w', 3))).rejects.toThrow(/w/);
  });

  test('chunks that a snapshot does not name are dropped, and those of other numbers are not', async () => {
    await store.writeChunk(chunk(2, 'named', 1), [], new Map());
    await store.writeChunk(chunk(2, 'digests', 1), [], new Map());
    await store.writeChunk(chunk(2, 'dead', 1), [], new Map());
    await store.writeChunk(chunk(3, 'dead', 1), [], new Map());
    await store.dropUnnamed(
      snapshot(2, {
        changeSets: [{ writer: 'named', chunks: 1 }],
        digests: [{ number: 2, writer: 'digests', chunk: 1 }],
      }),
    );

    for (const at of [chunk(2, 'named', 1), chunk(2, 'digests', 1), chunk(3, 'dead', 1)]) {
      expect(await store.changes(at)).toEqual([]);
    }
    await expect(store.changes(chunk(2, 'dead', 1))).rejects.toThrow();
  });

  test('a run is claimed from whoever had it when it was looked at, by one', async () => {
    const run = (runId: string, until: number): Run => ({ runId, base: 1, startedAt: AT, until });
    expect(await store.run(region)).toBeUndefined();
    expect(await store.claimRun(region, run('a', 1), undefined)).toBe(true);
    expect(await store.claimRun(region, run('b', 1), undefined)).toBe(false);
    const seen = await store.run(region);
    expect(seen).toEqual(run('a', 1));

    expect(await store.claimRun(region, run('b', 5), seen)).toBe(true);
    expect(await store.claimRun(region, run('c', 5), seen)).toBe(false);
    await store.extendRun(region, run('a', 0), 99);
    expect(await store.run(region)).toEqual(run('b', 5));
    await store.extendRun(region, run('b', 0), 99);
    expect(await store.run(region)).toEqual(run('b', 99));
    // What it was has been extended since.
    expect(await store.claimRun(region, run('c', 5), run('b', 5))).toBe(false);
  });

  test('extending a run that nobody has made makes none', async () => {
    await store.extendRun(region, { runId: 'a', base: 0, startedAt: AT, until: 1 }, 99);
    expect(await store.run(region)).toBeUndefined();
  });
});
