import { parseSchedule } from '../../../local/aws/eventbridge/schedule.ts';

const at = (time: string) => Date.parse(time);
const shown = (time: number | undefined) =>
  time === undefined ? undefined : new Date(time).toISOString().slice(0, 16);

test.each([
  ['rate(1 minute)', '2026-11-24T10:01'],
  ['rate(5 minutes)', '2026-11-24T10:05'],
  ['rate(1 hour)', '2026-11-24T11:00'],
  ['rate(2 days)', '2026-11-26T10:00'],
])('%s counts from the last time', (expression, next) => {
  const last = at('2026-11-24T10:00:00Z');
  expect(shown(parseSchedule(expression).next(last, last))).toBe(next);
});

test('a rate whose time is long past rings now', () => {
  const now = at('2026-11-24T10:00:00Z');
  expect(parseSchedule('rate(1 minute)').next(now, at('2026-11-01T00:00:00Z'))).toBe(now);
});

test.each([
  ['cron(* * * * ? *)', '2026-11-24T10:01'],
  ['cron(0 12 * * ? *)', '2026-11-24T12:00'],
  ['cron(0 10 * * ? *)', '2026-11-25T10:00'],
  ['cron(0/15 * * * ? *)', '2026-11-24T10:15'],
  ['cron(5,10 8-10 * * ? *)', '2026-11-24T10:05'],
  ['cron(0 8 ? * MON-FRI *)', '2026-11-25T08:00'],
  ['cron(0 8 ? * SUN *)', '2026-11-29T08:00'],
  ['cron(0 8 ? * 2 *)', '2026-11-30T08:00'],
  ['cron(0 0 1 JAN,JUL ? *)', '2027-01-01T00:00'],
  ['cron(0 0 29 2 ? *)', '2028-02-29T00:00'],
  ['cron(0 0 1 1 ? 2020)', undefined],
])('%s', (expression, next) => {
  const now = at('2026-11-24T10:00:30Z');
  expect(shown(parseSchedule(expression).next(now, now))).toBe(next);
});

test.each([
  ['every minute', 'neither rate(…) nor cron(…)'],
  ['rate(1 minutes)', 'no rate such as'],
  ['rate(5 minute)', 'no rate such as'],
  ['rate(0 minutes)', 'no rate such as'],
  ['rate(30 seconds)', 'no rate such as'],
  ['cron(* * * * *)', '5 fields in place of six'],
  ['cron(* * * * * *)', 'either day of month or day of week is "?"'],
  ['cron(60 * * * ? *)', 'minutes is from 0 to 59'],
  ['cron(0 0 L * ? *)', 'does not know "L"'],
  ['cron(0 5-2 * * ? *)', 'from high to low'],
  ['cron(0/0 * * * ? *)', 'the step "0"'],
])('%s is refused', (expression, message) => {
  expect(() => parseSchedule(expression)).toThrow(message);
});
