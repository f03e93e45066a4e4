import { ChangeWriter } from '../../../../lambda/core/inventory/change-writer.ts';
import type { ChunkAt } from '../../../../lambda/core/inventory/ports.ts';
import type { Change } from '../../../../lambda/core/inventory/snapshot.ts';
import { RegionImages } from '../../../fixtures/region-images.ts';
import { START } from '../../../fixtures/world.ts';

/** DynamoDB's limit for an item. */
const LARGEST_ITEM = 400 * 1024;

interface Written {
  readonly at: ChunkAt;
  readonly changes: readonly Change[];
  readonly digests: ReadonlyMap<string, string> | undefined;
}

function writer() {
  const written: Written[] = [];
  const store = {
    writeChunk: async (at: ChunkAt, changes: readonly Change[], digests: Written['digests']) => {
      written.push({ at, changes, digests });
    },
  };
  return {
    written,
    writer: new ChangeWriter(store, { region: 'us-east-1', number: 4, writer: 'w' }),
  };
}

function additions(count: number, notes: string): Change[] {
  const images = new RegionImages(() => START);
  for (let made = 0; made < count; made += 1) images.create('pytorch', { ReleaseNotes: notes });
  return images.states().map((after) => ({ kind: 'added', after }));
}

const bytesOf = ({ changes, digests }: Written) =>
  Buffer.byteLength(JSON.stringify(changes)) + Buffer.byteLength(JSON.stringify([...(digests ?? [])]));

test('few changes and the digests are one write', async () => {
  const { writer: one, written } = writer();
  await one.add(additions(3, 'x'));
  expect(written).toEqual([]);

  const places = await one.close(new Map([['pytorch', 'digest']]));

  expect(written).toHaveLength(1);
  expect(places).toEqual({
    changeSet: { writer: 'w', chunks: 1 },
    digests: [{ number: 4, writer: 'w', chunk: 1 }],
  });
  expect(one.counts).toEqual({ added: 3, changed: 0, removed: 0 });
});

test('no chunk is larger than an item may be, whatever is in it, and none is lost', async () => {
  const { writer: one, written } = writer();
  const all = additions(1_500, 'ü'.repeat(255));
  for (let from = 0; from < all.length; from += 50) await one.add(all.slice(from, from + 50));
  const digests = new Map(
    Array.from({ length: 4_000 }, (_none, index) => [`image-${index}`, 'digest-of-16-ch']),
  );
  const places = await one.close(digests);

  expect(written.length).toBeGreaterThan(3);
  expect(written.flatMap(({ changes }) => changes)).toEqual(all);
  expect(written.map(({ at }) => at.chunk)).toEqual(written.map((_one, index) => index + 1));
  for (const chunk of written) expect(bytesOf(chunk)).toBeLessThan(LARGEST_ITEM);
  // The digests are in the last one, wherever that is.
  expect(places.changeSet.chunks).toBe(written.length);
  expect(written.filter((chunk) => chunk.digests)).toEqual([written.at(-1)]);
});

test('digests of more images than a chunk has room for have several', async () => {
  const { writer: one, written } = writer();
  const digests = new Map(
    Array.from({ length: 10_000 }, (_none, index) => [`${index}-`.padEnd(63, 'n'), 'digest-of-16-chr']),
  );

  const places = await one.close(digests);

  for (const chunk of written) expect(bytesOf(chunk)).toBeLessThan(LARGEST_ITEM);
  expect(new Map(written.flatMap((chunk) => [...(chunk.digests ?? [])]))).toEqual(digests);
  expect(places.digests).toEqual(written.map(({ at }) => ({ number: 4, writer: 'w', chunk: at.chunk })));
});

test('several add at once, and each change is written once', async () => {
  const { writer: one, written } = writer();
  const all = additions(900, 'x'.repeat(255));
  await Promise.all([0, 300, 600].map((from) => one.add(all.slice(from, from + 300))));
  await one.close(new Map());

  const numbers = written
    .flatMap(({ changes }) => changes)
    .map((change) => change.kind === 'added' && change.after.version);
  expect(numbers.toSorted((a, b) => Number(a) - Number(b))).toEqual(all.map((_one, index) => index + 1));
});

test('a write that fails fails whoever adds then, and the end', async () => {
  const store = { writeChunk: () => Promise.reject(new Error('no table')) };
  const one = new ChangeWriter(store, { region: 'us-east-1', number: 1, writer: 'w' });
  await expect(one.add(additions(900, 'x'.repeat(255)))).rejects.toThrow('no table');
  await expect(one.close(new Map())).rejects.toThrow('no table');
});
