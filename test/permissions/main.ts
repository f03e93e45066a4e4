/**
 * Tells what each role allows and no test used: `npm test`, then `npm run permissions`. Fails on what is not explained, on
 * an explanation that is not needed, and on a record that does not tell all.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAssembly } from '../../local/assembly/assembly.ts';
import { grantsOf } from '../../local/aws/iam/grants.ts';
import { synthesize } from '../../local/synthesis.ts';
import { REGIONS } from '../synthesized.ts';
import { doubtsAbout } from './doubts.ts';
import { EXPLAINED } from './explained.ts';
import { KEPT_RECORD, readKept } from './record.ts';
import { linesOf, reportOn } from './report.ts';

const project = join(import.meta.dirname, '..', '..');
const outdir = mkdtempSync(join(tmpdir(), 'image-versions-permissions-'));
try {
  const record = readKept(join(project, KEPT_RECORD));
  const doubts = doubtsAbout(record, project);
  // As the tests have it, so that the roles are the same.
  await synthesize({ project, outdir, context: { regions: [...REGIONS] } });
  const report = reportOn(loadAssembly(outdir).roles.flatMap(grantsOf), record.used, EXPLAINED);
  console.log([...linesOf(report), ...doubts.flatMap((doubt) => ['', doubt])].join('\n'));
  if (report.unexplained.length > 0 || report.idle.length > 0 || doubts.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(outdir, { recursive: true });
}
