import { operationCauses } from '../../../lambda/adapters/operation-causes.ts';
import { recordStore } from '../../../lambda/adapters/record-store.ts';
import {
  DEFAULT_POLICY,
  LONGEST_DEADLINE_MINUTES,
  longestRunSeconds,
} from '../../../lambda/contract/policy.ts';
import type { OperationRecord } from '../../../lambda/core/operation/record.ts';
import { Tables } from '../../fixtures/tables.ts';

const tables = new Tables();
beforeAll(() => tables.start());
afterAll(() => tables.stop());

const records = recordStore({ name: tables.operations, recordDays: 91 });
const hour = (hours: number) => new Date(Date.UTC(2026, 10, 24) + hours * 3_600_000).toISOString();

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

test('the operations of an image that had not ended by then, oldest first', async () => {
  await accept('running', hour(2), { status: 'RUNNING' });
  await accept('ended-after', hour(0), { finishedAt: hour(3) });
  await accept('ended-before', hour(0), { finishedAt: hour(1) });
  await accept('waited-long', hour(-40), { finishedAt: hour(4) });
  await accept('of-another-image', hour(2), { imageName: 'tensorflow' });
  await accept('of-another-region', hour(2), { region: 'eu-west-1' });

  const found = await operationCauses(tables.operations).since('us-east-1', 'pytorch', hour(2));

  expect(found.map(({ operationId }) => operationId)).toEqual(['waited-long', 'ended-after', 'running']);
});

test('all eight that were accepted at once, each of which runs for as long as an operation may', async () => {
  const imageName = 'queued';
  const longest = longestRunSeconds({
    ...DEFAULT_POLICY,
    deadlineSeconds: LONGEST_DEADLINE_MINUTES * 60,
  });
  const ids = Array.from({ length: 8 }, (_none, index) => `queued-${index + 1}`);
  for (const [index, id] of ids.entries()) {
    await accept(id, hour(0), {
      imageName,
      ticket: index + 1,
      startedAt: hour((index * longest) / 3_600),
      finishedAt: hour(((index + 1) * longest) / 3_600),
    });
  }
  // While the last of them runs, 60 hours after it was accepted.
  const found = await operationCauses(tables.operations).since('us-east-1', imageName, hour(61));

  expect(found.map(({ operationId }) => operationId)).toEqual(['queued-8']);
});

test('what waited for months, behind more operations than one read has room for', async () => {
  const imageName = 'crowded';
  const ids = Array.from({ length: 120 }, (_none, index) => `crowded-${String(index).padStart(3, '0')}`);
  for (const [index, id] of ids.entries()) {
    await accept(id, hour(index / 60), {
      imageName,
      ticket: index + 1,
      startedAt: hour(index * 17),
      finishedAt: hour((index + 1) * 17),
    });
  }
  const found = await operationCauses(tables.operations).since('us-east-1', imageName, hour(100 * 17 + 1));

  expect(found.map(({ operationId }) => operationId)).toEqual(ids.slice(100));
});
