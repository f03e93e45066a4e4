import { BenchCloud, READER, type Snapshot } from './bench-cloud.ts';
import { heading, line, note, quantile, sum } from './figures.ts';
import type { Options } from './options.ts';

/** Past times among many snapshots: how long the first page takes, and what it reads. */

const LIMIT = 50;

/** @param assembly whose inventory is not held back by its rate, and never reads everything again */
export async function reportReading(assembly: string, options: Options): Promise<void> {
  const { images, versions, snapshots, reads } = options;
  heading(`Reading /inventory?at= among ${snapshots} snapshots of ${images * versions} versions`);
  const bench = await BenchCloud.start(assembly, { skipIdle: true });
  try {
    await bench.populate(images, versions);
    await bench.settle();
    const began = performance.now();
    await bench.ring();
    for (let taken = 1; taken < snapshots; taken += 1) {
      await bench.changeTen(images, versions);
      await bench.settle();
      await bench.ring();
    }
    const seconds = (performance.now() - began) / 1000;
    const times = await takenTimes(bench);
    if (times.length < snapshots) throw bench.failure();

    const milliseconds: number[] = [];
    const units: number[] = [];
    const queries: number[] = [];
    for (const at of pastTimes(times, reads)) {
      const read = await readAt(bench, at);
      milliseconds.push(read.milliseconds);
      units.push(read.units);
      queries.push(read.reads);
    }
    note(`Ten versions change between two; nothing is throttled. ${seconds.toFixed(0)} s to take them.`);
    line(`first pages of ${LIMIT} at random past times`, reads);
    line('p50', `${quantile(milliseconds, 0.5).toFixed(1)} ms`);
    line('p99', `${quantile(milliseconds, 0.99).toFixed(1)} ms`);
    line('reads of the table for a page, mean', (sum(queries) / reads).toFixed(1));
    line('read units for a page, mean', (sum(units) / reads).toFixed(1));
    line('read units for a page, p99', quantile(units, 0.99).toFixed(1));
    note(
      'Units as dynalite reckons them for each of those reads (ReturnConsumedCapacity is asked for on its way).',
    );
  } finally {
    await bench.stop();
  }
}

/** Oldest first. */
async function takenTimes(bench: BenchCloud): Promise<string[]> {
  const times: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const cursor: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`;
    const response = await bench.get(`/snapshots?limit=1000${cursor}`);
    const page: { items: Snapshot[]; nextCursor: string | null } = JSON.parse(await response.text());
    times.push(...page.items.map(({ takenAt }) => takenAt));
    next = page.nextCursor;
  }
  return times.reverse();
}

/** Between the first snapshot and the last, the same ones in every run as far as the snapshots are. */
function pastTimes(times: readonly string[], count: number): string[] {
  let state = 42;
  return Array.from({ length: count }, () => {
    // Numerical Recipes' generator: chance enough to choose snapshots by.
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return times[Math.floor((state / 2 ** 32) * times.length)] ?? '';
  });
}

async function readAt(bench: BenchCloud, at: string) {
  for (;;) {
    bench.meter.reset();
    const began = performance.now();
    const response = await fetch(`${bench.cloud.apiUrl}/inventory?at=${at}&limit=${LIMIT}`);
    const body = await response.text();
    const milliseconds = performance.now() - began;
    if (response.ok) {
      const { readUnits, reads } = bench.meter.of(READER);
      return { milliseconds, units: readUnits, reads };
    }
    if (response.status !== 429) throw new Error(`The API answered ${response.status}: ${body}`);
    // The stage lets 50 requests a second in.
    await bench.cloud.clock.sleep(500);
  }
}
