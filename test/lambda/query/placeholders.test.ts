import * as fc from 'fast-check';
import { parseStatement } from '../../../lambda/query/parse-statement.ts';
import { refusalOf, select, selectOf } from '../../fixtures/engine.ts';

/** A placeholder stands for a value, whatever that holds. */

const NASTY = [
  `it's`,
  `'; DROP TABLE x; --`,
  '"double"',
  '/* never closed',
  '-- a comment',
  '{{ a }}',
  '{% raw %}',
  '}}',
  '\\',
  '\0',
  'line\nline',
  ':placeholder_1',
  '',
  '🙂',
];
const text = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary' }), fc.string());

test('whatever a value holds, it comes out as it went in, and the statement stays what it was', async () => {
  const sql = `SELECT '{{ a }}' AS a, '{{b}}' AS b, '<{{ a }}''{{ b }}>' AS both`;
  const plain = selectOf(sql, { a: 'a', b: 'b' });
  await fc.assert(
    fc.asyncProperty(text, text, async (a, b) => {
      const { rows } = await select(sql, {}, { a, b });
      expect(rows).toEqual([{ a, b, both: `<${a}'${b}>` }]);
      expect(selectOf(sql, { a, b }).sql).toBe(plain.sql);
    }),
  );
});

test('whatever values hold, a change stays the change that it was', () => {
  const insert = `INSERT INTO awscc.sagemaker.image_versions (ImageName, BaseImage, ReleaseNotes, region)
    SELECT '{{ a }}', '{{ b }}', 'x{{ a }}{{ b }}', 'us-east-1'`;
  const patch = `UPDATE awscc.sagemaker.image_versions
    SET PatchDocument = '[{"op": "add", "path": "/ReleaseNotes", "value": "x{{ a }}{{ b }}"},
                          {"op": "add", "path": "/MLFramework", "value": "{{ a }}"}]'
    WHERE Identifier = 'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch/3'`;
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(parseStatement(insert, { a, b })).toMatchObject({
        properties: { ImageName: a, BaseImage: b, ReleaseNotes: `x${a}${b}` },
      });
      expect(parseStatement(patch, { a, b })).toMatchObject({
        change: {
          kind: 'patch',
          patch: [
            { op: 'add', path: '/ReleaseNotes', value: `x${a}${b}` },
            { op: 'add', path: '/MLFramework', value: a },
          ],
        },
      });
    }),
  );
});

test('a value keeps its type: JSON has its own, lists are their JSON, true and false are 1 and 0', async () => {
  const params = { n: 2, r: 2.5, t: '2', yes: true, no: null, list: ['a', "b'"], object: { a: [1] } };
  const sql = `SELECT '{{ n }}' AS n, '{{ r }}' AS r, '{{ t }}' AS t, '{{ yes }}' AS yes, '{{ no }}' AS no,
    '{{ list }}' AS list, '{{ object }}' AS object, json_extract('{{ list }}', '$[1]') AS second, 'v{{ n }}' AS joined`;
  const { rows, columns } = await select(sql, {}, params);
  expect(rows).toEqual([
    {
      n: 2,
      r: 2.5,
      t: '2',
      yes: 1,
      no: null,
      list: `["a","b'"]`,
      object: '{"a":[1]}',
      second: "b'",
      joined: 'v2',
    },
  ]);
  expect(columns.slice(0, 3)).toEqual([
    { name: 'n', type: 'integer' },
    { name: 'r', type: 'number' },
    { name: 't', type: 'string' },
  ]);
});

test('a column without a name of its own is called as it is written', async () => {
  const { columns } = await select(`SELECT upper('{{ a }}'), '{{ a }}'`, {}, { a: 'x' });
  expect(columns.map(({ name }) => name)).toEqual([`upper('{{ a }}')`, `'{{ a }}'`]);
});

test('a placeholder can say how many rows are wanted', async () => {
  const sql = `SELECT value FROM json_each('[1, 2, 3]') LIMIT '{{ n }}'`;
  expect((await select(sql, {}, { n: 2 })).rows).toEqual([{ value: 1 }, { value: 2 }]);
});

test.each([
  ["SELECT\n  '{{ a }}'", {}, '2:4 nothing is given for the placeholder {{ a }}'],
  ["SELECT '{{ toString }}'", {}, '1:9 nothing is given for the placeholder {{ toString }}'],
  ["SELECT 1,\n 'a {{ b }}'", { a: 1 }, '2:5 nothing is given for the placeholder {{ b }}'],
  ["SELECT '{{ a | upper }}'", { a: 1 }, '1:9 given the template "{{ a | upper }}"'],
  ["SELECT '{{ a.b }}'", { a: 1 }, '1:9 given the template'],
  ["SELECT '{{ 1 + 1 }}'", {}, '1:9 given the template'],
  ["SELECT 'x{% if a %}'", {}, '1:10 given the template "{% if a %}"'],
  ["SELECT '{# note #}'", {}, '1:9 given the template'],
  ["SELECT '{{ a'", { a: 1 }, '1:9 given the template'],
  ['SELECT {{ a }}', { a: 1 }, "1:8 a placeholder stands outside of quotes: write '{{ name }}'"],
  ['SELECT 1 FROM {{ a }}', { a: 1 }, '1:15 a placeholder stands outside of quotes'],
  ["SELECT 1 AS '{{ a }}'", { a: 'x' }, '1:13 a placeholder stands for a value'],
  ['SELECT "{{ a }}"', { a: 'version' }, '1:8 given the column {{ a }}, which is not known'],
  [
    'SELECT \'{{ {"Alias": a} | generate_patch_document }}\'',
    { a: 'x' },
    '1:8 generate_patch_document makes what',
  ],
  ["SELECT '{{ a }}'", { a: '\ud800' }, 'the value of a has half a character in it'],
  ["SELECT '{{ a }}'", { a: [{ '\udc00': 1 }] }, 'the value of a has half a character in it'],
])('%s', async (sql, params, told) => {
  expect(await refusalOf(sql, params)).toContain(told);
});

test('braces in a text are a text where they open no template', async () => {
  expect((await select(`SELECT '{"a": {"b": 1}}' AS a, '}} { %' AS b`)).rows).toEqual([
    { a: '{"a": {"b": 1}}', b: '}} { %' },
  ]);
});
