import { handlers, weigh } from './bundles/weigh.ts';

/**
 * What each package adds to the functions' bundles: KB after what is not used was shaken off, the least and the most of
 * any bundle that has it, and in how many it is. With the name of a function: that one's bundle.
 *
 *     npm run bench:bundles [-- FUNCTION]
 */

const [wanted] = process.argv.slice(2);
if (wanted !== undefined && !handlers().includes(wanted)) {
  throw new Error(`There is no function "${wanted}": give one of ${handlers().join(', ')}, or nothing`);
}

const chosen = wanted === undefined ? handlers() : [wanted];
const sizes: number[] = [];
const found = new Map<string, number[]>();
for (const handler of chosen) {
  const { size, packages } = await weigh(handler);
  sizes.push(size);
  for (const [name, bytes] of packages) found.set(name, [...(found.get(name) ?? []), bytes]);
}
const most = (bytes: readonly number[]) => Math.max(...bytes);
const rows = [...found].sort(([, one], [, other]) => most(other) - most(one));
print('package', 'bundles', 'least', 'most');
print('(whole bundle)', String(sizes.length), kilobytes(Math.min(...sizes)), kilobytes(most(sizes)));
for (const [name, bytes] of rows) {
  print(name, String(bytes.length), kilobytes(Math.min(...bytes)), kilobytes(most(bytes)));
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}

function print(name: string, ...cells: readonly string[]): void {
  process.stdout.write(`${[name.padEnd(42), ...cells.map((cell) => cell.padStart(10))].join('')}\n`);
}
