import { versionArn } from '../workflows/cloud.ts';
import { QueryCloud } from './query-cloud.ts';

/** What is there now, what was, and who changed it, in one statement: on the whole of it, with drift. */

const LIVE = 'awscc.sagemaker.image_versions';

let query: QueryCloud;
let before: string;
beforeAll(async () => {
  query = await QueryCloud.start();
  const { inventory } = query;
  await inventory.cloud.image('pytorch');
  await inventory.cloud.image('sklearn');
  await inventory.make('pytorch', { ReleaseNotes: 'first', Aliases: ['stable'] });
  await inventory.make('pytorch', { ReleaseNotes: 'second' });
  await inventory.make('sklearn');
  await inventory.cloud.cloud.clock.sleep(10_000);
  before = (await inventory.taken()).takenAt;
  // One by this system, one past it.
  const sql = `UPDATE ${LIVE} SET PatchDocument = string('{{ {"ReleaseNotes": "better"} | generate_patch_document }}') WHERE Identifier = '${versionArn('pytorch', 1)}'`;
  await query.changed(sql);
  await inventory.change('pytorch', 2, { ReleaseNotes: 'worse' });
  await inventory.cloud.cloud.clock.sleep(10_000);
});
afterAll(async () => {
  await query.stop();
  expect(query.inventory.cloud.unexpected).toEqual([]);
});

test('live rows take from the newest snapshot what has not changed since, and read the rest', async () => {
  const { rows, calls } = await query.select(
    `SELECT image_name, version, release_notes, aliases FROM ${LIVE} WHERE region = 'us-east-1'`,
  );
  expect(rows).toEqual([
    { image_name: 'pytorch', version: 1, release_notes: 'better', aliases: ['stable'] },
    { image_name: 'pytorch', version: 2, release_notes: 'worse', aliases: [] },
    { image_name: 'sklearn', version: 1, release_notes: null, aliases: [] },
  ]);
  // Images; versions and aliases of two images; one alias to resolve, two versions to read.
  expect(calls).toBe(1 + 2 + 2 + 1 + 2);
});

test('live rows are joined with those of a past time', async () => {
  const { rows } = await query.select(
    `SELECT l.version, h.release_notes AS was, l.release_notes AS is_now
     FROM ${LIVE} l JOIN inventory.image_versions h USING (region, image_version_arn)
     WHERE l.region = '{{ region }}' AND h.snapshot_at = '{{ at }}' AND l.release_notes <> h.release_notes
     ORDER BY l.version DESC`,
    { region: 'us-east-1', at: before },
  );
  expect(rows).toEqual([
    { version: 2, was: 'second', is_now: 'worse' },
    { version: 1, was: 'first', is_now: 'better' },
  ]);
});

test('changes are joined with the operations that made them, and drift stands by itself', async () => {
  await query.inventory.taken();
  const { rows, calls } = await query.select(
    `SELECT c.version, c.before, c.after, c.drift, o.kind, o.effect
     FROM inventory.changes c LEFT JOIN operations.operations o ON o.operation_id = c.operation_id
     WHERE c.property = 'ReleaseNotes' ORDER BY c.version`,
  );
  expect(rows).toEqual([
    { version: 1, before: 'first', after: 'better', drift: false, kind: 'update', effect: 'updated' },
    { version: 2, before: 'second', after: 'worse', drift: true, kind: null, effect: null },
  ]);
  expect(calls).toBe(0);
});

test('another region’s versions are read there, by the region and by the identifier', async () => {
  const { inventory } = query;
  await inventory.cloud.image('pytorch', 'eu-west-1');
  await inventory.make('pytorch', { ReleaseNotes: 'over there', Aliases: ['stable'] }, 'eu-west-1');
  const there = { image_name: 'pytorch', version: 1, release_notes: 'over there', aliases: ['stable'] };
  for (const condition of [
    `region = 'eu-west-1'`,
    `Identifier = '${versionArn('pytorch', 1, 'eu-west-1')}'`,
  ]) {
    const { rows } = await query.select(
      `SELECT image_name, version, release_notes, aliases FROM ${LIVE} WHERE region = 'eu-west-1' AND ${condition}`,
    );
    expect(rows).toEqual([there]);
  }
});

test('the operations of an image are told, and a past time reads as it did, whatever has come since', async () => {
  const operations = await query.select(
    `SELECT kind, effect FROM operations.operations WHERE region = 'us-east-1' AND image_name = 'pytorch'`,
  );
  expect(operations.rows).toEqual([{ kind: 'update', effect: 'updated' }]);
  // So many come after it that it is found by its number.
  for (let nth = 0; nth < 3; nth += 1) await query.inventory.taken();
  const { rows } = await query.select(
    `SELECT version, release_notes FROM inventory.image_versions
     WHERE region = 'us-east-1' AND image_name = 'pytorch' AND snapshot_at = '{{ at }}' ORDER BY version`,
    { at: before },
  );
  expect(rows).toEqual([
    { version: 1, release_notes: 'first' },
    { version: 2, release_notes: 'second' },
  ]);
});

test('the hint await answers once it has ended, or as it stands after 20 s', async () => {
  const { status, operation } = await query.change(
    `/*+ update, await */ UPDATE ${LIVE} SET PatchDocument = '[{"op": "add", "path": "/Processor", "value": "GPU"}]' WHERE Identifier = '{{ arn }}'`,
    { arn: versionArn('sklearn', 1) },
  );
  expect([status, operation.status]).toEqual([200, 'SUCCEEDED']);
});

test('a statement that would run for ever is stopped, and the next one is answered', async () => {
  const { status, body } = await query.ask(
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS n FROM n',
  );
  expect([status, body.type]).toEqual([422, '/openapi.json#/x-problems/statement-too-costly']);
  expect((await query.select('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('a bad statement and a repeated one send nothing', async () => {
  const calls = query.calls;
  expect((await query.ask(`SELECT colour FROM ${LIVE} WHERE region = 'us-east-1'`)).status).toBe(400);
  expect(
    (
      await query.ask(
        `INSERT INTO ${LIVE} (ImageName, BaseImage, Processor, region) SELECT 'a', 'b', 'TPU', 'us-east-1'`,
      )
    ).status,
  ).toBe(400);
  expect(query.calls).toEqual(calls);
  const headers = { 'idempotency-key': 'once' };
  const sql = `DELETE FROM ${LIVE} WHERE Identifier = '${versionArn('sklearn', 1)}'`;
  const { operation } = await query.change(sql, {}, headers);
  const again = await query.change(sql, {}, headers);
  expect(again.operation.operationId).toBe(operation.operationId);
  expect(again.status).toBe(200);
});
