import { PRICES } from '../prices.ts';
import type { Taken } from './bench-cloud.ts';
import { heading, line, note } from './figures.ts';
import type { PlainReading } from './plain-way.ts';

/** What a month of hourly snapshots costs, reckoned from what was measured. */

const HOURS = 730;
/** One of the day's 24 reads everything again. */
const FULL = HOURS / 24;
const MEMORY_GIGABYTES = 0.5;
/** What the plain way's row has besides the properties: region, account, time and keys. */
const BYTES_BESIDES = 150;

export interface Measured {
  readonly first: Taken;
  readonly changed: Taken;
  /** To read all rows once more, which a full snapshot does. */
  readonly rowReadUnits: number;
  readonly plain: PlainReading;
}

type Cost = Readonly<
  Record<'Lambda' | 'DynamoDB writes' | 'DynamoDB reads' | 'DynamoDB storage' | 'EventBridge', number>
>;

export function reportCost(measured: Measured): void {
  const [ours, plain] = [ourCost(measured), plainCost(measured)];
  const total = (cost: Cost) => Object.values(cost).reduce((sum, dollars) => sum + dollars, 0);
  const money = (dollars: number) => `$${dollars.toFixed(4)}`;
  const { first, plain: reading } = measured;

  heading(
    `Cost of a month of hourly snapshots of ${reading.versions} versions, ten of which change each hour`,
  );
  line('', 'ours', 'the plain way');
  for (const name of Object.keys(ours) as (keyof Cost)[]) line(name, money(ours[name]), money(plain[name]));
  line('all', money(total(ours)), money(total(plain)));
  line('the plain way ÷ ours', '', `${(total(plain) / total(ours)).toFixed(1)} ×`);
  line('once: the first snapshot', money(first.writeUnits * PRICES.write), '');
  note('List prices: DynamoDB on demand $0.625 per million write units, $0.125 per million read units,');
  note('$0.25 per GB-month; Lambda on ARM $0.0000133334 per GB-second at 512 MB, $0.20 per million');
  note('invocations; EventBridge $1 per million events. Calls of Cloud Control and SageMaker are free.');
  note(
    `Ours: ${FULL.toFixed(0)} of the ${HOURS} snapshots read everything again. The plain way: one call after`,
  );
  note(
    `another, and every version's row, without aliases or status, written every time (units: ${plainRowUnits(measured)}).`,
  );
  note('Storage: half of what the month writes, a unit taken as 1 KB; the first snapshot from the start.');
}

function ourCost({ first, changed, rowReadUnits }: Measured): Cost {
  const { added, changed: others, removed } = changed.snapshot.counts;
  const seconds = changed.seconds * (HOURS - FULL) + first.seconds * FULL;
  const written = changed.writeUnits * HOURS;
  return {
    Lambda: seconds * MEMORY_GIGABYTES * PRICES.gigabyteSecond + HOURS * PRICES.invocation,
    'DynamoDB writes': written * PRICES.write,
    'DynamoDB reads': (changed.readUnits * HOURS + rowReadUnits * FULL) * PRICES.read,
    'DynamoDB storage': stored(first.writeUnits + written / 2),
    EventBridge: (added + others + removed) * HOURS * PRICES.event,
  };
}

function plainCost(measured: Measured): Cost {
  const { seconds, versions } = measured.plain;
  const written = versions * plainRowUnits(measured) * HOURS;
  return {
    Lambda: seconds * HOURS * MEMORY_GIGABYTES * PRICES.gigabyteSecond + HOURS * PRICES.invocation,
    'DynamoDB writes': written * PRICES.write,
    'DynamoDB reads': 0,
    'DynamoDB storage': stored(written / 2),
    EventBridge: 0,
  };
}

function plainRowUnits({ plain }: Measured): number {
  return Math.ceil((plain.bytes + BYTES_BESIDES) / 1024);
}

function stored(units: number): number {
  return (units * 1024 * PRICES.storedGigabyte) / 2 ** 30;
}
