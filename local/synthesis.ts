import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The app could not be synthesized; the message is what it printed. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError';
}

export interface SynthesisOptions {
  /** The project: where cdk.json stands. */
  readonly project: string;
  /** Where the cloud assembly goes, for instance cdk.out. */
  readonly outdir: string;
  /** Context besides that of cdk.json, as the CLI's `--context` gives it. */
  readonly context?: Readonly<Record<string, unknown>>;
}

/**
 * Runs the CDK app as the CLI would, so that what is run here is what `cdk deploy` would deploy. Validation
 * and cdk-nag are left to `cdk synth`: they judge the template and do not change it.
 *
 * @throws SynthesisError with the app's own words
 */
export async function synthesize(options: SynthesisOptions): Promise<void> {
  const cdk: { context?: Record<string, unknown> } = JSON.parse(
    readFileSync(join(options.project, 'cdk.json'), 'utf8'),
  );
  const app = spawn(process.execPath, [join('bin', 'app.ts')], {
    cwd: options.project,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CDK_OUTDIR: options.outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdk.context, ...options.context }),
      CDK_VALIDATION: 'false',
    },
  });
  const printed: Buffer[] = [];
  app.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  app.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  const status = await new Promise<number | null>((resolve, reject) => {
    app.once('error', reject);
    app.once('close', resolve);
  });
  if (status !== 0 || !existsSync(join(options.outdir, 'manifest.json'))) {
    throw new SynthesisError(Buffer.concat(printed).toString('utf8').trim());
  }
}
