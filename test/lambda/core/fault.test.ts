import { fault, pointer, shown, told } from '../../../lambda/core/fault.ts';

test.each([
  [[], ''],
  [['properties', 'ImageName'], '/properties/ImageName'],
  [['a/b', 'm~n', 0], '/a~1b/m~0n/0'],
  [['__proto__'], '/__proto__'],
])('the pointer of %j is %j', (path, expected) => {
  expect(pointer(path)).toBe(expected);
});

test.each([
  [undefined, 'nothing'],
  [null, 'null'],
  ['', '""'],
  [{ a: [1] }, '{"a":[1]}'],
])('%j is shown as %s', (value, expected) => {
  expect(shown(value)).toBe(expected);
});

test('a fault carries neither a whole body nor a whole name', () => {
  const { path, message } = fault(['x'.repeat(10_000)], 'y'.repeat(10_000), 'something short');
  expect(path.length).toBeLessThan(200);
  expect(message.length).toBeLessThan(250);
  expect(message).toContain('(10002 characters)');
});

test('fifty faults are told; of more, how many there are', () => {
  const faults = Array.from({ length: 53 }, (_, index) => fault([index], index, 'less'));
  expect(told(faults.slice(0, 50))).toEqual(faults.slice(0, 50));
  expect(told(faults)).toHaveLength(51);
  expect(told(faults).at(-1)).toEqual({ path: '', message: '3 more faults are not listed' });
});
