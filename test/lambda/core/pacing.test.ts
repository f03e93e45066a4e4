import fc from 'fast-check';
import { attemptDelay, callDelay, pollDelay } from '../../../lambda/core/pacing.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const now = 1_800_000_000_000;

test.each([
  [0, 2],
  [1, 3],
  [2, 5],
  [3, 7],
  [4, 10],
  [5, 15],
  [500, 15],
])('the wait after %i polls is about %i s', (polls, seconds) => {
  expect(pollDelay(polls, 0.5, now)).toBe(seconds);
});

test('a poll waits whole seconds, from 1 to 15, near its nominal wait', () => {
  fc.assert(
    fc.property(fc.nat(10_000), random, (polls, chance) => {
      const seconds = pollDelay(polls, chance, now);
      const nominal = Math.min(15, 2 * 1.5 ** polls);
      expect(Number.isInteger(seconds)).toBe(true);
      expect(seconds).toBeGreaterThanOrEqual(Math.max(1, Math.floor(nominal * 0.75)));
      expect(seconds).toBeLessThanOrEqual(Math.min(15, Math.ceil(nominal * 1.25)));
    }),
  );
});

test.each([
  ['in half a second', 500, 1],
  ['in 3 s, below the nominal wait', 3_000, 3],
  ['in 40.2 s, past the ceiling', 40_200, 41],
])('RetryAfter %s wins', (_what, offset, seconds) => {
  expect(pollDelay(7, 0.5, now, now + offset)).toBe(seconds);
});

test.each([
  ['in the past', 7, -60_000, 15],
  ['now', 7, 0, 15],
  ['in a second, again and again', 100, 1_000, 15],
  ['in 40 s, again and again', 100, 40_000, 40],
])('RetryAfter %s does not make a poll come sooner', (_what, polls, offset, seconds) => {
  expect(pollDelay(polls, 0.5, now, now + offset)).toBe(seconds);
});

test.each([
  ['a call', callDelay, [1, 2, 4, 8, 16, 30, 30]],
  ['an attempt', attemptDelay, [8, 16, 32, 60, 60]],
] as const)('%s backs off with full jitter below a ceiling that doubles', (_what, delay, ceilings) => {
  for (const [index, ceiling] of ceilings.entries()) {
    expect(delay(index + 1, 0)).toBe(1);
    expect(delay(index + 1, 1 - Number.EPSILON)).toBe(ceiling);
    fc.assert(
      fc.property(random, (chance) => {
        const seconds = delay(index + 1, chance);
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds).toBeLessThanOrEqual(ceiling);
      }),
      { numRuns: 20 },
    );
  }
});
