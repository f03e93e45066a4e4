import type { Finding, FuzzResult } from './fuzzer.ts';
import { shown } from './request.ts';

/** What a run found, for people. */
export function reportOf(
  result: FuzzResult,
  about: { readonly seed: number; readonly seconds: number },
): string {
  const { requests, counts, findings, neverSucceeded } = result;
  const lines = [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([operation, byStatus]) => {
      const statuses = [...byStatus].toSorted(([a], [b]) => a - b);
      const total = statuses.reduce((sum, [, count]) => sum + count, 0);
      const told = statuses.map(([status, count]) => `${status}: ${count}`).join('  ');
      return `${operation.padEnd(20)} ${String(total).padStart(6)}   ${told}`;
    });
  const violations = findings.reduce((sum, { count }) => sum + count, 0);
  const rate = (requests / about.seconds).toFixed(0);
  return [
    ...lines,
    ...findings.map(findingText),
    ...neverSucceeded.map((operation) => `\nno request of ${operation} succeeded`),
    '',
    `${requests} requests, seed ${about.seed}, ${about.seconds.toFixed(0)} s, ${rate} a second: ${violations} violations`,
  ].join('\n');
}

function findingText({ violation, shortest, answer, count }: Finding): string {
  const { kind, detail } = violation;
  const said = answer ? `${answer.status} ${answer.text.slice(0, 400)}` : 'none';
  return `\n${kind} (${count})\n  ${detail}\n  request ${shown(shortest)}\n  answer  ${said}`;
}
