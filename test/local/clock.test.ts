import { Clock } from '../../local/clock.ts';

const clocks: Clock[] = [];
afterEach(() => {
  for (const clock of clocks.splice(0)) clock.stop();
});

/** So slow that a busy machine's time does not count: what passes is what is skipped. */
function skipping(notBefore = Date.now()): Clock {
  const clock = new Clock({ skipIdle: true, speed: 0.001, notBefore });
  clocks.push(clock);
  return clock;
}

/** Enough turns of the event loop for a clock that would jump to have jumped. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An alarm that comes round for ever, as a schedule does. */
function everyMinute(clock: Clock, ring: (at: number) => void): void {
  const next = (at: number) => {
    clock.alarm(
      at,
      () => {
        ring(at);
        next(at + MINUTE);
      },
      { background: true },
    );
  };
  next(clock.now() + MINUTE);
}

describe('a clock that skips idle time', () => {
  test('sleeps for hours in no time', async () => {
    const clock = skipping();
    const before = clock.now();
    await clock.sleep(7_200_000);
    expect(clock.now() - before).toBeGreaterThanOrEqual(7_200_000);
  });

  test('rings alarms in the order of their times', async () => {
    const clock = skipping();
    const now = clock.now();
    const rung: number[] = [];
    for (const at of [3000, 1000, 2000]) clock.alarm(now + at, () => rung.push(at));
    await clock.sleep(5000);
    expect(rung).toEqual([1000, 2000, 3000]);
  });

  test('does not jump while it is held, not even when another hold ends', async () => {
    const clock = skipping();
    let slept = false;
    let release: () => void = () => undefined;
    const held = clock.hold(() => new Promise<void>((resolve) => (release = resolve)));
    const sleeping = clock.sleep(1000).then(() => {
      slept = true;
    });
    await clock.hold(async () => undefined);
    await turns();
    expect(slept).toBe(false);
    release();
    await held;
    await sleeping;
    expect(slept).toBe(true);
  });

  test('a hold whose work fails is over too', async () => {
    const clock = skipping();
    await expect(clock.hold(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await clock.sleep(1000);
  });

  test('a sleep that is aborted ends at once, and its time is not skipped', async () => {
    const clock = skipping();
    const before = clock.now();
    const controller = new AbortController();
    await clock.hold(async () => {
      const sleeping = clock.sleep(3_600_000, controller.signal);
      controller.abort();
      await sleeping;
    });
    await clock.sleep(3_600_000, controller.signal);
    await turns();
    expect(clock.now() - before).toBeLessThan(3_600_000);
  });

  test('an alarm that was called off does not ring', async () => {
    const clock = skipping();
    const ring = jest.fn();
    clock.alarm(clock.now() + 1000, ring)();
    await clock.sleep(2000);
    expect(ring).not.toHaveBeenCalled();
  });

  test('an alarm in the past rings without moving time', async () => {
    const clock = skipping();
    const before = clock.now();
    await new Promise<void>((resolve) => clock.alarm(before - 10_000, resolve));
    expect(clock.now() - before).toBeLessThan(10_000);
  });

  test('after stop nothing rings any more', async () => {
    const clock = skipping();
    const ring = jest.fn();
    clock.alarm(clock.now() + 1000, ring);
    clock.stop();
    await turns();
    expect(ring).not.toHaveBeenCalled();
  });
});

describe('a background alarm', () => {
  test('is not what time is skipped for', async () => {
    const clock = skipping();
    const before = clock.now();
    const ring = jest.fn();
    everyMinute(clock, ring);
    await turns();
    expect(ring).not.toHaveBeenCalled();
    expect(clock.now() - before).toBeLessThan(MINUTE);
  });

  test('rings for every time that is skipped over, in order and at its time', async () => {
    const clock = skipping();
    const before = clock.now();
    const rung: number[] = [];
    everyMinute(clock, (at) => rung.push((at - before) / MINUTE));
    await clock.sleep(5.5 * MINUTE);
    expect(rung).toEqual([1, 2, 3, 4, 5]);
    await turns();
    expect(rung).toHaveLength(5);
  });

  test('what it sets off is done before time goes on', async () => {
    const clock = skipping();
    const seen: number[] = [];
    const ended: number[] = [];
    everyMinute(clock, (at) => {
      seen.push(at);
      void clock.hold(async () => {
        await turns();
        ended.push(at);
        expect(clock.now() - at).toBeLessThan(MINUTE);
      });
    });
    await clock.sleep(3 * MINUTE + 1);
    expect(ended).toEqual(seen);
    expect(ended).toHaveLength(3);
  });

  test('may add an alarm that time is skipped for', async () => {
    const clock = skipping();
    const before = clock.now();
    const order: string[] = [];
    const work = new Promise<void>((resolve) => {
      const start = () => {
        order.push('tick');
        clock.alarm(before + MINUTE + 1000, () => {
          order.push('work');
          resolve();
        });
      };
      clock.alarm(before + MINUTE, start, { background: true });
    });
    await clock.sleep(MINUTE);
    order.push('slept');
    await work;
    expect(order).toEqual(['tick', 'slept', 'work']);
  });

  test('rings as time goes by without any skipping', async () => {
    const clock = new Clock({ speed: 1000 });
    clocks.push(clock);
    await new Promise<void>((resolve) => clock.alarm(clock.now() + 5000, resolve, { background: true }));
  });

  test('rings by itself when a skip brought its time near', async () => {
    const clock = new Clock({ skipIdle: true, speed: 1000 });
    clocks.push(clock);
    const day = 86_400_000;
    const before = clock.now();
    const rung = new Promise<void>((resolve) => {
      clock.alarm(before + day + 5000, resolve, { background: true });
    });
    await clock.sleep(day);
    await rung;
  });
});

describe('a clock that runs', () => {
  test('at a speed passes so much more time', async () => {
    const clock = new Clock({ speed: 1000 });
    clocks.push(clock);
    const before = clock.now();
    await clock.sleep(20_000);
    expect(clock.now() - before).toBeGreaterThanOrEqual(20_000);
  });

  test('rings in order, each once, and one of them may call another off', async () => {
    const clock = new Clock({ speed: 1000 });
    clocks.push(clock);
    const now = clock.now();
    const rung: string[] = [];
    clock.alarm(now + 3000, () => rung.push('b'));
    const callOff = clock.alarm(now + 4000, () => rung.push('never'));
    clock.alarm(now + 2000, () => {
      rung.push('a');
      callOff();
    });
    await clock.sleep(6000);
    expect(rung).toEqual(['a', 'b']);
  });

  test('jumps while whoever holds it releases it', async () => {
    const clock = skipping();
    const before = clock.now();
    await clock.hold(() => clock.release(() => clock.sleep(HOUR)));
    expect(clock.now() - before).toBeGreaterThanOrEqual(HOUR);
  });

  test('leaps over time, and rings once what was due meanwhile', () => {
    const clock = skipping();
    const before = clock.now();
    const rung: number[] = [];
    clock.alarm(before + HOUR, () => rung.push(clock.now()), { background: true });
    const later = clock.alarm(before + 100 * HOUR, () => rung.push(clock.now()));
    clock.leap(50 * HOUR);
    expect(rung).toHaveLength(1);
    expect(rung[0]).toBeGreaterThanOrEqual(before + 50 * HOUR);
    later();
  });

  test('is never before the time it was given', () => {
    const later = Date.now() + 86_400_000;
    expect(skipping(later).now()).toBeGreaterThanOrEqual(later);
    expect(skipping(0).now()).toBeGreaterThanOrEqual(later - 86_400_000);
  });

  test('shares its time', async () => {
    const clock = skipping();
    await clock.sleep(MINUTE);
    const { jumped, origin } = clock.shared;
    expect(origin + (new Float64Array(jumped)[0] ?? 0)).toBeLessThanOrEqual(clock.now());
    expect(new Float64Array(jumped)[0]).toBeGreaterThanOrEqual(MINUTE - 1000);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('not at a speed of %d', (speed) => {
    expect(() => new Clock({ speed })).toThrow(`A clock's speed is a number above 0; given ${speed}`);
  });
});
