import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** A function's bundle, and the environment that it reads when it is loaded. */
export interface Bundle {
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Milliseconds from before the import to after it, in a process of its own. */
export function importTime({ file, environment }: Bundle): number {
  const script = `const t = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)});
    process.stdout.write(String(performance.now() - t));`;
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: {
      ...environment,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
    },
  });
  if (child.status !== 0) throw new Error(`${file} could not be imported: ${child.stderr}`);
  return Number(child.stdout);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
