import * as fc from 'fast-check';
import { QueryError } from '../../../lambda/query/errors.ts';
import { parseStatement } from '../../../lambda/query/parse-statement.ts';
import { refusalOf, selectOf } from '../../fixtures/engine.ts';

/** What is a statement, and what is told of all that is none. */

const LIVE = 'awscc.sagemaker.image_versions';
const ARN = 'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch/3';

test('hints are told, in any case and number, and stand for nothing in a string', () => {
  const sql = `/*+ EXISTS, await */ /* a note */ SELECT '/*+ nonsense */' -- and one more`;
  expect(parseStatement(sql, {})).toMatchObject({ kind: 'select', hints: ['exists', 'await'] });
});

test('comments and a semicolon may stand around a statement', () => {
  expect(selectOf(`-- one;\n SELECT 1 /* ; */ ; ; -- two`).sql).toBe('SELECT 1');
});

test.each([
  [`DESCRIBE ${LIVE}`, { kind: 'describe', table: LIVE, extended: false }],
  [`describe extended ${LIVE};`, { kind: 'describe', table: LIVE, extended: true }],
  [`DESCRIBE "inventory"."snapshots"`, { kind: 'describe', table: 'inventory.snapshots' }],
  [`SHOW METHODS IN ${LIVE};`, { kind: 'show-methods', table: LIVE }],
  [`SHOW EXTENDED METHODS IN ${LIVE}`, { kind: 'show-methods', table: LIVE }],
  [
    `EXPLAIN DELETE FROM ${LIVE} WHERE Identifier = '${ARN}'`,
    { kind: 'explain', statement: { kind: 'delete' } },
  ],
  [
    `EXPLAIN SELECT 1 FROM ${LIVE} WHERE region = 'a'`,
    { statement: { kind: 'select', reads: [{ regions: ['a'] }] } },
  ],
])('%s', (sql, expected) => {
  expect(parseStatement(sql, {})).toMatchObject(expected);
});

test('SQLite gets the text of the caller, but for the names of tables, Identifier and placeholders', () => {
  const sql = `EXPLAIN SELECT awscc.sagemaker.image_versions.*, Identifier, v.Identifier AS id, 'Identifier'
    FROM awscc.sagemaker.image_versions JOIN "AWSCC".sagemaker.image_versions v USING (region)
    WHERE region='{{ r }}'AND 1;`;
  const statement = parseStatement(sql, { r: 'a' });
  expect(
    statement.kind === 'explain' && statement.statement.kind === 'select' && statement.statement.sql,
  ).toBe(
    `SELECT "image_versions".*, image_version_arn, v.image_version_arn AS id, 'Identifier'
    FROM "awscc.sagemaker.image_versions" AS "image_versions" JOIN "awscc.sagemaker.image_versions" v USING (region)
    WHERE region=:placeholder_1 AND 1`,
  );
});

const WHERE = `WHERE region = 'us-east-1'`;

test.each([
  ['no statement', '', 'given no statement, wanted SELECT, INSERT'],
  ['nothing but a comment', '/*+ create */ -- none', 'given no statement'],
  ['several statements', 'SELECT 1;\nSELECT 2', '2:1 given several statements, wanted one'],
  ['another statement', 'DROP TABLE x', '1:1 given DROP, wanted SELECT, INSERT'],
  ['ATTACH', `ATTACH 'x' AS y`, '1:1 given ATTACH, wanted'],
  ['PRAGMA', 'PRAGMA table_info(x)', '1:1 given PRAGMA, wanted'],
  ['CREATE', 'CREATE TABLE x AS SELECT 1', '1:1 given CREATE, wanted'],
  ['a word that is nearly one', 'SELEC 1', '1:1 given SELEC, wanted SELECT'],
  [
    'an unknown hint',
    '/*+ crate */ SELECT 1',
    '1:5 given the hint "crate", wanted create, update, delete, exists, await: did you mean create?',
  ],
  [
    'another provider',
    'SELECT 1 FROM google.compute.instances',
    '1:15 given the table google.compute.instances, which is not known: there are awscc.sagemaker.image_versions',
  ],
  [
    'another table',
    'SELECT 1 FROM awscc.sagemaker.images',
    '1:15 given the table awscc.sagemaker.images, which is not known: there are awscc.sagemaker.image_versions',
  ],
  [
    'a table without its provider',
    'SELECT 1 FROM image_versions',
    '1:15 given the table image_versions, which is not known: did you mean awscc.sagemaker.image_versions?',
  ],
  [
    'a misspelt table',
    'SELECT 1\nFROM inventory.snapshot',
    '2:6 given the table inventory.snapshot, which is not known: did you mean inventory.snapshots?',
  ],
  ['a table in a subquery', 'SELECT (SELECT 1 FROM x)', '1:23 given the table x, which is not known'],
  ["SQLite's own table", 'SELECT * FROM sqlite_master', '1:15 given the table sqlite_master'],
  ["SQLite's own table in IN", 'SELECT 1 IN sqlite_master', 'the statement would do more than read'],
  [
    'a pragma as a table',
    `SELECT * FROM pragma_table_info('x')`,
    '1:15 given the function pragma_table_info to read from, wanted json_each or json_tree',
  ],
  [
    'a live table without a region',
    `SELECT 1 FROM ${LIVE}`,
    `1:15 ${LIVE} is read in a region, and none is named: write WHERE region = '…'`,
  ],
  ['a region beside an OR', `SELECT 1 FROM ${LIVE} ${WHERE} OR 1`, '1:15'],
  [
    'an identifier that is none',
    `SELECT 1 FROM ${LIVE} WHERE Identifier = 'x'`,
    '1:15 given the Identifier "x", wanted the ARN of an image version',
  ],
  [
    'an unknown column',
    `SELECT version,\n regoin FROM ${LIVE} ${WHERE}`,
    '2:2 given the column regoin, which is not known: did you mean region?',
  ],
  [
    'a property for a column',
    `SELECT MLFramework FROM ${LIVE} ${WHERE}`,
    '1:8 given the column MLFramework, which is not known: did you mean ml_framework?',
  ],
  [
    'a column of nothing like it',
    'SELECT "stable"',
    `1:8 given the column stable, which is not known (a text stands in 'single quotes')`,
  ],
  [
    'a qualified column',
    `SELECT v.regin FROM ${LIVE} v ${WHERE}`,
    '1:10 given the column v.regin, which is not known: did you mean region?',
  ],
  [
    'a column of several tables',
    'SELECT version FROM inventory.changes, operations.operations',
    '1:8 several tables have the column version',
  ],
  [
    'two tables that are called alike',
    `SELECT 1 FROM ${LIVE}, inventory.image_versions`,
    'two tables are called image_versions here: give each a name of its own',
  ],
  [
    'an unknown function',
    `SELECT readfile('/etc/passwd')`,
    '1:8 given the function readfile, which SQLite does not have',
  ],
  [
    'an extension',
    `SELECT load_extension('x')`,
    'given the function load_extension, which a statement may not call',
  ],
  [
    'a function with too much',
    'SELECT abs(1, 2)',
    '1:8 the function abs is given too few or too many arguments',
  ],
  ['INTO', 'SELECT 1 INTO x', '1:10 given INTO, wanted'],
  ['FOR UPDATE', `SELECT version FROM ${LIVE} ${WHERE} FOR UPDATE`, 'given FOR, wanted'],
  ['a change after WITH', 'WITH x AS (SELECT 1) DELETE FROM x', '1:22 given a change that begins with WITH'],
  [
    'a change in a CTE',
    `WITH x AS (DELETE FROM ${LIVE} RETURNING 1) SELECT * FROM x`,
    'given DELETE, wanted',
  ],
  ['a misspelt FROM', 'SELECT region FORM x', '1:20 given x after FORM: did you mean FROM?'],
  ['a misspelt BY', 'SELECT 1\n GROUP BX 1', '2:8 given BX, wanted BY'],
  ['two commas', 'SELECT 1,, 2', '1:10 given ,, wanted a name or a value'],
  ['an end too early', 'SELECT 1 FROM', '1:14 given the end of the statement, wanted a name or ('],
  ['an end too early before a semicolon', 'SELECT 1 WHERE;', '1:15 given the end of the statement'],
  ['a bracket that is never closed', 'SELECT (1', '1:8 a ( is never closed'],
  ['a bracket that closes nothing', 'SELECT 1)', '1:9 a ) closes nothing'],
  ['a quote that is never closed', `SELECT 'x''`, "1:8 a quote is opened by ' and never closed"],
  ['a name that is never closed', `SELECT "x`, '1:8 a quote is opened by " and never closed'],
  ['a comment that is never closed', 'SELECT 1 /* x', '1:10 a comment is opened by /* and never closed'],
  ['a parameter of SQL', 'SELECT :x', '1:8 given :, which SQL takes for a parameter'],
  ['a question mark', 'SELECT ?', '1:8 given ?, which SQL takes for a parameter'],
  ['a cast of PostgreSQL', `SELECT '1'::integer`, 'a cast is CAST(x AS TEXT)'],
  ['a backtick', 'SELECT `x`', '1:8 given `: names are quoted with "double quotes"'],
  ['a no-break space', 'SELECT\u00a01', '1:7 given the character U+00A0'],
  ['a NUL', 'SELECT 1\0', '1:9 given "\\u0000", which means nothing in SQL'],
  ['what looks like a word of a caller', `SELECT 🙂`, '1:8 given "🙂", which means nothing in SQL'],
  ['a place after a wide character', `SELECT '🙂', :x`, '1:13 given :'],
  [
    'too many brackets',
    `SELECT ${'('.repeat(200)}1${')'.repeat(200)}`,
    '1:68 brackets stand more than 60 deep in each other',
  ],
  [
    'too many tables',
    `SELECT 1 FROM ${Array.from({ length: 65 }, (_, n) => `inventory.changes t${n}`).join(', ')}`,
    'given more than 64 tables',
  ],
  [
    'too many placeholders',
    `SELECT '${'{{ a }}'.repeat(501)}'`,
    'given 501 placeholders, wanted at most 500',
  ],
  ['DESCRIBE of nothing', 'DESCRIBE', '1:9 given the end of the statement, wanted the name of a table'],
  ['SHOW of something else', 'SHOW TABLES', '1:6 given TABLES, wanted METHODS'],
  ['EXPLAIN of EXPLAIN', 'EXPLAIN EXPLAIN SELECT 1', '1:9 given EXPLAIN, wanted'],
])('%s is refused', async (_, sql, told) => {
  expect(await refusalOf(sql)).toContain(told);
});

test('a statement of a megabyte is refused at once, one that is as long as may be is read', async () => {
  expect(await refusalOf(`SELECT '${'x'.repeat(1_000_000)}'`)).toBe(
    'given a statement of 1000009 characters, wanted at most 100000: long values are better given in params',
  );
  const text = 'x'.repeat(99_000);
  expect(selectOf(`SELECT '${text}'`).sql).toHaveLength(99_009);
  expect(selectOf(`SELECT '{{ a }}'`, { a: text.repeat(10) }).bindings).toEqual({
    placeholder_1: text.repeat(10),
  });
});

test.each([
  ['brackets', (n: number) => `SELECT ${'(1),'.repeat(n)} 1`],
  ['quotes', (n: number) => `SELECT ${"'',".repeat(n)} 1 '`],
  ['half-open comments', (n: number) => `SELECT ${'/* '.repeat(n)}`],
  ['placeholders', (n: number) => `SELECT '${'{{ a }}'.repeat(n)}'`],
  ['half-open placeholders', (n: number) => `SELECT '${'{{ '.repeat(n)}'`],
  ['names with dots', (n: number) => `SELECT ${'a.'.repeat(n)}b`],
  ['conditions', (n: number) => `SELECT 1 FROM inventory.changes WHERE ${`region = 'a' AND `.repeat(n)} 1`],
  ['joins', (n: number) => `SELECT 1 FROM ${'json_each(1), '.repeat(n)} inventory.changes`],
])('many %s end as a statement or as a refusal', (_, statementOf) => {
  const tell = (): unknown => {
    try {
      return parseStatement(statementOf(6_000).slice(0, 100_000), { a: 'x' });
    } catch (error) {
      return error;
    }
  };
  const told = tell();
  expect(told instanceof QueryError || (typeof told === 'object' && told !== null && 'kind' in told)).toBe(
    true,
  );
});

test('whatever is given for a statement, it is one or is refused with words of ours', async () => {
  const words = [
    'SELECT',
    'FROM',
    'WHERE',
    'WITH',
    'AS',
    'JOIN',
    'ON',
    'AND',
    'IN',
    'INSERT INTO',
    'UPDATE',
    'DELETE FROM',
  ];
  const pieces = [
    ...words,
    LIVE,
    'inventory.changes',
    'SET',
    'VALUES',
    'region',
    'Identifier',
    'PatchDocument',
    'string',
  ];
  const marks = [
    '(',
    ')',
    ',',
    '.',
    '=',
    ';',
    '*',
    `'a'`,
    `'{{ a }}'`,
    `'{{ {"Alias": a} | generate_patch_document }}'`,
    '1',
    '"x"',
    '--',
    '/*',
    "'",
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...pieces, ...marks, '\n'), { maxLength: 15 }),
      async (parts) => {
        await refusalOf(parts.join(' '), { a: 'x' });
      },
    ),
    { numRuns: 500 },
  );
});
