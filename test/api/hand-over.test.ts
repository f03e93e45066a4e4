import { type CallMiddleware, Disconnect } from '../../local/aws/call-middleware.ts';
import type { DeliveryFaults } from '../../local/aws/eventbridge/delivery-faults.ts';
import { functionNameOf } from '../../local/aws/lambda/credentials.ts';
import { TestCloud } from '../workflows/cloud.ts';
import { ApiCloud } from './api-cloud.ts';

/**
 * No lost hand-over leaves an image's queue standing. Each function is killed before and after each of its calls
 * to AWS in turn, and stays dead at that call for its retries too; every operation that was asked for is done
 * once, in order, and no later than two minutes after it would have been.
 */

/** Kills a function at one of its calls. */
class Killer {
  #armed: { name: string; countdown: number; when: 'before' | 'after'; deaths: number } | undefined;
  crash: (name: string) => Promise<void> = async () => undefined;
  /** Whether the call was ever made. */
  struck = false;

  arm(name: string, nth: number, when: 'before' | 'after', deaths: number): void {
    this.#armed = { name, countdown: nth, when, deaths };
    this.struck = false;
  }

  disarm(): void {
    this.#armed = undefined;
  }

  readonly around: CallMiddleware = async (call, next) => {
    const armed = this.#armed;
    if (!armed || functionNameOf(call.accessKeyId) !== armed.name) return next();
    armed.countdown -= 1;
    if (armed.countdown > 0) return next();
    this.struck = true;
    // The first call of the next run is the one that dies next: a function that keeps dying gets nowhere.
    armed.countdown = 1;
    armed.deaths -= 1;
    if (armed.deaths <= 0) this.#armed = undefined;
    if (armed.when === 'after') await next();
    await this.crash(armed.name);
    throw new Disconnect();
  };
}

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

test.each(['api-write', 'submit-create', 'check', 'settle', 'execution-ended'])(
  'two creates of one image survive the death of %s at each of its calls',
  async (functionName) => {
    let kills = 0;
    const name = `image-version-${functionName}-dev`;
    killer.arm(name, 1, 'before', 1);
    await twoInARow();
    // After each of its calls, which is before the next one.
    for (let nth = 1; ; nth += 1) {
      killer.arm(name, nth, 'after', 1);
      await twoInARow();
      killer.disarm();
      if (!killer.struck) break;
      kills += 1;
    }
    expect(kills).toBeGreaterThan(0);
  },
  LONG,
);

test.each([1, 3])(
  'where settle dies after call %i for all its retries, and nobody hears of the end, the sweeper hands the image on',
  async (nth) => {
    // The first run and the state machine's six repeats.
    killer.arm('image-version-settle-dev', nth, 'after', 7);
    deaf = true;
    await twoInARow();
    killer.disarm();
    deaf = false;
    expect(killer.struck).toBe(true);
  },
  LONG,
);
