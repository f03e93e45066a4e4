import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../local/synthesis.ts';
import { heading, line, note, seconds } from './inventory/figures.ts';
import { measureMemory } from './inventory/memory.ts';
import { readOptions } from './inventory/options.ts';
import { reportReading } from './inventory/reading.ts';
import { reportTaking } from './inventory/taking.ts';

/**
 * What snapshots cost and how they are read back, on the local cloud in real time: against the way that anybody would
 * write first, in the same run.
 *
 *     npm run bench:inventory [-- --only first,steady --images N --versions N …]
 */

const PROJECT = join(import.meta.dirname, '..');
/** Not held back: no rate that a local cloud reaches, and nothing is read again that has not changed. */
const UNPACED = { snapshotCallsPerSecond: 1000, fullSnapshotEvery: 10_000 };

const options = readOptions(process.argv.slice(2));
const scratch = mkdtempSync(join(tmpdir(), 'bench-inventory-'));
try {
  const deployed = join(scratch, 'deployed');
  await synthesize({ project: PROJECT, outdir: deployed });
  await reportTaking(deployed, options);
  if (options.parts.has('memory')) await reportMemory(deployed);
  if (options.parts.has('reading')) {
    const unpaced = join(scratch, 'unpaced');
    await synthesize({ project: PROJECT, outdir: unpaced, context: UNPACED });
    await reportReading(unpaced, options);
  }
} finally {
  rmSync(scratch, { recursive: true });
}

async function reportMemory(assembly: string): Promise<void> {
  const { images, versions, manyVersions } = options;
  heading('Memory of the function, run as its bundle in a process of its own');
  const few = await measureMemory(assembly, images, versions);
  const many = await measureMemory(assembly, images, manyVersions);
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
  line('versions', few.versions, many.versions);
  line('once it is loaded', megabytes(few.loaded), megabytes(many.loaded));
  line('at most, in the first snapshot', megabytes(few.first.peak), megabytes(many.first.peak));
  line('at most, when all is read again', megabytes(few.again.peak), megabytes(many.again.peak));
  line('the first snapshot', seconds(few.first.seconds), seconds(many.first.seconds));
  note(
    `Resident memory, looked at every 5 ms; Node is told of its ${many.memoryMb} MB as Lambda tells it. Nothing is throttled,`,
  );
  note(
    'answers take no time and the rate is 100,000 a second, so that as many calls are on their way at once as',
  );
  note(
    `ever can be: at 20 a second, ${many.versions} versions take ${Math.ceil(many.versions / 20 / 60)} min.`,
  );
}
