import fc from 'fast-check';
import { table } from '../../cli/table.ts';
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
