import { rowsAnswer } from '../../../lambda/api/rows-answer.ts';
import { TooCostly } from '../../../lambda/query/errors.ts';

/** What an answer with rows may weigh. */

const LAMBDA = 6 * 1024 * 1024;
const TYPES = ['application/json', 'text/csv', 'application/x-ndjson', 'text/plain'] as const;

const answer = (type: (typeof TYPES)[number], name: string, value: unknown, count: number) =>
  rowsAnswer(type, 'escape', {
    columns: [{ name, type: 'string' }],
    rows: Array.from({ length: count }, () => ({ [name]: value })),
    calls: 3,
  });

/** What Lambda answers API Gateway with. */
const weight = (body: string) => Buffer.byteLength(JSON.stringify({ statusCode: 200, headers: {}, body }));

test.each([
  ['quotes', '"'.repeat(390)],
  ['control characters', '\u0001'.repeat(390)],
  ['line ends', '\n'.repeat(390)],
  ['characters of three bytes', '語'.repeat(390)],
  ['emoji', '😀'.repeat(195)],
  ['plain text', 'x'.repeat(390)],
  ['lists', Array.from({ length: 100 }, () => 'a')],
])('an answer with %s is within what Lambda may answer, or is refused', (_, value) => {
  for (const type of TYPES) {
    for (const count of [1, 500, 2_500, 10_000]) {
      const made = outcome(() => answer(type, 'a', value, count).body);
      if (made instanceof TooCostly) expect(count).toBeGreaterThan(500);
      else expect(weight(made)).toBeLessThan(LAMBDA);
    }
  }
});

function outcome(work: () => string): string | TooCostly {
  try {
    return work();
  } catch (error) {
    if (error instanceof TooCostly) return error;
    throw error;
  }
}

test('names that repeat in each row are weighed too, before they are more than a text can hold', () => {
  const name = 'n'.repeat(200_000);
  expect(() => answer('application/json', name, 1, 10_000)).toThrow(/more than 5500000 bytes .* add a LIMIT/);
  expect(() => answer('application/x-ndjson', name, 1, 10_000)).toThrow(TooCostly);
  expect(answer('text/csv', name, 1, 10_000).body).toHaveLength(200_002 + 30_000);
});

describe('a text of CSV that a spreadsheet would take for a formula', () => {
  const csv = (formulas: 'escape' | 'keep', name: string, value: unknown) =>
    rowsAnswer('text/csv', formulas, {
      columns: [{ name, type: 'string' }],
      rows: [{ [name]: value }],
      calls: 0,
    }).body;

  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '"\'\t=1"'],
    ['\r=1', '"\'\r=1"'],
    ['＝1+1', "'＝1+1"],
    ['=HYPERLINK("x")', '"\'=HYPERLINK(""x"")"'],
  ])('%j is harmless, unless it is to be kept', (text, cell) => {
    expect(csv('escape', 'a', text)).toBe(`a\r\n${cell}\r\n`);
    expect(csv('keep', 'a', text)).toBe(`a\r\n${cell.replace("'", '')}\r\n`);
  });

  test.each([[-1], [-0.5], [true], [null], ['a=1'], [' =1'], [['=a']]])('%j is none', (value) => {
    expect(csv('escape', 'a', value)).toBe(csv('keep', 'a', value));
  });

  test('a name of a column is a text too', () => {
    expect(csv('escape', '=1+1', 'x')).toBe("'=1+1\r\nx\r\n");
  });

  test('what a spreadsheet with other separators would part is quoted', () => {
    expect(csv('escape', 'a', 'x;=1+1')).toBe('a\r\n"x;=1+1"\r\n');
    expect(csv('escape', 'a', 'x\t=1+1')).toBe('a\r\n"x\t=1+1"\r\n');
  });
});

test('JSON is what it was', () => {
  const { body, headers } = answer('application/json', 'a', 'x', 2);
  expect(headers['content-type']).toBe('application/json');
  expect(JSON.parse(body)).toEqual({
    columns: [{ name: 'a', type: 'string' }],
    rows: [{ a: 'x' }, { a: 'x' }],
    calls: 3,
  });
  expect(JSON.parse(answer('application/json', 'a', 'x', 0).body)).toMatchObject({ rows: [] });
});
