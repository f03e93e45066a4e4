import { INVENTORY_INDEX } from '../../lambda/contract/tables.ts';
import { listOf, objectOf, synthesized, textOf } from '../fixtures/stacks.ts';

const { data, workflow, inventory, query } = synthesized();

test('the tables are all that there is in the stack', () => {
  const all = [...data.resources.values()].map(({ Type, Properties }) => [
    Type,
    textOf(Properties.TableName),
  ]);
  expect(all.sort()).toEqual([
    ['AWS::DynamoDB::Table', 'image-version-inventory-test'],
    ['AWS::DynamoDB::Table', 'image-version-operations-test'],
    ['AWS::DynamoDB::Table', 'image-version-queues-test'],
  ]);
});

describe.each(
  data.ofType('AWS::DynamoDB::Table').map((table) => [table.Properties.TableName, table] as const),
)('the table %s', (_name, table) => {
  test('stays when the stack goes, and cannot be deleted by accident', () => {
    expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(table.Properties.DeletionProtectionEnabled).toBe(true);
  });

  test('can be restored to any second, is encrypted, and costs nothing at rest', () => {
    expect(table.Properties).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      BillingMode: 'PAY_PER_REQUEST',
    });
  });
});

test('operations are keyed by their id and go when their time has come', () => {
  expect(
    data.named('AWS::DynamoDB::Table', 'TableName', 'image-version-operations-test').Properties,
  ).toMatchObject({
    KeySchema: [{ AttributeName: 'operationId', KeyType: 'HASH' }],
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  });
});

test('operations are found by image and by region in full, and by being open in outline', () => {
  const { GlobalSecondaryIndexes } = data.named(
    'AWS::DynamoDB::Table',
    'TableName',
    'image-version-operations-test',
  ).Properties;
  const indexes = listOf(GlobalSecondaryIndexes)
    .map(objectOf)
    .map(({ IndexName, KeySchema, Projection }) => [
      IndexName,
      ...listOf(KeySchema).map((key) => objectOf(key).AttributeName),
      objectOf(Projection).ProjectionType,
    ]);
  expect(indexes).toEqual([
    ['by-image', 'image', 'listedAt', 'ALL'],
    ['by-region', 'region', 'listedAt', 'ALL'],
    ['open', 'open', 'listedAt', 'INCLUDE'],
  ]);
});

test('queues are keyed by image and ticket, in the order of numbers, and nothing in them expires', () => {
  const { Properties } = data.named('AWS::DynamoDB::Table', 'TableName', 'image-version-queues-test');
  expect(Properties).toMatchObject({
    KeySchema: [
      { AttributeName: 'image', KeyType: 'HASH' },
      { AttributeName: 'ticket', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'image', AttributeType: 'S' },
      { AttributeName: 'ticket', AttributeType: 'N' },
    ],
  });
  // The tickets drawn would begin anew, and a place in a queue would be lost.
  expect(Properties.TimeToLiveSpecification).toBeUndefined();
});

test('the inventory is keyed by part and place, finds snapshots by time, and nothing in it expires', () => {
  const { Properties } = data.named('AWS::DynamoDB::Table', 'TableName', 'image-version-inventory-test');
  expect(Properties).toMatchObject({
    KeySchema: [
      { AttributeName: 'part', KeyType: 'HASH' },
      { AttributeName: 'place', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: INVENTORY_INDEX,
        KeySchema: [
          { AttributeName: 'timeline', KeyType: 'HASH' },
          { AttributeName: 'takenAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  // The past would go.
  expect(Properties.TimeToLiveSpecification).toBeUndefined();
});

test('nothing in another stack stays when that stack goes, or when its first deployment fails', () => {
  const staying = [workflow, inventory, query].flatMap((stack) =>
    [...stack.resources].filter(([, { DeletionPolicy }]) => DeletionPolicy && DeletionPolicy !== 'Delete'),
  );
  expect(staying).toEqual([]);
});
