import { operationCauses } from '../../../lambda/adapters/operation-causes.ts';
import { recordStore } from '../../../lambda/adapters/record-store.ts';
import type { OperationRecord } from '../../../lambda/core/operation/record.ts';
import { Tables } from '../../fixtures/tables.ts';

const tables = new Tables();
beforeAll(() => tables.start());
afterAll(() => tables.stop());

const hour = (hours: number) => new Date(Date.UTC(2026, 10, 24) + hours * 3_600_000).toISOString();

test('the operations of an image that had not ended by then, oldest first', async () => {
  const records = recordStore({ name: tables.operations, recordDays: 30 });
  const accept = (operationId: string, createdAt: string, about: Partial<OperationRecord> = {}) =>
    records.accept({
      operationId,
      kind: 'update',
      status: 'SUCCEEDED',
      region: 'us-east-1',
      imageName: 'pytorch',
      history: [],
      createdAt,
      ...about,
    });
  await accept('running', hour(2), { status: 'RUNNING' });
  await accept('ended-after', hour(0), { finishedAt: hour(3) });
  await accept('ended-before', hour(0), { finishedAt: hour(1) });
  await accept('waited-long', hour(-40), { finishedAt: hour(4) });
  await accept('of-another-image', hour(2), { imageName: 'tensorflow' });
  await accept('of-another-region', hour(2), { region: 'eu-west-1' });

  const found = await operationCauses(tables.operations).since('us-east-1', 'pytorch', hour(2));

  expect(found.map(({ operationId }) => operationId)).toEqual(['waited-long', 'ended-after', 'running']);
});
