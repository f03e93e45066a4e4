import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAssembly } from '../../local/assembly/assembly.ts';
import { synthesize } from '../../local/synthesis.ts';
import { type Configuration, contextOf } from './configuration.ts';
import { simulatedAssemblies } from './simulated-assembly.ts';

const MINUTES = 60_000;

/** Different from the usual one in everything. */
const OTHER: Configuration = {
  regions: ['us-east-1', 'eu-west-1', 'ap-southeast-2'],
  recordRetentionDays: 3650,
  operationDeadlineMinutes: 480,
  snapshotEveryMinutes: 5,
  fullSnapshotEvery: 1,
  snapshotCallsPerSecond: 1,
  apiRequestsPerSecond: 10_000,
};

let synthesized: string;
beforeAll(() => {
  synthesized = mkdtempSync(join(tmpdir(), 'synthesized-'));
});
afterAll(() => rmSync(synthesized, { recursive: true }));

test(
  'an assembly with another configuration is what the app synthesizes with it, and runs the same code',
  async () => {
    await synthesize({
      project: join(__dirname, '..', '..'),
      outdir: synthesized,
      context: contextOf(OTHER),
    });
    const varied = await simulatedAssemblies().of(OTHER);
    expect(templatesIn(varied)).toEqual(templatesIn(synthesized));
    expect(codeIn(varied)).toEqual(codeIn(synthesized));
  },
  5 * MINUTES,
);

function templatesIn(directory: string): Record<string, unknown> {
  const files = readdirSync(directory).filter((name) => name.endsWith('.template.json'));
  return Object.fromEntries(
    files.map((file) => [file, JSON.parse(readFileSync(join(directory, file), 'utf8'))]),
  );
}

function codeIn(directory: string): Record<string, string> {
  const { functions } = loadAssembly(directory);
  return Object.fromEntries(
    functions.map(({ name, assetDirectory }) => [
      name,
      readFileSync(join(assetDirectory, 'index.mjs'), 'utf8'),
    ]),
  );
}
