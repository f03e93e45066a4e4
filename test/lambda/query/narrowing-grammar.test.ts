import * as fc from 'fast-check';
import { QueryError } from '../../../lambda/query/errors.ts';
import type { Row } from '../../../lambda/query/tables.ts';
import { selectNarrowed } from '../../fixtures/engine.ts';
import { PlainSqlite } from '../../fixtures/plain-sqlite.ts';
import { Statements } from '../../fixtures/sql-grammar.ts';

/** Whatever SQLite takes for a statement has the rows that SQLite finds in everything, with less read. */

const versions: readonly Row[] = ['a', 'b', null].flatMap((region) =>
  [1, 2].map((version): Row => ({ region, version, image_name: version === 1 ? 'x' : null })),
);
const tables = {
  'inventory.image_versions': versions,
  'inventory.changes': versions.slice(0, 4),
  'inventory.snapshots': ['a', 'b'].flatMap((region) =>
    [true, false].map((full): Row => ({ region, full, versions: 2 })),
  ),
  'operations.operations': versions.slice(1, 5),
};

/** Each as likely as another, where fast-check would have small ones more often. */
const below = (most: number) => fc.noBias(fc.nat({ max: most - 1 }));

const RUNS = 2_000;

const plain = new PlainSqlite(tables);
afterAll(() => plain.close());

async function answer(sql: string) {
  try {
    const { columns, rows } = await selectNarrowed(sql, tables);
    const values = rows.map((row) => columns.map(({ name }) => row[name]));
    // A boolean is 1 or 0 in SQL.
    const told = values.map((row) =>
      row.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
    );
    return { kind: 'rows', rows: told.map((row) => JSON.stringify(row)).toSorted() };
  } catch (error) {
    if (error instanceof QueryError) return { kind: 'refused', message: error.message };
    throw error;
  }
}

test('the answer from what is read is SQLite’s answer from everything', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (gen) => {
      const sql = new Statements({
        index: (length) => gen(below, length),
        chance: (percent) => gen(below, 100) < percent,
      }).write();
      const expected = plain.answer(sql);
      // More are refused, whatever they are.
      fc.pre(expected.kind === 'refused' || expected.rows.length <= 1_000);
      if (expected.kind === 'rows') taken += 1;
      expect({ sql, ...(await answer(sql)) }).toEqual({
        sql,
        ...(expected.kind === 'rows' ? expected : { kind: 'refused', message: expect.anything() }),
      });
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  // Else the grammar says little about what SQLite takes.
  expect(taken).toBeGreaterThan(RUNS / 3);
});
