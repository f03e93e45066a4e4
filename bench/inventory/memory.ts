import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { functionEnvironment } from '../../local/aws/lambda/environment.ts';
import { BenchCloud, TAKER } from './bench-cloud.ts';

/**
 * What the inventory's function holds at most, run as its bundle in a process of its own. Nothing is throttled and it
 * makes as many calls at once as it ever would, so that what it holds at most does not depend on its pace.
 */

export interface MemoryUse {
  readonly versions: number;
  /** Of the function, as the template has it. */
  readonly memoryMb: number;
  /** Bytes that its process holds once the bundle is loaded. */
  readonly loaded: number;
  readonly first: RunUse;
  /** Everything read again and held against its rows. */
  readonly again: RunUse;
}

interface RunUse {
  /** Bytes. */
  readonly peak: number;
  readonly seconds: number;
}

const UNPACED = { callsPerSecond: 100_000, fullEvery: 1, handOnSeconds: 1 };

export async function measureMemory(assembly: string, images: number, versions: number): Promise<MemoryUse> {
  const bench = await BenchCloud.start(assembly);
  try {
    await bench.populate(images, versions);
    await bench.settle();
    const first = await run(bench);
    const again = await run(bench);
    const taken = await bench.latest();
    const seen = taken?.counts.versions;
    if (seen !== images * versions || !taken?.full) {
      throw new Error(
        `Wanted a full snapshot of ${images * versions} versions, got ${JSON.stringify(taken)}`,
      );
    }
    const { memoryMb } = bench.cloud.lambda.find(TAKER).fn;
    return { versions: seen, memoryMb, loaded: first.loaded, first, again };
  } finally {
    await bench.stop();
  }
}

/**
 * Resident memory is looked at every few milliseconds, since what the kernel tells of a child's peak counts what its
 * parent held when it was made.
 */
const SCRIPT = `
  import { writeSync } from 'node:fs';
  const rss = () => process.memoryUsage.rss();
  const { handler } = await import(process.argv[1]);
  const loaded = rss();
  let peak = loaded;
  const look = () => { peak = Math.max(peak, rss()); };
  const timer = setInterval(look, 5);
  const began = performance.now();
  const region = process.env.AWS_REGION;
  const context = { getRemainingTimeInMillis: () => 900_000 - (performance.now() - began) };
  await handler({ detail: { region, trigger: 'schedule' } }, context);
  look();
  clearInterval(timer);
  writeSync(3, JSON.stringify({ loaded, peak, seconds: (performance.now() - began) / 1000 }));
`;

/** How Lambda's Node runtimes share a function's memory out (as their bootstrap files do that others have published). */
function lambdaFlags(memoryMb: number): string[] {
  const semiSpace = Math.floor(memoryMb * 0.05);
  const oldSpace = Math.floor(memoryMb * 0.9);
  return [`--max-semi-space-size=${semiSpace}`, `--max-old-space-size=${oldSpace}`];
}

async function run({ cloud }: BenchCloud): Promise<RunUse & { readonly loaded: number }> {
  const { fn } = cloud.lambda.find(TAKER);
  const environment = functionEnvironment(fn, {
    region: cloud.region,
    endpointUrl: cloud.awsUrl,
    logStreamName: 'bench',
  });
  const bundle = pathToFileURL(join(fn.assetDirectory, 'index.mjs')).href;
  const flags = [...lambdaFlags(fn.memoryMb), '--input-type=module', '--eval', SCRIPT];
  const child = spawn(process.execPath, [...flags, bundle], {
    // As many attempts as the SDK makes of itself: all these calls at once may keep one of the table's waiting for long.
    env: { ...environment, AWS_MAX_ATTEMPTS: '3', INVENTORY_POLICY: JSON.stringify(UNPACED) },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [, , , figures] = child.stdio;
  if (!child.stderr || !figures || !('readable' in figures)) throw new Error('The child has no pipes');
  const [errors, told, status] = await Promise.all([text(child.stderr), text(figures), ended]);
  // Before the error itself stands the bundle's line, which is all of the bundle.
  if (status !== 0) throw new Error(`${TAKER} failed in a process of its own:\n${errors.slice(-3_000)}`);
  const use: RunUse & { loaded: number } = JSON.parse(told);
  return use;
}
