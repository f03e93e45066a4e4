import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAssembly } from '../local/assembly/assembly.ts';
import { synthesize } from '../local/synthesis.ts';
import { BenchCloud } from './inventory/bench-cloud.ts';
import { heading, line, note } from './inventory/figures.ts';
import { type Measured, measure, QUERY, statements } from './query/statements.ts';
import { importTime, median } from './start/import-time.ts';

/**
 * What statements cost on 2,000 versions of 100 images, on the local cloud in real time: seconds, and calls of Cloud
 * Control and SageMaker, next to those that a list and one GetResource for each row take.
 *
 *     npm run bench:query [-- IMAGES VERSIONS]
 */

const PROJECT = join(import.meta.dirname, '..');
/** As AWS answers: nobody has published a quota, about 30 calls a second were measured. */
const LIKE_AWS = { answerSeconds: 0.06, rateLimit: { perSecond: 25, of: 'cloud-control-and-sagemaker' } };
const IMPORTS = 15;
/** Beside which it is held. */
const READ = 'image-version-api-read-dev';

const [images = 100, versions = 20] = process.argv.slice(2).map(Number);
const scratch = mkdtempSync(join(tmpdir(), 'bench-query-'));
try {
  // A route of statements lets in a tenth of it: more than the benchmark asks in a second.
  await synthesize({ project: PROJECT, outdir: scratch, context: { apiRequestsPerSecond: 1000 } });
  await reportStatements();
  reportImport();
} finally {
  rmSync(scratch, { recursive: true });
}

async function reportStatements(): Promise<void> {
  const bench = await BenchCloud.start(scratch);
  try {
    await bench.populate(images, versions);
    await bench.settle();
    const { snapshot } = await bench.takeSnapshot();
    await bench.changeTen(images, versions);
    await bench.settle();
    bench.cloud.settings.change(LIKE_AWS);
    // The function is loaded, and SQLite's process is there.
    await measure(bench, 'SELECT 1 AS one');
    heading(
      `${images * versions} versions of ${images} images, ten of them changed since the newest snapshot; answers take 60 ms`,
    );
    line('', 'seconds', 'rows', 'AWS calls', 'throttled', 'table reads', 'plain calls');
    let list: Measured | undefined;
    for (const { name, sql, plainly } of statements(snapshot.takenAt)) {
      const measured = await measure(bench, sql);
      list ??= measured;
      const { seconds, rows, calls, throttled, reads } = measured;
      const plain = plainly(list);
      line(name, seconds.toFixed(2), rows, calls, throttled, reads, Number.isNaN(plain) ? 'cannot' : plain);
    }
    const one = await measure(bench, 'SELECT 1 AS one');
    line('SELECT 1, no rows read', one.seconds.toFixed(3), one.rows, one.calls, one.throttled, one.reads, '');
    note(
      'AWS calls: of Cloud Control and SageMaker, 20 a second at most. Plain calls: what a list and one GetResource',
    );
    note('for each row take (counted, not run); they learn nothing of aliases, and nothing of the past.');
  } finally {
    await bench.stop();
  }
}

function reportImport(): void {
  const bundles = loadAssembly(scratch).functions.filter(({ name }) => [QUERY, READ].includes(name));
  heading(`Import of the bundle, median of ${IMPORTS} fresh processes`);
  for (const { name, assetDirectory, environment } of bundles) {
    const bundle = { file: join(assetDirectory, 'index.mjs'), environment };
    const times = Array.from({ length: IMPORTS }, () => importTime(bundle));
    line(name, `${median(times).toFixed(1)} ms`);
  }
}
