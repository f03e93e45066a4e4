import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { assemblyDirectory } from '../synthesized.ts';

/** A few hundred of the requests of `npm run test:fuzz`, by the same door. */

const COMMAND = join(__dirname, 'fuzz', 'main.ts');

test('two hundred requests: none is answered outside the contract, by 5xx, or leaves something behind', async () => {
  const args = [COMMAND, '--requests', '200', '--seed', '12', '--assembly', assemblyDirectory()];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  expect({ out, err, exit: child.exitCode }).toEqual({
    out: expect.stringMatching(/200 requests, seed 12, .*: 0 violations\n$/),
    err: '',
    exit: 0,
  });
}, 120_000);
