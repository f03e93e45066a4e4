import { AdaptiveRate, type Clock } from '../../../../lambda/core/inventory/rate.ts';

/** A clock that moves when somebody sleeps; a sleep ends so much too late. */
class TestClock implements Clock {
  time = 1_000_000;
  readonly #late: number;

  constructor(late = 0) {
    this.#late = late;
  }

  readonly now = () => this.time;

  readonly sleep = async (milliseconds: number): Promise<void> => {
    this.time += milliseconds + this.#late;
  };
}

/** How long so many turns take, asked for all at once. */
async function timeOf(turns: number, rate: AdaptiveRate, clock: TestClock): Promise<number> {
  const start = clock.time;
  await Promise.all(Array.from({ length: turns }, () => rate.turn()));
  return clock.time - start;
}

test('turns come evenly, however many ask at once', async () => {
  const clock = new TestClock();
  const times: number[] = [];
  const rate = new AdaptiveRate(20, clock);
  await Promise.all(
    Array.from({ length: 40 }, async () => {
      await rate.turn();
      times.push(clock.time);
    }),
  );

  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  // One comes early, for what a late timer would have cost.
  expect(gaps.filter((gap) => gap !== 50)).toHaveLength(2);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(37 * 50);
});

test('timers that are late cost nothing in the long run', async () => {
  const clock = new TestClock(4);
  const taken = await timeOf(200, new AdaptiveRate(20, clock), clock);

  expect(20 / (200 / (taken / 1_000))).toBeGreaterThan(0.97);
  expect(20 / (200 / (taken / 1_000))).toBeLessThan(1.03);
});

test('a throttled call halves the rate once, however many tell of it, and the least is one a second', () => {
  const clock = new TestClock();
  const rate = new AdaptiveRate(20, clock);
  for (let refused = 0; refused < 5; refused += 1) rate.throttled();
  expect(rate.perSecond).toBe(10);

  for (let refused = 0; refused < 20; refused += 1) {
    clock.time += 1_000;
    rate.throttled();
  }
  expect(rate.perSecond).toBe(1);
});

test('it creeps up by one a second while all goes well, and no further than the limit', () => {
  const clock = new TestClock();
  const rate = new AdaptiveRate(20, clock);
  rate.throttled();
  for (let call = 0; call < 10; call += 1) rate.succeeded();
  expect(rate.perSecond).toBeGreaterThan(10.9);
  expect(rate.perSecond).toBeLessThan(11);

  for (let call = 0; call < 1_000; call += 1) rate.succeeded();
  expect(rate.perSecond).toBe(20);
});

test('a run that goes on begins at the rate that it was handed', async () => {
  const clock = new TestClock();
  expect(new AdaptiveRate(20, clock, 7).perSecond).toBe(7);
  expect(new AdaptiveRate(20, clock, 500).perSecond).toBe(20);
});
