import { csv } from '../../cli/output.ts';

test('a text that a spreadsheet would take for a formula has an apostrophe in front, and a number has none', () => {
  const row = ['=1+1', '+1', '-1', '@x', '\t=1', -1, null, ['a', 'b'], 'a;=1'];
  expect(csv(['=name'], [row])).toBe("'=name\r\n'=1+1,'+1,'-1,'@x,\"'\t=1\",-1,,a b,\"a;=1\"\r\n");
});
