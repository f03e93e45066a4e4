import { ENGINE_LIMITS, SQLITE_PROGRAM, sqliteEngine } from '../../../lambda/query/engine.ts';
import { TooCostly } from '../../../lambda/query/errors.ts';
import type { Row } from '../../../lambda/query/tables.ts';
import { killableProcess } from '../../../lambda/runtime/child-process.ts';
import { engineHere, refusalOf, select, selectOf } from '../../fixtures/engine.ts';

/** SELECT by SQLite. */

const LIVE = 'awscc.sagemaker.image_versions';

const version = (image: string, number: number, more: Row = {}): Row => ({
  image_name: image,
  version: number,
  region: 'us-east-1',
  image_version_arn: `arn:aws:sagemaker:us-east-1:123456789012:image-version/${image}/${number}`,
  ...more,
});
const rows = [
  version('pytorch', 1, { aliases: ['stable', "it's"], alias: 'stable', horovod: true, processor: 'GPU' }),
  version('pytorch', 2, { aliases: [], horovod: false, processor: 'GPU' }),
  version('xgboost', 1, { aliases: ['stable'], alias: 'stable', processor: 'CPU' }),
];
const live = (what: string, rest = '') =>
  select(`SELECT ${what} FROM ${LIVE} WHERE region = 'us-east-1' ${rest}`, { [LIVE]: rows });

test('values come out as the types of their columns', async () => {
  expect(await live('version, horovod, aliases, alias, Identifier', `AND image_name = 'pytorch'`)).toEqual({
    columns: [
      { name: 'version', type: 'integer' },
      { name: 'horovod', type: 'boolean' },
      { name: 'aliases', type: 'array' },
      { name: 'alias', type: 'string' },
      { name: 'image_version_arn', type: 'string' },
    ],
    rows: [
      {
        version: 1,
        horovod: true,
        aliases: ['stable', "it's"],
        alias: 'stable',
        image_version_arn: rows[0]?.image_version_arn,
      },
      { version: 2, horovod: false, aliases: [], alias: null, image_version_arn: rows[1]?.image_version_arn },
    ],
  });
});

test('they keep them through queries in queries', async () => {
  const sql = `WITH v AS (SELECT horovod AS h, aliases FROM ${LIVE} WHERE region = 'us-east-1')
    SELECT h, a.aliases FROM (SELECT * FROM v) AS a WHERE h`;
  const { columns, rows: found } = await select(sql, { [LIVE]: rows });
  expect(columns).toEqual([
    { name: 'h', type: 'boolean' },
    { name: 'aliases', type: 'array' },
  ]);
  expect(found).toEqual([{ h: true, aliases: ['stable', "it's"] }]);
});

test('what is computed has the type of its values', async () => {
  const { columns, rows: found } = await live(
    `count(*) AS n, avg(version) AS mean, max(processor) AS most, NULL AS none, x'ab' AS bytes`,
  );
  expect(columns.map(({ type }) => type)).toEqual(['integer', 'number', 'string', 'string', 'string']);
  expect(found).toEqual([{ n: 3, mean: 4 / 3, most: 'GPU', none: null, bytes: 'ab' }]);
});

test('columns that are called alike are told apart', async () => {
  expect((await live('version, version, 1 AS version')).rows[0]).toEqual({
    version: 1,
    version_2: 1,
    version_3: 1,
  });
});

test.each([
  [
    'grouping',
    'image_name, count(*) AS n',
    'GROUP BY image_name HAVING n > 1',
    [{ image_name: 'pytorch', n: 2 }],
  ],
  ['order and limit', 'version', 'ORDER BY version DESC, image_name LIMIT 1', [{ version: 2 }]],
  ['distinct', 'DISTINCT processor', 'ORDER BY 1', [{ processor: 'CPU' }, { processor: 'GPU' }]],
  [
    'LIKE and GLOB',
    'image_name',
    `AND image_name LIKE 'XG%' AND image_name GLOB 'x*'`,
    [{ image_name: 'xgboost' }],
  ],
  [
    'JSON in a list',
    `json_extract(aliases, '$[1]') AS second`,
    `AND json_array_length(aliases) > 1`,
    [{ second: "it's" }],
  ],
  [
    'arrows',
    `aliases ->> 0 AS first`,
    `AND aliases ->> 0 IS NOT NULL AND version == 1 AND horovod`,
    [{ first: 'stable' }],
  ],
  ['windows', 'row_number() OVER (ORDER BY version, image_name) AS n', 'LIMIT 2', [{ n: 1 }, { n: 2 }]],
  ['true', 'version', 'AND horovod = TRUE', [{ version: 1 }]],
])('%s', async (_, what, rest, expected) => {
  expect((await live(what, rest)).rows).toEqual(expected);
});

test('lists are joined to, and each element of them is a row', async () => {
  const sql = `SELECT image_name, value AS alias FROM ${LIVE}, json_each(aliases) WHERE region = 'us-east-1' ORDER BY 1, 2`;
  expect((await select(sql, { [LIVE]: rows })).rows).toEqual([
    { image_name: 'pytorch', alias: "it's" },
    { image_name: 'pytorch', alias: 'stable' },
    { image_name: 'xgboost', alias: 'stable' },
  ]);
});

test('what is, what was and why are joined in one statement', async () => {
  const sql = `SELECT l.version, c.before, c.after, o.kind, s.full
    FROM ${LIVE} l JOIN inventory.changes c USING (region, image_version_arn)
    JOIN inventory.snapshots s USING (snapshot_id) LEFT JOIN operations.operations o USING (operation_id)
    WHERE l.region = 'us-east-1' AND c.property = 'Aliases'`;
  const id = { snapshot_id: 'us-east-1-1' };
  const change = { ...rows[0], ...id, property: 'Aliases', before: [], after: ['stable'], operation_id: 'o' };
  const found = await select(sql, {
    [LIVE]: rows,
    'inventory.changes': [change],
    'inventory.snapshots': [{ ...id, full: true }],
    'operations.operations': [{ operation_id: 'o', kind: 'update' }],
  });
  expect(found.rows).toEqual([{ version: 1, before: '[]', after: '["stable"]', kind: 'update', full: true }]);
});

test('tables are joined by Identifier', async () => {
  const sql = `SELECT l.version, h.status FROM ${LIVE} l JOIN inventory.image_versions h USING (Identifier)
    WHERE l.region = 'us-east-1' AND l.version = 2`;
  const held = { ...rows[1], status: 'CREATED' };
  expect((await select(sql, { [LIVE]: rows, 'inventory.image_versions': [held] })).rows).toEqual([
    { version: 2, status: 'CREATED' },
  ]);
});

test('tables are joined by the columns that they share', async () => {
  const sql = `SELECT h.status FROM inventory.image_versions h NATURAL JOIN inventory.changes`;
  const change = { ...rows[1], drift: true };
  const held = { ...rows[1], drift: true, status: 'CREATED', snapshot_id: 's', operation_id: 'o' };
  const of = (more: Row) => ({
    'inventory.image_versions': [held],
    'inventory.changes': [{ ...change, ...more }],
  });
  expect((await select(sql, of({ snapshot_id: 's', operation_id: 'o' }))).rows).toEqual([
    { status: 'CREATED' },
  ]);
  expect((await select(sql, of({ snapshot_id: 's', operation_id: 'p' }))).rows).toEqual([]);
});

test('the columns that a statement needs are told before anything is read', async () => {
  const needed = async (sql: string) =>
    (await engineHere.prepare(selectOf(sql))).map(({ columns }) => [...columns].sort());
  const where = `WHERE region = 'us-east-1'`;
  expect(await needed(`SELECT count(*) FROM ${LIVE} ${where}`)).toEqual([['region']]);
  expect(await needed(`SELECT max(version) FROM ${LIVE} ${where} GROUP BY processor`)).toEqual([
    ['processor', 'region', 'version'],
  ]);
  expect((await needed(`SELECT * FROM ${LIVE} ${where}`))[0]).toHaveLength(16);
  expect(await needed(`SELECT count(*) FROM inventory.changes`)).toEqual([[]]);
  expect(await needed(`WITH c AS (SELECT version FROM inventory.changes) SELECT count(*) FROM c`)).toEqual([
    ['version'],
  ]);
});

test.each([
  ['a list that is none', `SELECT json_extract('x', '$')`, 'SQLite refuses the statement: malformed JSON'],
  [
    'a number that JSON does not have',
    'SELECT 9223372036854775807',
    'the answer has the number 9223372036854775807',
  ],
  [
    'a value that is too large',
    'SELECT hex(zeroblob(100000000))',
    'the statement makes a value that is too large',
  ],
])('%s is refused when it turns up', async (_, sql, told) => {
  await expect(select(sql)).rejects.toThrow(told);
});

describe('in a process of its own', () => {
  const engine = sqliteEngine(killableProcess(SQLITE_PROGRAM), {
    ...ENGINE_LIMITS,
    rows: 3,
    characters: 100,
    // Longer than any of these takes on a busy machine: the time is not what ends them.
    seconds: 25,
  });

  test('a statement is run as here', async () => {
    const sql = `SELECT upper('{{ a }}') AS a, version, aliases, horovod FROM ${LIVE} WHERE region = 'us-east-1'`;
    const params = { a: "it's" };
    expect(await select(sql, { [LIVE]: rows }, params, engine)).toEqual(
      await select(sql, { [LIVE]: rows }, params),
    );
    expect(await refusalOf('SELECT\n regoin FROM inventory.changes', {}, engine)).toContain(
      '2:2 given the column regoin',
    );
  });

  test.each([
    [
      'too many rows',
      `SELECT value FROM json_each('[1, 2, 3, 4]')`,
      'the answer has more than 3 rows: add a LIMIT',
    ],
    ['too much text', `SELECT hex(zeroblob(100))`, 'the answer has more than 100 characters'],
    [
      'too much memory',
      `WITH RECURSIVE c(x) AS (SELECT hex(zeroblob(1000000)) UNION ALL SELECT x || 'y' FROM c LIMIT 200) SELECT count(DISTINCT x) FROM c`,
      'the statement needs too much memory: narrow it',
    ],
  ])('%s', async (_, sql, told) => {
    await expect(select(sql, {}, {}, engine)).rejects.toThrow(told);
  });

  test.each([
    ['a recursion', 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c'],
    [
      'a product of tables',
      `SELECT count(*) FROM ${Array.from({ length: 9 }, (_, n) => `inventory.changes t${n}`).join(', ')}`,
    ],
  ])('%s that would run for ever is stopped', async (_, sql) => {
    const impatient = sqliteEngine(killableProcess(SQLITE_PROGRAM), { ...ENGINE_LIMITS, seconds: 0.5 });
    const many = Array.from({ length: 1000 }, (_, n) => version('pytorch', n));
    const stopped = select(sql, { 'inventory.changes': many }, {}, impatient);
    await expect(stopped).rejects.toThrow(TooCostly);
    await expect(stopped).rejects.toThrow('was stopped after 0.5 s: narrow it with WHERE');
  });
});
