/** EventBridge's schedule expressions: `rate(5 minutes)`, `cron(0 12 * * ? *)`. Cron counts in UTC. */

export interface Schedule {
  /**
   * The first time after `after`, in epoch milliseconds.
   * @param last - when it rang last, or was made: what a rate counts from
   */
  next(after: number, last: number): number | undefined;
}

const MINUTE_MS = 60_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  minute: MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 1440 * MINUTE_MS,
};
/** How far ahead a cron expression is followed: what has no time within it never rings. */
const HORIZON_DAYS = 366 * 8;

/** @throws Error that says what is wrong with the expression */
export function parseSchedule(expression: string): Schedule {
  const [, kind, inner = ''] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return parseRate(expression, inner);
  if (kind === 'cron') return parseCron(expression, inner);
  throw new Error(`the schedule "${expression}" is neither rate(…) nor cron(…)`);
}

function parseRate(expression: string, inner: string): Schedule {
  const [, count, unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(inner) ?? [];
  const length = UNITS_MS[unit];
  // One is singular and more are plural, or EventBridge refuses.
  if (length === undefined || (count === '1') !== (plural === '')) {
    throw new Error(`the schedule "${expression}" is no rate such as rate(1 minute) or rate(5 minutes)`);
  }
  const period = Number(count) * length;
  return { next: (after, last) => Math.max(last + period, after) };
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names of the values, from `from` on. */
  readonly names?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const FIELDS: readonly Field[] = [
  { name: 'minutes', from: 0, to: 59 },
  { name: 'hours', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  { name: 'day of week', from: 1, to: 7, names: DAYS },
  { name: 'year', from: 1970, to: 2199 },
];

function parseCron(expression: string, inner: string): Schedule {
  const parts = inner.trim().split(/\s+/);
  const wrong = (reason: string) => new Error(`the schedule "${expression}" cannot be used: ${reason}`);
  if (parts.length !== FIELDS.length) throw wrong(`it has ${parts.length} fields in place of six`);
  // One of the two days is a question mark, and only one.
  if ((parts[2] === '?') === (parts[4] === '?')) {
    throw wrong('either day of month or day of week is "?"');
  }
  const [minutes, hours, days, months, weekdays, years] = FIELDS.map((field, index) =>
    valuesOf(field, parts[index] ?? '', wrong),
  );
  const day = 1440 * MINUTE_MS;
  const fits = (date: Date) =>
    (years?.has(date.getUTCFullYear()) ?? false) &&
    (months?.has(date.getUTCMonth() + 1) ?? false) &&
    (days?.has(date.getUTCDate()) ?? false) &&
    (weekdays?.has(date.getUTCDay() + 1) ?? false);
  const timesOfDay = [...(hours ?? [])].flatMap((hour) =>
    [...(minutes ?? [])].map((minute) => (hour * 60 + minute) * MINUTE_MS),
  );
  return {
    next: (after) => {
      const today = Math.floor(after / day) * day;
      for (let start = today; start < today + HORIZON_DAYS * day; start += day) {
        if (!fits(new Date(start))) continue;
        const time = timesOfDay.find((offset) => start + offset > after);
        if (time !== undefined) return start + time;
      }
      return undefined;
    },
  };
}

/** The values that a field allows, ascending. */
function valuesOf(field: Field, text: string, wrong: (reason: string) => Error): ReadonlySet<number> {
  const values = new Set<number>();
  const number = (given: string): number => {
    const named = field.names?.indexOf(given.toUpperCase()) ?? -1;
    const value = named >= 0 ? field.from + named : /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (value >= field.from && value <= field.to) return value;
    throw wrong(
      `${field.name} is from ${field.from} to ${field.to}, and the local cloud does not know "${given}"`,
    );
  };
  for (const part of text.split(',')) {
    const [range = '', step = '1'] = part.split('/');
    if (!/^[1-9]\d*$/.test(step)) throw wrong(`${field.name} has the step "${step}"`);
    const open = range === '*' || range === '?';
    const [first = '', last] = range.split('-');
    const from = open ? field.from : number(first);
    const to = open || (last === undefined && part.includes('/')) ? field.to : number(last ?? first);
    if (from > to) throw wrong(`${field.name} has the range "${range}" from high to low`);
    for (let value = from; value <= to; value += Number(step)) values.add(value);
  }
  return new Set([...values].sort((a, b) => a - b));
}
