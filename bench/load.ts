import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../local/synthesis.ts';
import { imageName } from './inventory/bench-cloud.ts';
import { LoadCloud } from './load/load-cloud.ts';
import { MemoryWatch } from './load/memory-watch.ts';
import { FEW, readOptions } from './load/options.ts';
import { acceptAll, ask, judge } from './load/orders.ts';
import { Reading } from './load/reading.ts';
import { type Run, reportGrowth, reportRun } from './load/report.ts';

/**
 * Thousands of operations in the queue at once, a snapshot of all versions and a steady rate of reads meanwhile: does
 * everything end as it should, and does an operation cost more among many than among few?
 *
 *     npm run bench:load [-- --operations N --images N --versions N --reads N --speed X]
 *
 * Both runs have the same cloud, versions, reads and snapshot; the small one has its operations over as many images
 * as give each the same queue. Reads come at the machine's rate: how long they take is the machine's time, whatever
 * the local cloud's clock says. One process on this machine plays the whole cloud, so the speed is one at which that
 * process has time to spare: at a higher one reads wait for it, and their time says nothing of the system.
 */

const PROJECT = join(import.meta.dirname, '..');
/** What the stage lets in besides the reads, for what is asked while they go on. */
const WRITES_PER_SECOND = 50;

const options = readOptions(process.argv.slice(2));
const assembly = mkdtempSync(join(tmpdir(), 'bench-load-'));
try {
  await synthesize({
    project: PROJECT,
    outdir: assembly,
    context: { apiRequestsPerSecond: options.reads + WRITES_PER_SECOND },
  });
  const each = options.operations / options.images;
  const few = await measure(Math.ceil(FEW / each), each);
  reportRun(few);
  const many = await measure(options.images, each);
  reportRun(many);
  reportGrowth(few, many);
} finally {
  rmSync(assembly, { recursive: true });
}

/** @param busy images that get operations; versions stand in all of them */
async function measure(busy: number, each: number): Promise<Run> {
  const load = await LoadCloud.start(assembly, options.speed, options.images);
  const watch = new MemoryWatch(load.cloud.lambda, (error) => console.error(error));
  try {
    const { cloud, tally } = load;
    const images = Array.from({ length: options.images }, (_, index) => imageName(index));
    const before = Math.floor(options.versions / options.images);
    const populating = performance.now();
    await load.populate(images, before);
    const populateSeconds = (performance.now() - populating) / 1000;

    load.whileAccepting();
    tally.reset();
    const reading = new Reading({ apiUrl: cloud.apiUrl, perSecond: options.reads, images });
    const [began, beganOfCloud] = [performance.now(), cloud.clock.now()];
    const snapshot = takeSnapshot(load);
    const accepted = await acceptAll(cloud, images.slice(0, busy), each);
    const acceptSeconds = (performance.now() - began) / 1000;
    const openAtOnce = busy * each - tally.ended;
    load.onceAccepted();
    reading.onceAccepted([...accepted.values()].flat());

    await comesTrue('all operations have ended', 100, async () => tally.ended === busy * each);
    const endSeconds = (tally.lastEndAt - began) / 1000;
    const endSecondsOfCloud = (cloud.clock.now() - beganOfCloud) / 1000;
    const snapshotted = await snapshot;
    const reads = await reading.stop();
    const own = tally.of(
      (name) => !/-(api-read|api-inventory|inventory)-dev$/.test(name) && name !== 'outside',
    );
    const swept = tally.of((name) => name === 'image-version-sweep-dev');
    const transitions = load.transitions();
    const judged = await judge(cloud, load.sageMaker, accepted, before);
    return {
      operations: busy * each,
      images: busy,
      standing: before * options.images,
      populateSeconds,
      acceptSeconds,
      openAtOnce,
      endSeconds,
      endSecondsOfCloud,
      snapshot: snapshotted,
      reads,
      own,
      swept,
      transitions,
      judged,
      memory: { process: watch.process, functions: watch.functions },
    };
  } finally {
    watch.stop();
    await load.stop();
  }
}

/** Asks for one and waits until it is there. */
async function takeSnapshot({ cloud }: LoadCloud): Promise<{ versions: number; seconds: number }> {
  const began = performance.now();
  const asked = await ask(cloud, '/snapshots', { method: 'POST' });
  const { requestedAt }: { requestedAt: string } = JSON.parse(await asked.text());
  let versions = 0;
  await comesTrue('the snapshot is taken', 1_000, async () => {
    const response = await ask(cloud, '/snapshots?limit=1');
    const page: { items: { startedAt: string; counts: { versions: number } }[] } = JSON.parse(
      await response.text(),
    );
    const [latest] = page.items;
    versions = latest?.counts.versions ?? 0;
    return latest !== undefined && latest.startedAt >= requestedAt;
  });
  return { versions, seconds: (performance.now() - began) / 1000 };
}

/**
 * Looks every so many milliseconds.
 * @throws Error where it has not come true within an hour, far longer than the largest run takes
 */
async function comesTrue(what: string, every: number, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 3_600_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`An hour has passed, and it is not so that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
