import { QueryError } from '../../../lambda/query/errors.ts';
import type { Row } from '../../../lambda/query/tables.ts';
import { selectNarrowed } from '../../fixtures/engine.ts';
import { PlainSqlite } from '../../fixtures/plain-sqlite.ts';

/** Each of SQLite's keywords as a name: what SQLite takes is read as SQLite reads it, what it refuses is refused. */

const KEYWORDS =
  `ABORT ACTION ADD AFTER ALL ALTER ALWAYS ANALYZE AND AS ASC ATTACH AUTOINCREMENT BEFORE BEGIN BETWEEN
  BY CASCADE CASE CAST CHECK COLLATE COLUMN COMMIT CONFLICT CONSTRAINT CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME
  CURRENT_TIMESTAMP DATABASE DEFAULT DEFERRABLE DEFERRED DELETE DESC DETACH DISTINCT DO DROP EACH ELSE END ESCAPE EXCEPT
  EXCLUDE EXCLUSIVE EXISTS EXPLAIN FAIL FILTER FIRST FOLLOWING FOR FOREIGN FROM FULL GENERATED GLOB GROUP GROUPS HAVING
  IF IGNORE IMMEDIATE IN INDEX INDEXED INITIALLY INNER INSERT INSTEAD INTERSECT INTO IS ISNULL JOIN KEY LAST LEFT LIKE
  LIMIT MATCH MATERIALIZED NATURAL NO NOT NOTHING NOTNULL NULL NULLS OF OFFSET ON OR ORDER OTHERS OUTER OVER PARTITION
  PLAN PRAGMA PRECEDING PRIMARY QUERY RAISE RANGE RECURSIVE REFERENCES REGEXP REINDEX RELEASE RENAME REPLACE RESTRICT
  RETURNING RIGHT ROLLBACK ROW ROWS SAVEPOINT SELECT SET STORED TABLE TEMP TEMPORARY THEN TIES TO TRANSACTION TRIGGER
  TRUE FALSE UNBOUNDED UNION UNIQUE UPDATE USING VACUUM VALUES VIEW VIRTUAL WHEN WHERE WINDOW WITH WITHIN WITHOUT`
    .split(/\s+/)
    .map((word) => word.toLowerCase());

const region = ['a', 'b'] as const;
const tables = {
  'inventory.image_versions': region.map((name, index): Row => ({ region: name, version: index + 1 })),
  'inventory.snapshots': region.flatMap((name): Row[] =>
    [false, true].map((full) => ({ region: name, full })),
  ),
  'inventory.changes': region.map((name): Row => ({ region: name, version: 1 })),
  'operations.operations': region.map((name): Row => ({ region: name, version: 2 })),
};

/** Statements of which narrowing loses rows, or makes them up, where the name → is not taken for one. */
const PLACES = {
  'a column': `WITH c(→) AS (SELECT 1) SELECT h.region FROM inventory.image_versions h, c WHERE 0 OR → AND h.region = 'a'`,
  'a column after a dot': `WITH c(→) AS (SELECT 1)
    SELECT h.region FROM c JOIN inventory.image_versions h ON h.region = 'a' AND c.→ = 1 OR h.region = 'b'`,
  'a column in ON': `WITH c(→) AS (SELECT 1)
    SELECT h.region FROM c JOIN inventory.image_versions h ON h.region = 'a' AND → = 1 OR h.region = 'b'`,
  'a column before a join': `WITH c(→) AS (SELECT 1)
    SELECT h.region, o.region FROM c JOIN inventory.image_versions h ON h.region = 'a' AND 1 = → LEFT JOIN operations.operations o
      ON o.region = 'b' WHERE 1`,
  'a column before an operator': `WITH c(→) AS (SELECT 1)
    SELECT h.region FROM c JOIN inventory.image_versions h ON NOT → LIKE 2 AND h.region = 'a' OR h.region = 'b'`,
  'a column in CASE': `WITH c(→) AS (SELECT 1) SELECT h.region FROM c, inventory.image_versions h
    WHERE CASE → WHEN 1 THEN 1 END AND h.region = 'a' OR h.region = 'b'`,
  'the end of CASE': `WITH c(→) AS (SELECT 1) SELECT h.region FROM c, inventory.image_versions h
    WHERE CASE WHEN → THEN → ELSE → END AND h.region = 'a' OR h.region = 'b'`,
  'an alias after AS': `SELECT →.region FROM inventory.image_versions AS → LEFT JOIN inventory.changes c ON →.region = 'a' AND
    c.region = 'b' WHERE →.version = 2 OR →.region = 'a'`,
  'an alias': `SELECT →.region FROM inventory.image_versions → JOIN inventory.changes c ON →.region = 'a' OR c.region = 'b'`,
  'a query that WITH names': `WITH → AS (SELECT region FROM inventory.image_versions WHERE region = 'a' OR version = 2)
    SELECT →.region, c.region FROM → JOIN inventory.changes c ON c.region = →.region`,
  'a query that is joined': `WITH → AS (SELECT region FROM inventory.image_versions)
    SELECT →.region, c.region FROM inventory.changes c LEFT JOIN → ON c.region = 'a' WHERE 1`,
  'a column of USING': `WITH c(→) AS (SELECT 1), d(→) AS (SELECT 1)
    SELECT h.region FROM c JOIN d USING (→) JOIN inventory.image_versions h ON h.region = 'a' OR → = 1`,
  'a window': `SELECT region, count(*) OVER → FROM inventory.image_versions WHERE region = 'a' OR version = 2
    WINDOW → AS (PARTITION BY region)`,
  'a column of the answer': `SELECT region AS → FROM inventory.image_versions WHERE region = 'a' OR version = 2`,
  'a column that is ordered by': `WITH c(→) AS (SELECT 1)
    SELECT h.region FROM inventory.image_versions h, c WHERE h.region = 'a' OR c.→ ORDER BY c.→ DESC, →`,
};

const plain = new PlainSqlite(tables);
afterAll(() => plain.close());

async function answer(sql: string): Promise<readonly string[] | 'refused'> {
  try {
    const { columns, rows } = await selectNarrowed(sql, tables);
    return rows.map((row) => JSON.stringify(columns.map(({ name }) => row[name]))).toSorted();
  } catch (error) {
    if (error instanceof QueryError) return 'refused';
    throw error;
  }
}

test.each(Object.entries(PLACES))('%s may be called as SQLite lets it be called', async (_, place) => {
  const ours = new Map<string, unknown>();
  const theirs = new Map<string, unknown>();
  let taken = 0;
  for (const word of KEYWORDS) {
    for (const name of [word, word.toUpperCase(), `"${word}"`]) {
      const sql = place.replaceAll('→', name);
      const expected = plain.answer(sql);
      if (expected.kind === 'rows') taken += 1;
      theirs.set(name, expected.kind === 'rows' ? expected.rows : 'refused');
      ours.set(name, await answer(sql));
    }
  }
  expect(ours).toEqual(theirs);
  // In quotes each of them is a name; without, all those that SQLite's grammar does not reserve.
  expect(taken).toBeGreaterThan(2 * KEYWORDS.length);
});

test('a real column that is a word of joins ends no condition', async () => {
  const sql = `SELECT s.region, c.region FROM inventory.snapshots s
    JOIN inventory.changes c ON c.region = 'a' AND s.full = 1 OR c.region = 'b'`;
  const expected = plain.answer(sql);
  expect(expected).toMatchObject({ kind: 'rows', rows: { length: 6 } });
  expect(await answer(sql)).toEqual(expected.kind === 'rows' ? expected.rows : []);
});
