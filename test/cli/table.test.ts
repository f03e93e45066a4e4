import fc from 'fast-check';
import { fittingTable, records, table } from '../../cli/table.ts';
import { cut, plain, widthOf } from '../../cli/text.ts';

/** Tables that fit. */

const cell = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom(
    '版本',
    '🦊🦊🦊',
    'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch-training/12',
  ),
);
const head = fc.record(
  {
    name: fc.stringMatching(/^[a-z]{1,16}$/),
    keep: fc.constant(true as const),
    spare: fc.constant(true as const),
  },
  { requiredKeys: ['name'] },
);

test('whatever stands in it, every row is one line and no line is wider than the terminal', () => {
  fc.assert(
    fc.property(
      fc.array(head, { minLength: 1, maxLength: 12 }),
      fc.array(fc.array(cell, { minLength: 12, maxLength: 12 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 120 }),
      (heads, rows, width) => {
        const lines = table(heads, rows, width).split('\n');
        expect(lines).toHaveLength(rows.length + 2);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test('what is not cut is whole, and what is cut says so', () => {
  fc.assert(
    fc.property(cell, fc.integer({ min: 1, max: 40 }), (text, width) => {
      const shown = cut(plain(text), width);
      if (widthOf(plain(text)) <= width) expect(shown).toBe(plain(text));
      else expect(shown.endsWith('…')).toBe(true);
    }),
  );
});

const ROWS = [
  ['op-0123456789', 'create', '763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch:2.6-gpu', '08:00'],
  ['op-1', 'delete', 'registry/other:1', '08:01'],
];
const HEADS = [
  { name: 'operationId', keep: true },
  { name: 'kind' },
  { name: 'BaseImage' },
  { name: 'createdAt', spare: true },
] as const;

test('where there is no terminal nothing is cut', () => {
  expect(table(HEADS, ROWS, undefined)).toBe(
    [
      'operationId    kind    BaseImage                                                     createdAt',
      'op-0123456789  create  763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch:2.6-gpu  08:00',
      'op-1           delete  registry/other:1                                              08:01',
      '',
    ].join('\n'),
  );
});

test('on a narrow one spare columns go, the longest are cut, and what is copied stays whole', () => {
  expect(table(HEADS, ROWS, 40)).toBe(
    [
      'operationId    kind    BaseImage',
      'op-0123456789  create  …/pytorch:2.6-gpu',
      'op-1           delete  registry/other:1',
      '',
    ].join('\n'),
  );
});

const PLAIN = (_column: string, text: string) => text;

test('a table that fits keeps ids and times whole, whatever else is in it', () => {
  const time = '2026-11-24T08:00:00.000Z';
  const heads = [{ name: 'id', keep: true }, { name: 'before' }, { name: 'note', spare: true }] as const;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 50 }), cell), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 140 }),
      (given, width) => {
        const rows = given.map(([note, other], nth) => [`operation-${nth}`, nth === 0 ? time : other, note]);
        const shown = fittingTable(heads, rows, width, PLAIN);
        if (shown === undefined) return expect(width).toBeLessThan('operation-0'.length + 2 + time.length);
        expect(shown).toContain(time);
        for (const [id = ''] of rows) expect(shown).toContain(id);
        for (const line of shown.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test('the shorter form of a column takes its place where that has no room, and is nowhere else', () => {
  const heads = [
    { name: 'operationId', keep: true },
    { name: 'createdAt', spare: true },
    { name: 'age', insteadOf: 'createdAt' },
  ] as const;
  const rows = [['op-1', '2026-11-24T08:00:00.000Z', '3h']];
  expect(table(heads, rows, 20)).toBe('operationId  age\nop-1         3h\n');
  expect(table(heads, rows, 40)).toBe('operationId  createdAt\nop-1         2026-11-24T08:00:00.000Z\n');
  expect(records(heads, rows, 20, PLAIN)).toBe(
    '── 1 ───────────────\noperationId  op-1\ncreatedAt    2026-11-24T08:00:00.000Z\n',
  );
});

test('colours change no width, and records leave out what is empty', () => {
  const paint = (column: string, text: string) => (column === 'status' ? `<${text}>` : text);
  const heads = [{ name: 'status' }, { name: 'note' }];
  const rows = [
    ['FAILED', 'a'],
    ['SUCCEEDED', ''],
  ];
  expect(table(heads, rows, 40, paint)).toBe('status     note\n<FAILED>     a\n<SUCCEEDED>\n');
  expect(records(heads, rows, 10, paint)).toBe(
    '── 1 ─────\nstatus  <FAILED>\nnote    a\n── 2 ─────\nstatus  <SUCCEEDED>\n',
  );
});
