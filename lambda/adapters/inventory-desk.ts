import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { INVENTORY_INDEX } from '../contract/tables.ts';
import type { InventoryDesk, RowFilter, RowPlace, RowSpan } from '../core/inventory/desk.ts';
import { dynamoDb } from './dynamodb.ts';
import { digits, REGIONS, rowKey, rowOf, rowsOf, snapshotKey, snapshotOf } from './inventory-item.ts';
import { Table, unavailable } from './table.ts';

/**
 * What callers of the API read of the inventory. Rows are read strongly consistently: a snapshot counts from the moment
 * that it is committed, and then every row of it must be there.
 */
export function inventoryDesk(tableName: string): InventoryDesk {
  const client = dynamoDb();
  const table = new Table(client, tableName);
  const query = (input: Omit<QueryCommandInput, 'TableName'>) =>
    unavailable(() => client.send(new QueryCommand({ TableName: tableName, ...input })));
  return {
    regions: async () => {
      const { Items = [] } = await query({
        KeyConditionExpression: 'part = :part',
        ExpressionAttributeValues: marshall({ ':part': REGIONS }),
        ConsistentRead: true,
      });
      return Items.map((item) => String(unmarshall(item).place));
    },

    snapshots: async (region, most, before) => {
      const { part, place } = snapshotKey({ region, number: before ?? 0 });
      const { Items = [], LastEvaluatedKey } = await query({
        KeyConditionExpression: before === undefined ? 'part = :part' : 'part = :part AND place < :place',
        ExpressionAttributeValues: marshall({
          ':part': part,
          ...(before === undefined ? {} : { ':place': place }),
        }),
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: most,
      });
      return {
        snapshots: Items.map(snapshotOf),
        ...(LastEvaluatedKey ? { next: Number(unmarshall(LastEvaluatedKey).place) } : {}),
      };
    },

    find: async (region, number) => {
      const item = await table.get(snapshotKey({ region, number }));
      return item && snapshotOf(item);
    },

    lastTakenBy: async (region, at) => {
      const { Items = [] } = await query({
        IndexName: INVENTORY_INDEX,
        KeyConditionExpression: 'timeline = :region AND takenAt <= :at',
        ExpressionAttributeValues: marshall({ ':region': region, ':at': at }),
        ScanIndexForward: false,
        Limit: 1,
      });
      const [item] = Items;
      return item && snapshotOf(item);
    },

    rows: async ({ region, filter, span }, most, after) => {
      const prefix = prefixOf(filter);
      const conditions = [...spanConditions(span), ...filterConditions(filter)];
      const { Items, ScannedCount, LastEvaluatedKey } = await query({
        KeyConditionExpression: prefix ? 'part = :part AND begins_with(place, :prefix)' : 'part = :part',
        FilterExpression: conditions.map(({ text }) => `(${text})`).join(' AND '),
        ExpressionAttributeNames: merged(conditions.map(({ names }) => names)),
        ExpressionAttributeValues: marshall({
          ':part': rowsOf(region),
          ...(prefix ? { ':prefix': prefix } : {}),
          ...merged(conditions.map(({ values }) => values)),
        }),
        ConsistentRead: true,
        Limit: most,
        ...(after ? { ExclusiveStartKey: marshall(rowKey({ region, ...after }, after.from)) } : {}),
      });
      return {
        rows: (Items ?? []).map(rowOf),
        looked: ScannedCount ?? 0,
        ...(LastEvaluatedKey ? { next: placeOf(String(unmarshall(LastEvaluatedKey).place)) } : {}),
      };
    },
  };
}

/** Part of a filter expression, with the names and values that it mentions. */
interface Condition {
  readonly text: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

function merged<Value>(parts: readonly Readonly<Record<string, Value>>[]): Record<string, Value> {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}

const SPAN_NAMES = { '#from': 'from', '#to': 'to' };

function spanConditions(span: RowSpan): Condition[] {
  switch (span.kind) {
    case 'at':
      return [
        {
          text: '#from <= :number AND (attribute_not_exists(#to) OR #to > :number)',
          names: SPAN_NAMES,
          values: { ':number': span.number },
        },
      ];
    case 'between':
      return [
        {
          text: '(#from > :after AND #from <= :upTo) OR (#to > :after AND #to <= :upTo)',
          names: SPAN_NAMES,
          values: { ':after': span.after, ':upTo': span.upTo },
        },
      ];
    case 'up-to':
      return [{ text: '#from <= :number', names: { '#from': 'from' }, values: { ':number': span.number } }];
  }
}

/** Properties that rows are filtered by, as CloudFormation calls them. */
const FILTERED = {
  vendorGuidance: 'VendorGuidance',
  processor: 'Processor',
  mlFramework: 'MLFramework',
} as const;

function filterConditions(filter: RowFilter): Condition[] {
  const byProperty = Object.entries(FILTERED).flatMap(([name, property]) => {
    const value = filter[name as keyof typeof FILTERED];
    if (value === undefined) return [];
    return [
      {
        text: `#properties.#${name} = :${name}`,
        names: { '#properties': 'properties', [`#${name}`]: property },
        values: { [`:${name}`]: value },
      },
    ];
  });
  if (filter.alias === undefined) return byProperty;
  const byAlias = {
    text: 'contains(#aliases, :alias)',
    names: { '#aliases': 'aliases' },
    values: { ':alias': filter.alias },
  };
  return [byAlias, ...byProperty];
}

/** The beginning that the places of the wanted rows have in common. */
function prefixOf({ imageName, version }: RowFilter): string {
  if (imageName === undefined) return '';
  return version === undefined ? `${imageName}#` : `${imageName}#${digits(version)}#`;
}

function placeOf(place: string): RowPlace {
  const [imageName = '', version, from] = place.split('#');
  return { imageName, version: Number(version), from: Number(from) };
}
