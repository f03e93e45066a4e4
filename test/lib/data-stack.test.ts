import { synthesized } from '../fixtures/stacks.ts';

const { data } = synthesized();

test('the tables are all that there is in the stack', () => {
  expect([...data.resources.values()].map(({ Type }) => Type)).toEqual(['AWS::DynamoDB::Table']);
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
