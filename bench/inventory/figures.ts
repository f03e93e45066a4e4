/** The bench's output: figures in columns, and what they mean. */

export function heading(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

/** @param values one, or one for each of several columns */
export function line(name: string, ...values: readonly (string | number)[]): void {
  const cells = values.map((value) => String(value).padStart(15));
  process.stdout.write(`  ${name.padEnd(47)}${cells.join('')}\n`);
}

export function note(text: string): void {
  process.stdout.write(`  ${text}\n`);
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

/** The value below which such a share of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
