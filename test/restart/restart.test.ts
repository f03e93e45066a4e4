import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { assemblyDirectory } from '../synthesized.ts';

/** Two kills of the fifty that `npm run test:restart` makes: amid the demo, and again while it comes back. */
test('a local cloud that is killed twice finishes everything, and keeps what it promised', async () => {
  const options = ['--kills', '1', '--seed', '3', '--length', '14000', '--assembly', assemblyDirectory()];
  const child = spawn(process.execPath, [join(__dirname, 'main.ts'), ...options]);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  expect({ out, err, exit: child.exitCode }).toEqual({
    out: expect.stringMatching(
      /^✓ seed 3: killed at \S+ s, and \S+ s after it was started again.*\n1 runs .* 0 failed\n$/,
    ),
    err: '',
    exit: 0,
  });
}, 120_000);
