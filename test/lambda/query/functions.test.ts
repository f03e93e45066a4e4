import { DatabaseSync } from 'node:sqlite';
import { FUNCTIONS } from '../../../lambda/query/functions.ts';
import { refusalOf, select } from '../../fixtures/engine.ts';

/** What of SQLite a statement may call. */

const there = new DatabaseSync(':memory:')
  .prepare(
    `SELECT name, max(narg) AS count FROM pragma_function_list WHERE name NOT IN ('->', '->>') GROUP BY name`,
  )
  .all()
  .map(({ name, count }) => ({ name: String(name), count: Number(count) }));

/** The refusal of a call with as many arguments as the function takes; nothing is run. */
const refusalOfCall = ({ name, count }: { name: string; count: number }) => {
  const call = name.startsWith('current_')
    ? name
    : `"${name}"(${Array(Math.max(count, 2))
        .fill('1')
        .slice(0, count < 0 ? 2 : count)
        .join(', ')})`;
  return refusalOf(`SELECT ${call}`);
};

test('every function of this SQLite is one that may be called, or is refused by its name', async () => {
  const refused: string[] = [];
  for (const each of there) {
    const told = await refusalOfCall(each);
    if (told.includes(`given the function ${each.name}, which a statement may not call`))
      refused.push(each.name);
  }
  const others = there.map(({ name }) => name).filter((name) => !FUNCTIONS.includes(name));
  expect(others.length).toBeGreaterThan(30);
  expect(refused).toEqual(others);
});

test('nothing of the families that work on memory, files or the connection may be called', () => {
  const family =
    /^(fts|rtree|geopoly|sqlite_(?!version)|match|optimize|offsets|snippet|highlight|bm25|subtype|load_extension|readfile|writefile|edit|changes|total_changes|last_insert_rowid)/;
  expect(FUNCTIONS.filter((name) => family.test(name))).toEqual([]);
});

test.each([
  `fts3_tokenizer('simple', '{{ p }}')`,
  `fts3_tokenizer('simple')`,
  `FTS3_Tokenizer('{{ p }}', '{{ p }}')`,
  `"fts3_tokenizer"('simple')`,
  `load_extension('{{ p }}')`,
  `'a' MATCH '{{ p }}'`,
  `sqlite_log(1, '{{ p }}')`,
  `rtreenode(2, '{{ p }}')`,
])('%s is refused before it is run', async (call) => {
  const told = await refusalOf(`SELECT ${call} FROM inventory.changes`, { p: 'AAAAAAAA' });
  expect(told).toMatch(/given the function \w+, which a statement may not call/i);
});

test('it is refused wherever it stands, and the place is told', async () => {
  const call = 'fts3_tokenizer(status)';
  const from = 'FROM inventory.image_versions';
  expect(await refusalOf(`SELECT status\n${from} WHERE ${call} = 1`)).toMatch(/^2:37 given the function/);
  for (const sql of [
    `SELECT status ${from} ORDER BY ${call}`,
    `SELECT count(*) ${from} GROUP BY ${call}`,
    `WITH a AS (SELECT ${call} AS b ${from}) SELECT 1 FROM a`,
    `SELECT 1 ${from} WHERE EXISTS (SELECT ${call})`,
  ]) {
    expect(await refusalOf(sql)).toContain(
      'given the function fts3_tokenizer, which a statement may not call',
    );
  }
});

test('a slip is told with what was meant', async () => {
  expect(await refusalOf(`SELECT uper('a')`)).toBe(
    '1:8 given the function uper, which SQLite does not have: did you mean upper?',
  );
});

test.each([
  'pragma_function_list',
  'fts3tokenize',
  'sqlite_schema',
  `fts3tokenize('simple')`,
  'sqlite_dbpage',
])('not even the rows of %s are counted', async (table) => {
  expect(await refusalOf(`SELECT count(*) FROM ${table}`)).toMatch(/^1:22 /);
});

test.each([
  [`typeof('{{ n }}')`, 'integer'],
  [`typeof('{{ half }}')`, 'real'],
  [`typeof('{{ yes }}')`, 'integer'],
  [`7 / '{{ n }}'`, 3],
  [`'v' || '{{ n }}'`, 'v2'],
  [`json_array('{{ n }}')`, '[2]'],
  [`'{{ large }}'`, Number.MAX_SAFE_INTEGER],
  [`'{{ small }}'`, -Number.MAX_SAFE_INTEGER],
])('%s of parameters that are numbers is %s', async (what, expected) => {
  const params = {
    n: 2,
    half: 2.5,
    yes: true,
    large: Number.MAX_SAFE_INTEGER,
    small: -Number.MAX_SAFE_INTEGER,
  };
  expect((await select(`SELECT ${what} AS found`, {}, params)).rows).toEqual([{ found: expected }]);
});
