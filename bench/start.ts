import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { loadAssembly } from '../local/assembly/assembly.ts';
import { synthesize } from '../local/synthesis.ts';
import { type Bundle, importTime, median } from './start/import-time.ts';

/**
 * Each function's bundle in KB, and the time that importing it takes in a fresh process, against an empty
 * module and against the bare Cloud Control client bundled the same way. Medians of runs that take turns, so
 * that the ratios hold whatever else the machine is doing.
 *
 *     npm run bench:start [-- RUNS]
 */

const RUNS = Number(process.argv[2] ?? 25);
const PROJECT = join(import.meta.dirname, '..');

interface Candidate extends Bundle {
  readonly name: string;
  readonly times: number[];
}

const scratch = mkdtempSync(join(tmpdir(), 'bench-start-'));
try {
  const outdir = join(scratch, 'cdk.out');
  await synthesize({ project: PROJECT, outdir });
  const candidates = [await emptyModule(), await bareClient(), ...functionsOf(outdir)];
  for (let run = 0; run < RUNS; run += 1) {
    for (const candidate of candidates) candidate.times.push(importTime(candidate));
  }
  report(candidates);
} finally {
  rmSync(scratch, { recursive: true });
}

async function emptyModule(): Promise<Candidate> {
  const file = join(scratch, 'empty.mjs');
  writeFileSync(file, 'export const handler = async () => undefined;\n');
  return { name: 'empty module', file, environment: {}, times: [] };
}

/** What a function that only makes a Cloud Control client would weigh, by the bundling of any CDK app. */
async function bareClient(): Promise<Candidate> {
  const file = join(scratch, 'bare.mjs');
  await build({
    stdin: {
      contents:
        "import { CloudControlClient, GetResourceCommand } from '@aws-sdk/client-cloudcontrol';" +
        'const client = new CloudControlClient({});' +
        'export const handler = (input) => client.send(new GetResourceCommand(input));',
      resolveDir: PROJECT,
    },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    outfile: file,
  });
  return { name: 'bare Cloud Control client', file, environment: {}, times: [] };
}

function functionsOf(outdir: string): Candidate[] {
  return loadAssembly(outdir).functions.map((one) => ({
    name: one.name,
    file: join(one.assetDirectory, 'index.mjs'),
    environment: one.environment,
    times: [],
  }));
}

function report(candidates: readonly Candidate[]): void {
  const [empty, bare] = candidates.map(({ times }) => median(times));
  const rows = candidates.map(({ name, file, times }) => {
    const time = median(times);
    return [
      name.padEnd(34),
      `${(statSync(file).size / 1024).toFixed(0)} KB`.padStart(8),
      `${time.toFixed(1)} ms`.padStart(10),
      `${(time / (empty ?? time)).toFixed(1)} ×`.padStart(9),
      `${(time / (bare ?? time)).toFixed(2)} ×`.padStart(9),
    ].join('  ');
  });
  const head = [
    'module'.padEnd(34),
    'size'.padStart(8),
    'import'.padStart(10),
    '÷ empty'.padStart(9),
    '÷ bare'.padStart(9),
  ];
  process.stdout.write(`Medians of ${RUNS} fresh processes, Node ${process.versions.node}\n\n`);
  process.stdout.write(`${[head.join('  '), ...rows].join('\n')}\n`);
}
