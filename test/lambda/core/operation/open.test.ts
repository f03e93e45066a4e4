import { open } from '../../../../lambda/core/operation/open.ts';
import type { OperationRecords } from '../../../../lambda/core/ports.ts';
import { arnOf, SCOPE } from '../../../fixtures/scope.ts';
import { EXECUTION, NO_RECORDS, POLICY, START } from '../../../fixtures/world.ts';

const rules = { scope: SCOPE, policy: POLICY };
const circumstances = { now: () => START, random: () => 0 };

test.each([
  ['create', { properties: { ImageName: 'pytorch', BaseImage: 'registry/x' } }, 'send', undefined],
  ['update', { identifier: arnOf(3), properties: {} }, 'plan', arnOf(3)],
  ['delete', { imageName: 'pytorch', version: 3 }, 'send', arnOf(3)],
] as const)('a %s is opened, and its record before it', async (kind, input, phase, identifier) => {
  const opened: unknown[] = [];
  const records: OperationRecords = {
    ...NO_RECORDS,
    open: async (...given) => {
      opened.push(given);
      return { outcome: 'opened', startedAt: START, again: false };
    },
  };
  const answer = await open(kind, { execution: EXECUTION, input }, rules, { records, circumstances });
  expect(answer).toMatchObject({
    ok: true,
    operation: { kind, execution: EXECUTION, startedAt: START, policy: POLICY, phase: { name: phase } },
  });
  expect(answer.ok && answer.operation.identifier).toBe(identifier);
  expect(opened).toEqual(answer.ok ? [[answer.operation, input]] : []);
});

test('an input with faults opens no record and is refused with every one of them', async () => {
  const open_ = jest.fn(NO_RECORDS.open);
  const input = { region: 'mars-1', version: 0 };
  const records = { ...NO_RECORDS, open: open_ };
  const answer = await open('delete', { execution: EXECUTION, input }, rules, { records, circumstances });
  expect(answer).toMatchObject({
    ok: false,
    refusal: { kind: 'delete', at: START, error: { name: 'InvalidInput' } },
  });
  const error = answer.ok ? undefined : answer.refusal.error;
  expect(error?.faults?.map(({ path }) => path).sort()).toEqual(['', '/region', '/version']);
  for (const path of ['input: ', '/region: ', '/version: ']) expect(error?.message).toContain(path);
  expect(open_).not.toHaveBeenCalled();
});

test.each([
  ['that another execution has', { outcome: 'taken' }, 'OperationIdTaken'],
  ['of an operation that was cancelled before it began', { outcome: 'cancelled' }, 'RequestCancelled'],
] as const)('an id %s is refused', async (_whose, opening, name) => {
  const records: OperationRecords = { ...NO_RECORDS, open: async () => opening };
  const begun = { execution: EXECUTION, input: { identifier: arnOf(3) } };
  const answer = await open('delete', begun, rules, { records, circumstances });
  expect(answer).toMatchObject({ ok: false, refusal: { kind: 'delete', at: START, error: { name } } });
});

test('one that was opened before goes on from when that was, and knows it', async () => {
  const startedAt = START - 7000;
  const records: OperationRecords = {
    ...NO_RECORDS,
    open: async () => ({ outcome: 'opened', startedAt, again: true }),
  };
  const begun = { execution: EXECUTION, input: { identifier: arnOf(3) } };
  const answer = await open('delete', begun, rules, { records, circumstances });
  expect(answer).toMatchObject({ ok: true, operation: { startedAt, step: { startedAt }, resumed: true } });
});

test('a table that does not answer is not a refusal', async () => {
  const records = { ...NO_RECORDS, open: () => Promise.reject(new Error('not now')) };
  const begun = { execution: EXECUTION, input: { identifier: arnOf(3) } };
  await expect(open('delete', begun, rules, { records, circumstances })).rejects.toThrow('not now');
});
