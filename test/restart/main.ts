import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesize } from '../../local/synthesis.ts';
import { momentsOf } from './killer.ts';
import { runOnce } from './once.ts';

/**
 * Kills the local cloud at random moments of the demo, with SIGKILL, and starts it again on the same data: does it come
 * back, finish everything, and hold to what it promises? Exit status 0 only where it always does.
 *
 *     npm run test:restart -- --kills 50 --seed 1
 *     npm run test:restart -- --kills 1 --seed N --length MS     the moment that failed, once more
 *
 * Run `n` has the seed `seed + n`. The scenario's length is measured first, or told.
 */

const PROJECT = join(import.meta.dirname, '..', '..');

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    length: { type: 'string' },
    assembly: { type: 'string' },
  },
});
const [kills, firstSeed] = [wholeNumber('--kills', values.kills), wholeNumber('--seed', values.seed)];
const own = values.assembly === undefined ? mkdtempSync(join(tmpdir(), 'restart-assembly-')) : undefined;
try {
  if (own) await synthesize({ project: PROJECT, outdir: own });
  process.exitCode = (await killAgainAndAgain(values.assembly ?? own ?? '')) ? 0 : 1;
} finally {
  if (own) rmSync(own, { recursive: true });
}

async function killAgainAndAgain(assembly: string): Promise<boolean> {
  const length =
    values.length === undefined ? await measure(assembly) : wholeNumber('--length', values.length);
  if (length === undefined) return false;
  let failed = 0;
  for (let seed = firstSeed; seed < firstSeed + kills; seed += 1) {
    const moments = momentsOf(seed, length);
    const { wrong, milliseconds } = await runOnce(assembly, moments);
    const again =
      moments.second === undefined ? '' : `, and ${seconds(moments.second)} after it was started again`;
    say(
      `${wrong.length === 0 ? '✓' : '✗'} seed ${seed}: killed at ${seconds(moments.first)}${again}; at rest after ${seconds(milliseconds)}`,
    );
    for (const what of wrong) say(`    ${what.replaceAll('\n', '\n    ')}`);
    if (wrong.length > 0) failed += 1;
  }
  say(`${kills} runs of ${seconds(length)}, ${failed} failed`);
  return failed === 0;
}

async function measure(assembly: string): Promise<number | undefined> {
  const { wrong, milliseconds } = await runOnce(assembly);
  if (wrong.length === 0) return milliseconds;
  say(`✗ It fails also where nobody kills it:\n    ${wrong.join('\n    ')}`);
  return undefined;
}

function wholeNumber(option: string, given: string): number {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new Error(`${option}: given "${given}", wanted a whole number`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
