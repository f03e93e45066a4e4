import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { ERRORS } from '../contract/errors.ts';
import { type ChunkAt, ChunkGone, type Run, type SnapshotStore } from '../core/inventory/ports.ts';
import { type DigestPlace, type InventoryRow, snapshotIdOf } from '../core/inventory/snapshot.ts';
import { dynamoDb } from './dynamodb.ts';
import {
  chunkItem,
  chunkKey,
  chunkOf,
  chunksUnder,
  regionItem,
  rowItem,
  rowKey,
  rowOf,
  rowsOf,
  runItem,
  runKey,
  runOf,
  snapshotItem,
  snapshotKey,
  snapshotOf,
  snapshotsOf,
} from './inventory-item.ts';
import type { Item } from './operation-item.ts';
import { Table, unavailable } from './table.ts';

/** The inventory's table, for the function that takes snapshots. Every write touches one item and may be repeated. */
export function snapshotStore(tableName: string): SnapshotStore {
  const client = dynamoDb();
  const table = new Table(client, tableName);

  const chunk = async ({ region, number, writer, chunk }: ChunkAt) => {
    const key = chunkKey(region, number, writer, chunk);
    const item = await table.get(key);
    if (item) return chunkOf(item);
    const message = `The inventory's table lacks ${key.place} of ${key.part}`;
    throw new ChunkGone(ERRORS.unexpectedAnswer, message, false);
  };

  /** What lies under a part, page by page, strongly consistent. */
  async function* items(query: Readonly<Record<string, unknown>> & { part: string }): AsyncGenerator<Item> {
    const { part, prefix = '', filter, projection } = query;
    let start: Item | undefined;
    do {
      const command = new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'part = :part AND begins_with(place, :prefix)',
        ...(typeof filter === 'string'
          ? { FilterExpression: filter, ExpressionAttributeNames: { '#to': 'to' } }
          : {}),
        ...(typeof projection === 'string' ? { ProjectionExpression: projection } : {}),
        ExpressionAttributeValues: marshall({ ':part': part, ':prefix': prefix }),
        ...(start ? { ExclusiveStartKey: start } : {}),
      });
      const page = await unavailable(() => client.send(command));
      yield* page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start);
  }

  return {
    newest: async (region) => {
      const command = new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'part = :part',
        ExpressionAttributeValues: marshall({ ':part': snapshotsOf(region) }),
        ScanIndexForward: false,
        Limit: 1,
      });
      const [item] = (await unavailable(() => client.send(command))).Items ?? [];
      return item && snapshotOf(item);
    },

    digests: async (region, places) => {
      const found = await Promise.all(places.map((place: DigestPlace) => chunk({ region, ...place })));
      return new Map(found.flatMap(({ digests }) => [...digests]));
    },

    rows: async function* (region, imageName): AsyncGenerator<InventoryRow> {
      const holding = 'attribute_not_exists(#to)';
      for await (const item of items({ part: rowsOf(region), prefix: `${imageName}#`, filter: holding })) {
        yield rowOf(item);
      }
    },

    writeChunk: async ({ region, number, writer, chunk: index }, changes, digests) => {
      await table.put(chunkItem(chunkKey(region, number, writer, index), changes, digests));
    },

    changes: async (at) => (await chunk(at)).changes,

    dropUnnamed: async (snapshot) => {
      const { region, number, changeSets, digests } = snapshot;
      const named = new Set([...changeSets, ...digests].map(({ writer }) => writer));
      for await (const item of items({ ...chunksUnder(region, number), projection: 'part, place' })) {
        const place = item.place?.S ?? '';
        const [, writer = ''] = place.split('#');
        if (!named.has(writer)) await table.delete({ part: item.part?.S, place });
      }
    },

    put: (snapshot) => table.put(snapshotItem(snapshot), 'attribute_not_exists(part)'),

    date: async (snapshot, takenAt) => {
      const key = snapshotKey(snapshot);
      const dated = await table.change({
        key,
        set: { status: 'dated', takenAt },
        condition: '#status = :claimed',
        values: { claimed: 'claimed' },
      });
      const item = dated ?? (await table.get(key));
      if (item) return snapshotOf(item);
      throw new Error(`Snapshot ${snapshotIdOf(snapshot)} has gone`);
    },

    noteProgress: async (snapshot, progress) => {
      await table.change({
        key: snapshotKey(snapshot),
        set: { ...progress },
        condition: 'attribute_exists(#part)',
      });
    },

    openRow: async (row) => {
      await table.put(rowItem(row), 'attribute_not_exists(part)');
    },

    closeRow: async (state, from, { to, toAt, removal }) => {
      await table.change({
        key: rowKey(state, from),
        set: { to, toAt, removal },
        condition: 'attribute_exists(#part) AND attribute_not_exists(#to)',
      });
    },

    addRegion: async (region) => {
      await table.put(regionItem(region));
    },

    commit: async (snapshot) => {
      await table.change({
        key: snapshotKey(snapshot),
        set: { status: 'committed', timeline: snapshot.region },
        condition: 'attribute_exists(#part)',
      });
    },

    markPublished: async (snapshot) => {
      const marked = await table.change({
        key: snapshotKey(snapshot),
        set: { published: true },
        condition: 'attribute_exists(#part)',
      });
      if (!marked) throw new Error(`Snapshot ${snapshotIdOf(snapshot)} has gone`);
    },

    run: async (region) => {
      const item = await table.get(runKey(region));
      return item && runOf(item);
    },

    claimRun: (region, run, previous) => claim(table, region, run, previous),

    extendRun: async (region, { runId }, until) => {
      await table.change({
        key: runKey(region),
        set: { until },
        condition: '#runId = :own',
        values: { own: runId },
      });
    },
  };
}

async function claim(table: Table, region: string, run: Run, previous: Run | undefined): Promise<boolean> {
  if (!previous) return table.put(runItem(region, run), 'attribute_not_exists(part)');
  const { runId, base, startedAt, until } = run;
  const claimed = await table.change({
    key: runKey(region),
    set: { runId, base, startedAt, until },
    condition: '#runId = :previous AND #until = :previousUntil',
    values: { previous: previous.runId, previousUntil: previous.until },
  });
  return claimed !== undefined;
}
