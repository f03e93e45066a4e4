import { SQLITE_PROGRAM, sqliteEngine } from '../../../lambda/query/engine.ts';
import type { Row } from '../../../lambda/query/tables.ts';
import { killableProcess } from '../../../lambda/runtime/child-process.ts';
import { select } from '../../fixtures/engine.ts';

/** The most that a statement may read, in the process that it runs in. */

const COUNT = 20_000;
const rows: readonly Row[] = Array.from({ length: COUNT }, (_, nth) => ({
  image_version_arn: `arn:aws:sagemaker:us-east-1:123456789012:image-version/image-${nth}/1`,
  region: 'us-east-1',
  release_notes: 'n'.repeat(600),
}));

test('two tables of the most rows are joined each time that it is asked', async () => {
  const engine = sqliteEngine(killableProcess(SQLITE_PROGRAM));
  const sql = `SELECT count(*) AS n, max(length(l.release_notes || h.release_notes)) AS most
    FROM awscc.sagemaker.image_versions l JOIN inventory.image_versions h USING (Identifier)
    WHERE l.region = 'us-east-1'`;
  const tables = { 'awscc.sagemaker.image_versions': rows, 'inventory.image_versions': rows };
  for (let time = 1; time <= 4; time += 1) {
    expect((await select(sql, tables, {}, engine)).rows).toEqual([{ n: COUNT, most: 1200 }]);
  }
});
