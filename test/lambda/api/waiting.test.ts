import { health } from '../../../lambda/api/health.ts';
import { held, orWhenPassing, within } from '../../../lambda/api/waiting.ts';
import { CallError } from '../../../lambda/core/ports.ts';
import { apiHandler } from '../../../lambda/handlers/api-handler.ts';
import { patience } from '../../../lambda/runtime/patience.ts';
import { eventOf, operationRecord } from '../../fixtures/api.ts';

const never = new Promise<never>(() => undefined);
/** Sleeps that are over at once: whatever is waited for comes too late. */
const hasty = { now: () => 0, sleep: async () => undefined };

test('work that is done in time is the answer', async () => {
  expect(await within(60_000, Promise.resolve('done'), () => 'late', patience)).toBe('done');
});

test('work that takes longer is given up', async () => {
  expect(await within(1, never, () => 'late', patience)).toBe('late');
});

test('a sleep ends early when it is told to, and otherwise takes its time', async () => {
  const before = patience.now();
  await patience.sleep(20);
  expect(patience.now() - before).toBeGreaterThanOrEqual(18);
  const controller = new AbortController();
  const asleep = patience.sleep(60_000, controller.signal);
  controller.abort();
  await asleep;
});

test('a request that is not done in time is answered with a problem', async () => {
  const handler = apiHandler({ getHealth: () => never }, hasty);
  const reply = await handler(eventOf('GET', '/health'));
  expect(reply).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
  expect(JSON.parse(reply.body)).toMatchObject({ type: '/openapi.json#/x-problems/out-of-time' });
});

test('a part that does not answer in time is failing', async () => {
  const reply = await health([{ name: 'slow', ask: () => never }], hasty);
  expect(reply.status).toBe(503);
  expect(JSON.parse(reply.body)).toMatchObject({ parts: [{ name: 'slow', error: { name: 'NoAnswer' } }] });
});

test('what is final is not waited for', async () => {
  const record = operationRecord({ status: 'FAILED' });
  expect(await held(record, 1e9, () => never, hasty)).toBe(record);
});

test('a look that fails for good is not passed over', async () => {
  const failing = async () => Promise.reject(new CallError('AccessDenied', 'no', false));
  await expect(orWhenPassing(failing, undefined)).rejects.toThrow('no');
});
