import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The app as the CDK CLI runs it: a process with the context in its environment. */

const ROOT = join(import.meta.dirname, '..', '..');
let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'app-'));
});
afterEach(() => rmSync(outdir, { recursive: true, force: true }));

interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

function app(context: object): Promise<Ended> {
  const env = { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) };
  return new Promise((resolve) => {
    execFile(process.execPath, ['bin/app.ts'], { cwd: ROOT, env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

test.each([
  [{ stage: 'Not a stage' }, 'Context "stage": given "Not a stage", wanted up to 16 lower-case letters'],
  [
    { stagee: 'prod' },
    'Context "stagee": given "prod", wanted under the key "stage"; there is no key "stagee".',
  ],
  [{ regions: 'mars-1,moon' }, 'Context "regions": given "mars-1,moon", wanted one or more'],
])('%j ends it with one sentence and status 1, and nothing is synthesized', async (context, sentence) => {
  const { code, stdout, stderr } = await app(context);
  expect(code).toBe(1);
  expect(stderr.startsWith(sentence)).toBe(true);
  expect(stderr).toMatch(/^[^\n]+\.\n$/);
  expect(stdout).toBe('');
  expect(readdirSync(outdir)).toEqual([]);
});
