import { parseStatement } from '../../../lambda/query/parse-statement.ts';
import { refusalOf } from '../../fixtures/engine.ts';

/** INSERT, UPDATE and DELETE beyond the forms of StackQL's document. */

const LIVE = 'awscc.sagemaker.image_versions';
const ARN = 'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch/3';

const insert = (columns: string, values: string) =>
  `INSERT INTO ${LIVE} (ImageName, BaseImage, region${columns}) SELECT 'a', 'b', 'r'${values}`;
const update = (document: string) =>
  `UPDATE ${LIVE} SET PatchDocument = ${document} WHERE Identifier = '${ARN}'`;
const form = (entries: string) => update(`string('{{ {${entries}} | generate_patch_document }}')`);

test('VALUES, columns in snake case and constants of SQL', () => {
  const sql = `INSERT INTO ${LIVE} (image_name, BASE_IMAGE, Region, "horovod", release_notes, processor)
    VALUES ('a', 'b', 'r', TRUE, 'it''s', NULL)`;
  expect(parseStatement(sql, {})).toMatchObject({
    region: 'r',
    properties: { ImageName: 'a', BaseImage: 'b', Horovod: true, ReleaseNotes: "it's" },
  });
});

test.each([
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  ['["a", "b"]', ['a', 'b']],
  ['a', ['a']],
  ['[a', ['[a']],
  [[], []],
  ['', ['']],
])('aliases given as %j', (aliases, expected) => {
  expect(parseStatement(insert(', Aliases', `, '{{ aliases }}'`), { aliases })).toMatchObject({
    properties: { Aliases: expected },
  });
});

test('an empty text is said, and left to the check of what is asked for', () => {
  expect(parseStatement(insert(', Processor', `, '{{ p }}'`), { p: '' })).toMatchObject({
    properties: { Processor: '' },
  });
});

test('a patch document can hold constants, lists and the spellings of Python', () => {
  const entries = `"ml_framework": "PyTorch 2.6", "Horovod": True, "Processor": null, "Aliases": ["a", "b"], "ReleaseNotes": "it''s \\"new\\"",`;
  expect(parseStatement(form(entries), {})).toMatchObject({
    change: {
      kind: 'wanted',
      properties: {
        MLFramework: 'PyTorch 2.6',
        Horovod: true,
        Processor: null,
        Aliases: ['a', 'b'],
        ReleaseNotes: 'it\'s "new"',
      },
    },
  });
});

const PATCH = [{ op: 'replace', path: '/Processor', value: 'GPU' }];

test.each([
  ['as a text', `string('[{"op": "replace", "path": "/Processor", "value": "GPU"}]')`, {}],
  ['without string()', `'[{"op": "replace", "path": "/Processor", "value": "GPU"}]'`, {}],
  ['as a parameter', `string('{{ patch }}')`, { patch: PATCH }],
  ['as a parameter that is a text', `string('{{ patch }}')`, { patch: JSON.stringify(PATCH) }],
  [
    'with a placeholder in it',
    `'[{"op": "replace", "path": "/{{ p }}", "value": "{{ v }}"}]'`,
    { p: 'Processor', v: 'GPU' },
  ],
])('a JSON Patch %s', (_, document, params) => {
  expect(parseStatement(update(document), params)).toMatchObject({ change: { kind: 'patch', patch: PATCH } });
});

test('a placeholder that is a whole text of a JSON Patch keeps the type of its value', () => {
  const document = `'[{"op": "add", "path": "/Horovod", "value": "{{ v }}"}, {"op": "add", "path": "/Aliases", "value": "{{ list }}"}]'`;
  expect(parseStatement(update(document), { v: true, list: ['a'] })).toMatchObject({
    change: { patch: [{ value: true }, { value: ['a'] }] },
  });
});

test.each([
  ['the region alone', `DELETE FROM ${LIVE} WHERE Identifier = '{{ a }}' AND region = 'us-east-1'`],
  ['no region', `DELETE FROM ${LIVE} WHERE image_version_arn = '{{ a }}';`],
])('a version in %s', (_, sql) => {
  expect(parseStatement(sql, { a: ARN })).toMatchObject({
    kind: 'delete',
    region: 'us-east-1',
    identifier: ARN,
  });
});

test.each([
  [
    'another table',
    'DELETE FROM aws.ec2.instances WHERE region = 1',
    '1:13 given the table aws.ec2.instances, which is not known',
  ],
  [
    'a table that is only read',
    `DELETE FROM inventory.snapshots WHERE region = 'a'`,
    '1:13 inventory.snapshots can only be read',
  ],
  [
    'a change without WHERE',
    `DELETE FROM ${LIVE};`,
    `given the end of the statement, wanted WHERE region = '…' AND Identifier = '…'`,
  ],
  ['an update without WHERE', `UPDATE ${LIVE} SET PatchDocument = '[]'`, 'wanted WHERE region'],
  ['a change without a version', `DELETE FROM ${LIVE} WHERE region = 'us-east-1'`, 'no Identifier is given'],
  [
    'a version that is none',
    `DELETE FROM ${LIVE} WHERE Identifier = 'x'`,
    '1:63 given "x", wanted the ARN of an image version, like arn:aws',
  ],
  [
    'a version elsewhere',
    `DELETE FROM ${LIVE} WHERE Identifier = '${ARN}' AND region = 'eu-west-1'`,
    'given the region eu-west-1, and the Identifier is of us-east-1',
  ],
  [
    'several versions',
    `DELETE FROM ${LIVE} WHERE Identifier IN ('${ARN}')`,
    'given IN, wanted =, since a change is of one version',
  ],
  [
    'an OR',
    `DELETE FROM ${LIVE} WHERE Identifier = '${ARN}' OR 1 = 1`,
    'given OR, wanted AND, or the end of the statement',
  ],
  [
    'another condition',
    `DELETE FROM ${LIVE} WHERE Identifier = '${ARN}' AND version = 1`,
    'given a condition on version, wanted WHERE region',
  ],
  ['an unknown condition', `DELETE FROM ${LIVE} WHERE Identifer = '${ARN}'`, ': did you mean Identifier?'],
  [
    'two versions',
    `DELETE FROM ${LIVE} WHERE Identifier = '${ARN}' AND image_version_arn = '${ARN}'`,
    'given two conditions on image_version_arn',
  ],
  [
    'a version that is no text',
    `DELETE FROM ${LIVE} WHERE Identifier = 3`,
    'given 3 for Identifier, wanted a text',
  ],
  [
    'a version that is not given',
    `DELETE FROM ${LIVE} WHERE Identifier = '{{ missing }}'`,
    'given nothing for Identifier, wanted a text',
  ],
  [
    'a computed version',
    `DELETE FROM ${LIVE} WHERE Identifier = (SELECT 1)`,
    `wanted a constant: '{{ name }}', a 'text'`,
  ],
  [
    'RETURNING',
    `DELETE FROM ${LIVE} WHERE Identifier = '${ARN}' RETURNING *`,
    'given RETURNING, wanted the end of the statement',
  ],
  [
    'an unknown property',
    insert(', Procesor', `, 'GPU'`),
    'given the property "Procesor", which is not known: did you mean Processor?',
  ],
  [
    'a property that is read-only',
    insert(', Version', ', 3'),
    'given the property "Version", which SageMaker sets and nobody else',
  ],
  ['a property twice', insert(', Processor, processor', `, 'GPU', 'CPU'`), 'Processor is named twice'],
  ['too few values', insert(', Processor', ''), '4 columns are named and 3 values are given'],
  [
    'no values',
    `INSERT INTO ${LIVE} (ImageName, BaseImage, region) `,
    'given the end of the statement, wanted SELECT',
  ],
  [
    'values from a table',
    insert('', ' FROM inventory.changes'),
    'given FROM, wanted the end of the statement: one INSERT makes one version',
  ],
  [
    'several rows',
    `INSERT INTO ${LIVE} (ImageName, BaseImage, region) VALUES ('a', 'b', 'r'), ('a', 'b', 'r')`,
    'one INSERT makes one version',
  ],
  [
    'no region',
    `INSERT INTO ${LIVE} (ImageName, BaseImage) SELECT 'a', 'b'`,
    'region is missing among the columns',
  ],
  [
    'a required value that is not given',
    `INSERT INTO ${LIVE} (ImageName, BaseImage, region) SELECT '{{ i }}', 'b', 'r'`,
    'ImageName is required, and nothing is given for it',
  ],
  [
    'a mixed value that is not given',
    insert(', ReleaseNotes', `, 'x{{ n }}'`),
    'nothing is given for the placeholder {{ n }}',
  ],
  ['no columns', `INSERT INTO ${LIVE} SELECT 'a'`, 'given SELECT, wanted ('],
  [
    'another column',
    `UPDATE ${LIVE} SET Processor = 'GPU' WHERE Identifier = '${ARN}'`,
    'given the column Processor, wanted PatchDocument',
  ],
  ['another function', update(`json('[]')`), `given json, wanted string('…')`],
  [
    'no patch',
    update(`string('GPU')`),
    'wanted {{ {"Property": name} | generate_patch_document }}, or a JSON Patch',
  ],
  ['a patch that is an object', update(`'{"op": "add"}'`), 'or a JSON Patch (RFC 6902)'],
  [
    'an unknown property to update',
    form('"Aliass": a'),
    'given the property "Aliass", which is not known: did you mean Alias?',
  ],
  ['a property twice to update', form('"Alias": a, "alias": b'), 'Alias is given twice'],
  [
    'a property without quotes',
    form('Alias: a'),
    'given "Alias: a} | generate", wanted the name of a property in "double quotes"',
  ],
  ['an expression for a value', form('"Alias": a + b'), 'given "+ b} | generate_patc", wanted , or }'],
  ['a filter for a value', form('"Alias": a | upper'), 'given "| upper} | generate_"'],
  ['an attribute for a value', form('"Alias": a.b'), 'given ".b} | generate_patch"'],
  ['a name in a list', form('"Aliases": [a]'), 'wanted a constant in a list'],
  [
    'another filter',
    update(`'{{ {"Alias": a} | tojson }}'`),
    'given "| tojson }}\'", wanted | generate_patch_document }}'.slice(0, 16),
  ],
  [
    'more beside the document',
    update(`'{{ {"Alias": a} | generate_patch_document }} x'`),
    'a patch document stands alone in its literal',
  ],
  ['a statement of a template', update(`'{% for a in b %}'`), 'given the template "{% for a in b %}"'],
])('%s is refused', async (_, sql, told) => {
  expect(await refusalOf(sql, { a: 'x', b: 'y' })).toContain(told);
});

test('the place of a fault in a document is told', async () => {
  const sql = `UPDATE ${LIVE}\nSET PatchDocument = string('{{ {\n  "Alias": a,\n  "Colour": b\n} | generate_patch_document }}')`;
  expect(await refusalOf(sql)).toBe('4:3 given the property "Colour", which is not known');
});
