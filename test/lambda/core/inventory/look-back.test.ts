import fc from 'fast-check';
import { LookBack } from '../../../../lambda/core/inventory/look-back.ts';

/** Which operations of an image are read to find those that had not ended at a time. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 24);
const iso = (time: number) => new Date(time).toISOString();

interface Operation {
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly ticket?: number;
}

/** Reads as the adapter does, from the newest to the oldest. */
function read(operations: readonly Operation[], time: number) {
  const lookBack = new LookBack(iso(time));
  const newestFirst = operations
    .filter(({ createdAt }) => createdAt >= lookBack.earliest)
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  const end = newestFirst.findIndex((one) => lookBack.endsWith(one));
  const looked = end < 0 ? newestFirst : newestFirst.slice(0, end);
  return { looked, found: looked.filter((one) => lookBack.matters(one)) };
}

/** What runs in turn: when it was accepted, for how long it runs, and whether it is cancelled before its turn. */
const queued = fc.record({
  every: fc.integer({ min: 0, max: 12 * HOUR }),
  runs: fc.integer({ min: MINUTE, max: 520 * MINUTE }),
  isCancelled: fc.boolean(),
  /** Its function was slow between taking the time and drawing the ticket. */
  late: fc.integer({ min: 0, max: 30_000 }),
});
const byHand = fc.record({
  startedAt: fc.integer({ min: NOW - 60 * DAY, max: NOW }),
  runs: fc.integer({ min: MINUTE, max: 520 * MINUTE }),
});

test('whatever was accepted, queued, cancelled and started by hand: all that had not ended is found', () => {
  fc.assert(
    fc.property(
      fc.array(queued, { maxLength: 100 }),
      fc.array(byHand, { maxLength: 20 }),
      fc.integer({ min: NOW - 40 * DAY, max: NOW }),
      (orders, hands, time) => {
        const operations: Operation[] = hands.map(({ startedAt, runs }) => ({
          createdAt: iso(startedAt),
          startedAt: iso(startedAt),
          finishedAt: iso(startedAt + runs),
        }));
        let [accepted, free] = [NOW - 60 * DAY, NOW - 60 * DAY];
        for (const [index, { every, runs, isCancelled, late }] of orders.entries()) {
          accepted += every;
          const createdAt = iso(accepted - late);
          const ticket = index + 1;
          if (isCancelled) {
            operations.push({ createdAt, ticket, finishedAt: iso(accepted + MINUTE) });
            continue;
          }
          const startedAt = Math.max(free, accepted);
          free = startedAt + runs;
          operations.push({ createdAt, ticket, startedAt: iso(startedAt), finishedAt: iso(free) });
        }
        const { found } = read(operations, time);
        const open = operations.filter(({ finishedAt = '' }) => finishedAt >= iso(time));
        expect(new Set(found)).toEqual(new Set(open));
      },
    ),
    { numRuns: 300 },
  );
});

const ended = (createdAt: number, ticket?: number): Operation => ({
  createdAt: iso(createdAt),
  startedAt: iso(createdAt),
  finishedAt: iso(createdAt + MINUTE),
  ...(ticket === undefined ? {} : { ticket }),
});

test('no more is read than may matter: what ended ten hours before, and was accepted in order', () => {
  const operations = Array.from({ length: 1_000 }, (_none, index) =>
    ended(NOW - (index + 1) * HOUR, 1_000 - index),
  );
  expect(read(operations, NOW).looked.length).toBeLessThan(12);
});

test('one that was started by hand is found for as long as it may run', () => {
  const running: Operation = { createdAt: iso(NOW - 520 * MINUTE), startedAt: iso(NOW - 520 * MINUTE) };
  const others = Array.from({ length: 100 }, (_none, index) =>
    ended(NOW - (index + 1) * 10 * MINUTE, 100 - index),
  );
  expect(read([running, ...others], NOW).found).toEqual([running]);
});

test('one that took its place late is found, though a later one has ended', () => {
  const late: Operation = { createdAt: iso(NOW - 11 * HOUR), startedAt: iso(NOW - MINUTE), ticket: 1 };
  const later = ended(NOW - 11 * HOUR + 59 * MINUTE, 2);
  expect(read([late, later], NOW).found).toEqual([late]);
});

test('one that was cancelled before its turn says nothing of those before it', () => {
  const running: Operation = { createdAt: iso(NOW - 60 * HOUR), startedAt: iso(NOW - HOUR), ticket: 1 };
  const cancelled: Operation = {
    createdAt: iso(NOW - 50 * HOUR),
    finishedAt: iso(NOW - 49 * HOUR),
    ticket: 2,
  };
  expect(read([running, cancelled], NOW).found).toEqual([running]);
});

test('the longest that an operation waits is 90 days, and then it may run', () => {
  const acceptedAt = NOW - 90 * DAY - 520 * MINUTE;
  const running: Operation = { createdAt: iso(acceptedAt), startedAt: iso(acceptedAt + 90 * DAY), ticket: 1 };
  const ancient: Operation = { createdAt: iso(NOW - 91 * DAY), ticket: 1 };
  expect(read([running], NOW).found).toEqual([running]);
  expect(read([ancient], NOW).looked).toEqual([]);
});
