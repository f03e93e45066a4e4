import { ListImagesCommand } from '@aws-sdk/client-sagemaker';
import { type LocalAws, startLocalAws } from './local-aws.ts';
import { makeImage } from './requests.ts';

let aws: LocalAws;

beforeEach(async () => {
  aws = await startLocalAws();
});

afterEach(() => aws.close());

async function ask(method: string, path: string, body?: unknown) {
  const response = await fetch(`${aws.url}/_local/${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('it says what it offers', async () => {
  const { body } = await ask('GET', '');
  expect(Object.keys(body.offers ?? {})).toContain('PATCH /_local/settings');
});

test('settings are read and changed', async () => {
  const changed = await ask('PATCH', 'settings', { durations: { create: 0 }, rateLimit: { perSecond: 25 } });
  expect(changed.body).toMatchObject({ durations: { create: 0, delete: 2 }, rateLimit: { perSecond: 25 } });
  expect((await ask('GET', 'settings')).body).toEqual(changed.body);
});

test('faults are added, listed and removed', async () => {
  const added = await ask('POST', 'faults', { id: 'f', effect: { kind: 'delay', seconds: 2 } });
  expect(added.body).toMatchObject({ faults: [{ id: 'f', times: 1, match: {}, struck: 0 }] });
  expect((await ask('GET', 'faults')).body).toEqual(added.body);
  expect((await ask('DELETE', 'faults/f')).body).toEqual({ removed: 1 });
  expect(await ask('DELETE', 'faults/f')).toEqual({
    status: 404,
    body: { message: 'There is no fault rule "f".' },
  });
});

test('calls are counted by outcome and the latest are told', async () => {
  aws.faults.add({ effect: { kind: 'throttle' } });
  await expect(aws.sageMaker.send(new ListImagesCommand({}))).rejects.toThrow();
  await aws.sageMaker.send(new ListImagesCommand({}));
  const { body } = await ask('GET', 'calls?recent=1');
  expect(body).toMatchObject({
    counts: { 'SageMaker.ListImages': { ok: 1, ThrottlingException: 1 } },
    recent: [{ operation: 'ListImages', outcome: 'ok', accessKeyId: 'AKIALOCAL', region: 'eu-west-1' }],
  });
});

test('a reset empties the store', async () => {
  await makeImage(aws);
  expect((await ask('POST', 'reset')).status).toBe(200);
  expect((await aws.sageMaker.send(new ListImagesCommand({}))).Images).toEqual([]);
});

test.each([
  ['GET', 'nothing', undefined, 404, /nothing at \/_local\/nothing/],
  ['PUT', 'settings', {}, 405, /takes GET, PATCH, not PUT/],
  ['PATCH', 'settings', '{', 400, /not JSON/],
  ['PATCH', 'settings', { pageSize: 'many' }, 400, /pageSize.*Given/],
  ['POST', 'faults', undefined, 400, /Given/],
  ['GET', 'calls?recent=x', undefined, 400, /whole number/],
])('%s %s with %j is refused with %d', async (method, path, body, status, message) => {
  const answer = await ask(method, path, body);
  expect(answer.status).toBe(status);
  expect(answer.body.message).toMatch(message);
});
