import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Where worker.ts stands: in the package that the process was started in, or from. Worked out this way because
 * a test compiles this module to CommonJS, in which `import.meta` does not exist, while Node runs the worker
 * itself as it stands.
 */
export function workerFile(): string {
  const starts = [process.cwd(), dirname(process.argv[1] ?? process.cwd())];
  for (const start of starts) {
    for (let directory = start; ; directory = dirname(directory)) {
      const file = join(directory, 'local', 'aws', 'lambda', 'worker.ts');
      if (existsSync(file)) return file;
      if (dirname(directory) === directory) break;
    }
  }
  throw new Error(`local/aws/lambda/worker.ts is in no directory above ${starts.join(' or ')}`);
}
