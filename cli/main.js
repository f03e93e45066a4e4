#!/usr/bin/env node
// Plain JavaScript, so that any Node can run it: the command itself is TypeScript and needs the Node that
// `npm ci` installs (the package "node"). npm scripts and npx find that one by themselves; who calls this file in
// another way has it started here.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const home = join(here, '..', 'node_modules', 'node');
const manifest = join(home, 'package.json');
// Compiled code is kept beside the code, which halves the time until the command is at work.
const cache = join(here, '..', 'node_modules', '.cache', 'image-versions');
const executable = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

if (!existsSync(manifest)) {
  console.error('image-versions: its packages are not installed. Run "npm ci" in the project first.');
  process.exitCode = 2;
} else if (JSON.parse(readFileSync(manifest, 'utf8')).version === process.versions.node) {
  module.enableCompileCache(cache);
  await import('./start.ts');
} else if (!existsSync(executable)) {
  console.error(
    'image-versions: Node 24 is missing, since the install script of the package "node" did not run. ' +
      'Run "npm rebuild node", or check that npm is not set to ignore-scripts.',
  );
  process.exitCode = 2;
} else {
  const child = spawn(executable, [join(here, 'start.ts'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  // A terminal sends its signals to both; whoever kills this process alone means the command.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
