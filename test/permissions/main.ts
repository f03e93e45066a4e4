/**
 * Tells what each role allows and no test used: `npm test`, then `npm run permissions`. Fails on what is not explained, and
 * on an explanation that is not needed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAssembly } from '../../local/assembly/assembly.ts';
import { grantsOf } from '../../local/aws/iam/grants.ts';
import { synthesize } from '../../local/synthesis.ts';
import { PERMISSION_RECORD, REGIONS } from '../synthesized.ts';
import { EXPLAINED } from './explained.ts';
import { readRecord } from './read-record.ts';
import { linesOf, reportOn } from './report.ts';

const project = join(import.meta.dirname, '..', '..');
const outdir = mkdtempSync(join(tmpdir(), 'image-versions-permissions-'));
try {
  const used = readRecord(join(project, PERMISSION_RECORD));
  // As the tests have it, so that the roles are the same.
  await synthesize({ project, outdir, context: { regions: [...REGIONS] } });
  const report = reportOn(loadAssembly(outdir).roles.flatMap(grantsOf), used, EXPLAINED);
  console.log(linesOf(report).join('\n'));
  if (report.unexplained.length > 0 || report.idle.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(outdir, { recursive: true });
}
