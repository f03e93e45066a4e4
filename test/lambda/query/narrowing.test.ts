import * as fc from 'fast-check';
import type { NeededRead } from '../../../lambda/query/engine.ts';
import type { TableRead } from '../../../lambda/query/statement.ts';
import { columnsOf, type Row } from '../../../lambda/query/tables.ts';
import { engineHere, isRead, refusalOf, select, selectOf } from '../../fixtures/engine.ts';

/** What a statement's conditions let be left unread. */

const LIVE = 'awscc.sagemaker.image_versions';
const HELD = 'inventory.image_versions';

const arn = (image: string, version: number, region = 'us-east-1') =>
  `arn:aws:sagemaker:${region}:123456789012:image-version/${image}/${version}`;

/** The reads of a statement without their places. */
function readsOf(sql: string, params = {}) {
  return selectOf(sql, params).reads.map(({ place, joinedBy, ...read }) => read);
}

test.each<[string, Partial<TableRead>]>([
  [`WHERE region = 'a'`, { regions: ['a'] }],
  [`WHERE 'a' = region`, { regions: ['a'] }],
  [`WHERE region == '{{ r }}'`, { regions: ['r'] }],
  [`WHERE region IN ('b', '{{ r }}')`, { regions: ['b', 'r'] }],
  [`WHERE region IN ('a', 'b') AND region IN ('b', 'c')`, { regions: ['b'] }],
  [`WHERE region = 'a' AND region = 'b'`, { regions: [] }],
  [`WHERE region = '{{ none }}'`, { regions: [] }],
  [`WHERE (region = 'a' AND (version = 2))`, { regions: ['a'], versions: [2] }],
  [
    `WHERE image_versions.region = 'a' AND image_name IN ('x', 'y')`,
    { regions: ['a'], imageNames: ['x', 'y'] },
  ],
  [`WHERE ${LIVE}.region = 'a'`, { regions: ['a'] }],
  [`WHERE "region" = 'a' AND VERSION IN (2, '1', 'x')`, { regions: ['a'], versions: [1, 2] }],
  [`WHERE Identifier = '${arn('x', 1)}'`, { regions: ['us-east-1'], identifiers: [arn('x', 1)] }],
  [
    `WHERE image_version_arn = '${arn('x', 1)}' AND region = 'b'`,
    { regions: [], identifiers: [arn('x', 1)] },
  ],
  [`WHERE version BETWEEN 1 AND 3 AND region = 'a'`, { regions: ['a'] }],
  [`WHERE region = 'a' AND version = 1 AND version = '1'`, { regions: ['a'], versions: [1] }],
  [`WHERE region = 'a' AND version IN (1_0, 0x2, 3.0, 1.5)`, { regions: ['a'], versions: [2, 3, 10] }],
  [`WHERE region = 'a' AND version = '1.0'`, { regions: ['a'] }],
  [`WHERE region = 'a' AND version = ' 1'`, { regions: ['a'] }],
  [`WHERE region = 'a' AND version = 9007199254740993`, { regions: ['a'] }],
  [`WHERE region = 'a' AND image_name = 1`, { regions: ['a'] }],
  [`WHERE region = 'a' AND CASE WHEN version = 1 AND region = 'b' THEN 1 ELSE 0 END = 0`, { regions: ['a'] }],
])('%s', (where, read) => {
  const params = { r: 'r', none: null };
  expect(readsOf(`SELECT 1 FROM ${LIVE} ${where}`, params)).toEqual([{ table: LIVE, local: LIVE, ...read }]);
});

test.each([
  `region = 'a' OR version = 1`,
  `NOT region = 'a'`,
  `region <> 'a'`,
  `region NOT IN ('a')`,
  `region = 'a' || 'b'`,
  `version BETWEEN 1 AND region = 'a'`,
  `region LIKE 'a'`,
  `region IN (SELECT 'a')`,
  `region = 'a' COLLATE NOCASE`,
  `region IS 'a'`,
  `region = 1`,
  `(SELECT count(*) FROM operations.operations o WHERE o.kind = 'create' AND region = 'a')`,
  `((SELECT 1 WHERE 1 AND region = 'a'))`,
  `(WITH c AS (SELECT 1) SELECT 1 FROM c WHERE 1 AND region = 'a')`,
  `(VALUES (1))`,
])('%s says nothing about regions', (where) => {
  expect(readsOf(`SELECT 1 FROM ${HELD} WHERE ${where}`)[0]).toEqual({ table: HELD, local: HELD });
});

test('what is known of one table is known of those that are joined to it on equal columns', () => {
  const sql = `SELECT 1 FROM ${LIVE} l JOIN ${HELD} h ON h.image_version_arn = l.image_version_arn AND h.region = l.region
    LEFT JOIN operations.operations o USING (region)
    WHERE l.region = 'us-east-1' AND l.image_version_arn = '${arn('x', 1)}'`;
  const known = { regions: ['us-east-1'], identifiers: [arn('x', 1)] };
  expect(readsOf(sql)).toEqual([
    { table: LIVE, local: LIVE, ...known },
    { table: HELD, local: HELD, ...known },
    { table: 'operations.operations', local: 'operations.operations', regions: ['us-east-1'] },
  ]);
});

test('what is equal is one value, however it is written', () => {
  const sql = `SELECT 1 FROM ${HELD} a JOIN inventory.changes b ON a.version = b.version
    WHERE a.version = 1 AND b.version = '{{ v }}'`;
  expect(readsOf(sql, { v: '1' }).map(({ versions }) => versions)).toEqual([[1], [1]]);
});

test('NOT is no table, even where one is called so', () => {
  const sql = `SELECT 1 FROM ${HELD} AS "not" WHERE NOT region = 'a'`;
  expect(readsOf(sql)).toEqual([{ table: HELD, local: HELD }]);
});

test.each([
  [`SELECT image_name AS Identifier FROM ${HELD} WHERE Identifier = 'x'`, {}],
  [`SELECT image_name "Identifier" FROM ${HELD} WHERE "Identifier" = 'x'`, {}],
  [
    `SELECT image_name AS Identifier FROM ${HELD} h WHERE h.Identifier = '${arn('x', 1)}'`,
    { regions: ['us-east-1'], identifiers: [arn('x', 1)] },
  ],
])('%s narrows by the ARN only where that is meant', (sql, read) => {
  expect(readsOf(sql)).toEqual([{ table: HELD, local: HELD, ...read }]);
});

test('a column that a statement calls Identifier is what its condition is about', async () => {
  const sql = `SELECT image_name AS Identifier, version FROM ${HELD} WHERE Identifier = 'x'`;
  const { rows } = await select(sql, { [HELD]: [{ image_name: 'x', version: 1 }] });
  expect(rows).toEqual([{ Identifier: 'x', version: 1 }]);
});

test('joins in brackets, and by columns of what is no table, say nothing about the tables outside', () => {
  const brackets = `SELECT 1 FROM ${HELD} a JOIN (inventory.changes b JOIN operations.operations c USING (region))
    WHERE a.region = 'x'`;
  expect(readsOf(brackets).map(({ regions }) => regions)).toEqual([['x'], undefined, undefined]);
  const derived = `SELECT 1 FROM (SELECT 'b' AS region) d JOIN ${HELD} a JOIN inventory.changes b USING (region)
    WHERE a.region = 'x'`;
  expect(readsOf(derived).map(({ regions }) => regions)).toEqual([['x'], undefined]);
});

const TIME = `'2026-11-17T08:00:00Z'`;

// The arrow stands before what is refused.
test.each([
  `SELECT 1 FROM inventory.snapshots s JOIN ${HELD} h ON h.→snapshot_at = s.taken_at`,
  `WITH h AS (SELECT * FROM ${HELD}) SELECT 1 FROM h WHERE h.→snapshot_at = ${TIME}`,
  `WITH h AS (SELECT * FROM ${HELD}), g AS (SELECT * FROM h) SELECT 1 FROM g WHERE →snapshot_at = ${TIME}`,
  `SELECT 1 FROM (SELECT * FROM ${HELD}) h WHERE h.→snapshot_at = ${TIME}`,
  `SELECT 1 FROM ${HELD} WHERE →snapshot_at <= ${TIME}`,
  `SELECT 1 FROM ${HELD} WHERE →snapshot_at = ${TIME} OR snapshot_at = '2026-11-18T08:00:00Z'`,
  `SELECT 1 FROM ${HELD} WHERE →snapshot_at = (SELECT max(taken_at) FROM inventory.snapshots)`,
  `SELECT 1 FROM ${HELD} WHERE date(→snapshot_at) = '2026-11-17'`,
  `SELECT 1 FROM ${HELD} WHERE →snapshot_at = 5`,
  `SELECT 1 FROM ${HELD} a FULL JOIN inventory.changes c ON a.→"snapshot_at" = ${TIME}`,
  `SELECT 1 FROM ${HELD} a JOIN →${HELD} b USING (snapshot_at)`,
  `SELECT 1 FROM ${HELD} a WHERE EXISTS (SELECT 1 FROM inventory.changes c WHERE c.taken_at > a.→snapshot_at)`,
  `SELECT →snapshot_at < ${TIME} FROM ${HELD}`,
  `SELECT 1 FROM ${HELD} a JOIN ${HELD} b USING (version)
   WHERE a.snapshot_at = ${TIME} AND b.→snapshot_at > a.snapshot_at`,
])('a time that is not understood is refused: %s', async (marked) => {
  const [before = ''] = marked.split('→');
  const lines = before.split('\n');
  const place = `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
  const refusal = await refusalOf(marked.replace('→', ''));
  expect(refusal).toContain(
    `${place} given a condition on snapshot_at that does not say which times to read ${HELD} at`,
  );
  expect(refusal).toContain(
    `${place} given a condition on snapshot_at that does not say which times to read ${HELD} at`,
  );
  expect(refusal).toContain(
    `write snapshot_at = '…' or snapshot_at IN ('…', '…') in the query that reads the table`,
  );
});

test.each([
  `SELECT snapshot_at FROM ${HELD} GROUP BY snapshot_at ORDER BY snapshot_at`,
  `SELECT 1 FROM ${HELD} WHERE snapshot_at = ${TIME} AND snapshot_at > '2026'`,
  `SELECT 1 FROM ${HELD} WHERE ${HELD}.snapshot_at IN (${TIME}, '{{ none }}')`,
  `SELECT 1 FROM ${HELD} a LEFT JOIN ${HELD} b ON b.snapshot_at = ${TIME}`,
  `SELECT 1 FROM ${HELD} a JOIN ${HELD} b USING (snapshot_at) WHERE a.snapshot_at = ${TIME}`,
  `WITH h AS (SELECT * FROM ${HELD} WHERE snapshot_at IN (${TIME}, '2026-11-18T08:00:00Z'))
   SELECT 1 FROM h a JOIN h b USING (image_version_arn) WHERE a.snapshot_at < b.snapshot_at`,
  `WITH s AS (SELECT taken_at AS snapshot_at FROM inventory.snapshots)
   SELECT 1 FROM s, ${HELD} h WHERE s.snapshot_at > '2026'`,
])('a time that is understood, or only shown, is read: %s', async (sql) => {
  expect(await refusalOf(sql, { none: null })).toBe('not refused');
});

test('a left join narrows what it joins and not what it keeps', () => {
  const sql = `SELECT 1 FROM ${HELD} a LEFT JOIN ${HELD} b ON a.region = b.region AND a.region = 'a' AND b.version = 2`;
  expect(readsOf(sql)).toEqual([
    { table: HELD, local: HELD },
    { table: HELD, local: `${HELD}#2`, versions: [2] },
  ]);
});

test('each time that is asked for is a read of its own', () => {
  const sql = `SELECT 1 FROM ${HELD} a JOIN ${HELD} b USING (image_version_arn) WHERE b.snapshot_at = '2026-11-17'`;
  expect(readsOf(sql)).toEqual([
    { table: HELD, local: HELD },
    { table: HELD, local: `${HELD}#2`, times: ['2026-11-17'] },
  ]);
});

test('what is read alike is read once', () => {
  const one = `SELECT version FROM ${HELD} WHERE region = 'a'`;
  expect(readsOf(`${one} UNION ALL ${one} AND processor = 'GPU'`)).toHaveLength(1);
});

test('a subquery is narrowed by its own conditions, and by those around it where it is bound to them', () => {
  const sql = `WITH c AS (SELECT region FROM inventory.changes WHERE region = 'c')
    SELECT (SELECT max(version) FROM ${HELD} h WHERE h.region = l.region) FROM ${LIVE} l, c
    WHERE l.region = 'a' AND EXISTS (SELECT 1 FROM inventory.snapshots WHERE l.region = 'b')`;
  expect(readsOf(sql).map(({ table, regions }) => [table, regions])).toEqual([
    [LIVE, ['a']],
    ['inventory.changes', ['c']],
    [HELD, ['a']],
    ['inventory.snapshots', undefined],
  ]);
});

const table = fc.array(
  fc.record({
    region: fc.constantFrom('a', 'b', null),
    image_name: fc.constantFrom('x', 'y', null),
    version: fc.constantFrom(1, 2, 10, null),
  }),
  { maxLength: 5 },
);
const side = fc.constantFrom('p', 'q', 's');
const condition = fc.oneof(
  fc.tuple(side, fc.constantFrom(`region = 'a'`, `version = 1`, `version IN (1, 2)`, `image_name = 'x'`)),
  fc.tuple(side, fc.constantFrom(`region <> 'a'`, `region IS NULL`, `version <> 1`)),
  fc.tuple(
    side,
    fc.constantFrom(`version = '1'`, `version = '1.0'`, `version = 1_0`, `version IN (' 1', 0xA, 2.5)`),
  ),
  fc.tuple(side, fc.constantFrom('region', 'version', 'image_name'), side),
);
type Condition = typeof condition extends fc.Arbitrary<infer C> ? C : never;
const joining = fc.constantFrom('JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN');

function written([left, what, right]: Condition): string {
  return right === undefined ? `${left}.${what}` : `${left}.${what} = ${right}.${what}`;
}

function all(conditions: readonly Condition[], known: readonly string[]): string {
  const fit = conditions.filter(([left, , right]) => known.includes(left) && known.includes(right ?? left));
  return ['1 = 1', ...fit.map(written)].join(' AND ');
}

test.each([
  // The c in the query that is read from is the outermost: what stands beside it in FROM is not seen.
  `SELECT 1 FROM inventory.changes c WHERE EXISTS (SELECT 1 FROM inventory.changes c,
    (SELECT 1 FROM operations.operations o WHERE o.region = c.region) d WHERE c.region = 'a')`,
  // The c is that of the place where w is used.
  `SELECT 1 FROM inventory.changes c WHERE c.region = 'a' AND EXISTS (
    WITH w AS (SELECT 1 FROM operations.operations o WHERE o.region = c.region)
    SELECT 1 FROM inventory.snapshots c WHERE EXISTS (SELECT 1 FROM w))`,
])('a name narrows nothing by another table than the one that SQLite takes it for: %s', (sql) => {
  const read = readsOf(sql).find(({ table }) => table === 'operations.operations');
  expect(read).toEqual({ table: 'operations.operations', local: 'operations.operations' });
});

test.each([
  [`SELECT 1 FROM 'inventory.changes' c`, "1:15 given the text 'inventory.changes' as a name"],
  [`SELECT 1 FROM inventory.changes AS 'c'`, "1:36 given the text 'c' as a name"],
  [`SELECT 1 FROM inventory.changes c WHERE 'c'.region = 'a'`, "1:41 given the text 'c' as a name"],
  [
    `SELECT 1 FROM inventory.changes c JOIN ${HELD} h USING ('region')`,
    "1:74 given the text 'region' as a name",
  ],
  [`WITH 'w' AS (SELECT 1) SELECT 1`, "1:6 given the text 'w' as a name"],
  [`WITH "inventory.changes" AS (SELECT 1) SELECT 1`, '1:6 given a query that is called like a table'],
  [
    `SELECT 1 FROM inventory.snapshots "inventory.changes"`,
    '1:35 given an alias that is called like a table',
  ],
  [
    `SELECT 1 FROM inventory.changes c WHERE c.region = 'a' AND (1, 2) IN "inventory.changes"`,
    '1:70 given "inventory.changes" after IN',
  ],
  [
    'SELECT 1 FROM inventory.changes WHERE rowid = 1',
    '1:39 given rowid, which SQLite takes for the number of a row',
  ],
])('%s names what would not be read whole', async (sql, told) => {
  expect(await refusalOf(sql)).toContain(told);
});

test('of more tables than may be joined, none beyond the last that may be is read', async () => {
  const tables = Array.from({ length: 65 }, (_, index) => `inventory.changes c${index}`);
  const refusal = await refusalOf(`SELECT 1 FROM ${tables.join(', ')}, nothing.of_that_name`);
  expect(refusal).toContain('given more than 64 tables and queries to read from');
});

/** A read of all columns, and not only of those that are needed. */
const whole = (read: NeededRead): NeededRead => ({
  ...read,
  columns: columnsOf(read.table).map(({ name }) => name),
});

test('the answer from what is read is the answer from everything', async () => {
  const conditions = fc.array(condition, { maxLength: 3 });
  const tables = ['inventory.image_versions', 'inventory.changes', 'operations.operations'] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(table, table, table),
      joining,
      joining,
      fc.tuple(conditions, conditions, conditions, conditions),
      fc.boolean(),
      async ([p, q, s], first, second, [on, onSecond, where, inner], using) => {
        const sql = `SELECT p.region, q.region, s.region, p.version, q.version, s.version
          FROM ${tables[0]} p ${first} ${tables[1]} q ${using ? 'USING (version)' : `ON ${all(on, ['p', 'q'])}`}
          ${second} ${tables[2]} s ON ${all(onSecond, ['p', 'q', 's'])}
          WHERE ${all(where, ['p', 'q', 's'])}
            AND (p.version IS NULL OR EXISTS (SELECT 1 FROM ${tables[2]} s WHERE ${all(inner, ['p', 's'])}))
          ORDER BY 1, 2, 3, 4, 5, 6`;
        const statement = selectOf(sql);
        const reads = await engineHere.prepare(statement);
        const rows = new Map<string, readonly Row[]>(
          tables.map((name, index) => [name, [p, q, s][index] ?? []]),
        );
        const everything = new Map(reads.map(({ local, table: name }) => [local, rows.get(name) ?? []]));
        const little = new Map(
          reads.map((read) => [read.local, (rows.get(read.table) ?? []).filter((row) => isRead(read, row))]),
        );
        expect(await engineHere.run(statement, reads, little)).toEqual(
          await engineHere.run(statement, reads.map(whole), everything),
        );
      },
    ),
    { numRuns: 300 },
  );
});

const TABLE_OF = {
  h: 'inventory.image_versions',
  c: 'inventory.changes',
  o: 'operations.operations',
} as const;

/** An alias, which stands for the arrows, and conditions whose names are not what they look like. */
const odd = fc.tuple(
  fc.constantFrom('h', '"not"', 'x'),
  fc.array(
    fc.constantFrom(
      `region = 'a'`,
      `NOT region = 'a'`,
      `version = 1`,
      `version = '1'`,
      `Identifier = 'x'`,
      `(SELECT count(*) FROM ${TABLE_OF.c} c WHERE c.version = 1 AND →.region = 'a')`,
      `(SELECT 1 FROM ${TABLE_OF.c} c WHERE c.region = →.region AND c.version = '2')`,
      `((SELECT max(1) WHERE →.version = 1 AND →.region = 'b') IS NULL)`,
      `(region = 'a' AND (version IN ('1', 2)))`,
      `EXISTS (SELECT 1 FROM (SELECT 'b' AS region) d JOIN ${TABLE_OF.c} c JOIN ${TABLE_OF.o} o USING (region) WHERE c.region = 'a')`,
      `EXISTS (SELECT 1 FROM ${TABLE_OF.c} c JOIN (${TABLE_OF.o} o JOIN ${TABLE_OF.h} i USING (region)) WHERE c.region = 'a')`,
    ),
    { maxLength: 3 },
  ),
);

test('and so it is where names are not what they look like', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(table, table, table), odd, async ([h, c, o], [alias, conditions]) => {
      const where = ['1', ...conditions].join(' AND ').replaceAll('→', alias);
      const sql = `SELECT image_name AS Identifier, region, version FROM ${TABLE_OF.h} AS ${alias}
        WHERE ${where} ORDER BY 1, 2, 3`;
      const statement = selectOf(sql);
      const reads = await engineHere.prepare(statement);
      const rows = { [TABLE_OF.h]: h, [TABLE_OF.c]: c, [TABLE_OF.o]: o };
      const all = (name: string): readonly Row[] => new Map(Object.entries(rows)).get(name) ?? [];
      const everything = new Map(reads.map((read) => [read.local, all(read.table)]));
      const little = new Map(
        reads.map((read) => [read.local, all(read.table).filter((row) => isRead(read, row))]),
      );
      expect(await engineHere.run(statement, reads, little)).toEqual(
        await engineHere.run(statement, reads, everything),
      );
    }),
    { numRuns: 300 },
  );
});
