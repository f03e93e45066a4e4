import * as fc from 'fast-check';
import type { NeededRead } from '../../../lambda/query/engine.ts';
import type { TableRead } from '../../../lambda/query/statement.ts';
import { columnsOf, type Row } from '../../../lambda/query/tables.ts';
import { engineHere, selectOf } from '../../fixtures/engine.ts';

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
])('%s says nothing about regions', (where) => {
  expect(readsOf(`SELECT 1 FROM ${HELD} WHERE ${where}`)).toEqual([{ table: HELD, local: HELD }]);
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

/** Whether a read would have a row, if it read no more than it has to. */
function isRead({ regions, identifiers, imageNames, versions }: TableRead, row: Row): boolean {
  const fits = (values: readonly unknown[] | undefined, column: string) =>
    values === undefined || values.includes(row[column]);
  return (
    fits(regions, 'region') &&
    fits(identifiers, 'image_version_arn') &&
    fits(imageNames, 'image_name') &&
    fits(versions, 'version')
  );
}

const table = fc.array(
  fc.record({
    region: fc.constantFrom('a', 'b', null),
    image_name: fc.constantFrom('x', 'y', null),
    version: fc.constantFrom(1, 2, null),
  }),
  { maxLength: 5 },
);
const side = fc.constantFrom('p', 'q', 's');
const condition = fc.oneof(
  fc.tuple(side, fc.constantFrom(`region = 'a'`, `version = 1`, `version IN (1, 2)`, `image_name = 'x'`)),
  fc.tuple(side, fc.constantFrom(`region <> 'a'`, `region IS NULL`, `version <> 1`)),
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
