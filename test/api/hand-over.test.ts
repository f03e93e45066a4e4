import type { DeliveryFaults } from '../../local/aws/eventbridge/delivery-faults.ts';
import { type Armed, Killer } from '../fixtures/killer.ts';
import { TestCloud } from '../workflows/cloud.ts';
import { ApiCloud } from './api-cloud.ts';

/**
 * No lost hand-over leaves an image's queue standing. Each function is killed before and after each of its calls
 * to AWS in turn, and stays dead at that call for its retries too; every operation that was asked for is done
 * once, in order, and no later than two minutes after it would have been.
 */

const killer = new Killer();
/** Whether the ends of executions are told to nobody. */
let deaf = false;
let api: ApiCloud;
beforeAll(async () => {
  const deliveryFaults: DeliveryFaults = {
    faultOf: (rule) => ({ kind: deaf && rule.includes('execution-ended') ? 'lose' : 'none' }),
  };
  api = new ApiCloud(await TestCloud.start({ aroundCalls: killer.around, deliveryFaults }));
  killer.crash = (name) => api.cloud.cloud.lambda.crash(name);
});
afterAll(async () => {
  await api.cloud.stop();
  expect(api.cloud.unexpected).toEqual([]);
});

/** Two creates of one image take about 2 × 7 s; with two minutes for a hand-over that was lost. */
const LIMIT_SECONDS = 2 * 12 + 120;
/** For jest, in milliseconds of the machine: every kill costs a cold start. */
const LONG = 120_000;

let images = 0;

async function twoInARow(): Promise<void> {
  images += 1;
  const image = `image-${images}`;
  await api.cloud.image(image);
  const began = api.cloud.cloud.clock.now();
  const ids: string[] = [];
  for (const key of ['a', 'b']) ids.push(await askUntilAnswered(image, `${image}-${key}`));
  const ended = [];
  for (const id of ids) ended.push(await api.final(id, LIMIT_SECONDS));

  expect(ended.map(({ status, version }) => ({ status, version }))).toEqual(
    [1, 2].map((version) => ({ status: 'SUCCEEDED', version })),
  );
  expect((api.cloud.cloud.clock.now() - began) / 1000).toBeLessThan(LIMIT_SECONDS);
  expect(await api.cloud.versions(image)).toEqual(['1 CREATED', '2 CREATED']);
}

/** As a caller does that gets a 5xx: it asks again under the same key. */
async function askUntilAnswered(image: string, key: string): Promise<string> {
  for (;;) {
    const { status, body } = await api.ask('POST', `/images/${image}/versions`, {
      body: { BaseImage: 'registry/image:1' },
      headers: { 'idempotency-key': key },
    });
    if (status < 300) return String(body.operationId);
    expect(status).toBeGreaterThanOrEqual(500);
    await api.cloud.cloud.clock.sleep(1000);
  }
}

/** Does the work once for each call of a function, which dies after that call; that is before its next one. */
async function atEachCall(name: string, work: () => Promise<void>): Promise<void> {
  killer.arm(name, 1, 'before', 1);
  await work();
  killer.disarm();
  let kills = 0;
  for (let nth = 1; ; nth += 1) {
    const { struck } = await armedWith(name, nth, work);
    if (!struck) break;
    kills += 1;
  }
  expect(kills).toBeGreaterThan(0);
}

async function armedWith(name: string, nth: number, work: () => Promise<void>): Promise<Armed> {
  const armed = killer.arm(name, nth, 'after', 1);
  await work();
  killer.disarm();
  return armed;
}

test.each(['api-write', 'submit-create', 'check', 'settle', 'execution-ended'])(
  'two creates of one image survive the death of %s at each of its calls',
  (name) => atEachCall(name, twoInARow),
  LONG,
);

test(
  'an update and a delete survive the death of their submit functions at each of their calls',
  async () => {
    const changes = async () => {
      images += 1;
      const image = `image-${images}`;
      await api.cloud.image(image);
      await api.cloud.version(image, { ReleaseNotes: 'old' });
      const asked = [
        await api.ask('PATCH', `/images/${image}/versions/1`, { body: { ReleaseNotes: 'new' } }),
        await api.ask('DELETE', `/images/${image}/versions/1`),
      ];
      const ended = [];
      for (const { body } of asked) ended.push(await api.final(String(body.operationId), LIMIT_SECONDS));
      expect(ended).toMatchObject([
        { status: 'SUCCEEDED', result: { effect: 'updated', requests: 1 } },
        { status: 'SUCCEEDED', result: { effect: 'deleted', requests: 1 } },
      ]);
    };
    await atEachCall('submit-update', changes);
    await atEachCall('submit-delete', changes);
  },
  LONG,
);

/** Settle dies in its first run and in the state machine's six repeats, and nobody hears of the end. */
async function unheard(nth: number, work: () => Promise<void>): Promise<void> {
  const settle = killer.arm('settle', nth, 'after', 7);
  deaf = true;
  await work();
  deaf = false;
  expect(settle.struck).toBe(true);
}

test('where settle dies for all its retries, and nobody hears of the end, the sweeper hands the image on', async () => {
  await unheard(3, twoInARow);
  killer.disarm();
});

test(
  'and where the sweeper dies as well, at each of its calls, the next sweep does',
  async () => {
    await atEachCall('sweep', () => unheard(1, twoInARow));
  },
  LONG,
);
