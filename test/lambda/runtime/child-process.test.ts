import { setImmediate } from 'node:timers/promises';
import { killableProcess } from '../../../lambda/runtime/child-process.ts';

/** Work that can be stopped whatever it does. */

const SOURCE = `(request) => {
  if (request === 'for ever') for (;;) {}
  if (request === 'end') process.exit(3);
  if (request === 'grow') globalThis.grown = Buffer.alloc(150_000_000, 1);
  if (request === 'read') try { require('node:fs').readFileSync('/etc/hostname'); } catch (error) { return error.code; }
  if (request === 'start') try { require('node:child_process').spawnSync('true'); } catch (error) { return error.code; }
  if (request === 'environment') return Object.keys(process.env).filter((name) => name !== 'LD_LIBRARY_PATH');
  return { pid: process.pid, request };
}`;

const answerOf = async (process: ReturnType<typeof killableProcess>, request: unknown) => {
  const outcome = await process.ask(request, 20);
  return outcome.kind === 'answered' ? outcome.answer : outcome;
};

test('a request is answered, with what JSON does not have too, and the process is kept', async () => {
  const process = killableProcess(SOURCE);
  const first = await answerOf(process, { list: [1, null, 'a\0b'], nan: Number.NaN });
  expect(first).toMatchObject({ request: { list: [1, null, 'a\0b'], nan: Number.NaN } });
  expect(await answerOf(process, 2)).toEqual({ ...(first as object), request: 2 });
});

test('several at once have a process each', async () => {
  const process = killableProcess(SOURCE);
  const answers = await Promise.all([1, 2, 3].map((request) => answerOf(process, request)));
  expect(new Set(answers.map((answer) => (answer as { pid: number }).pid)).size).toBe(3);
});

test('what would run for ever is stopped, and the next request is answered', async () => {
  const process = killableProcess(SOURCE);
  expect(await process.ask('for ever', 0.2)).toEqual({ kind: 'overdue' });
  expect(await answerOf(process, 2)).toMatchObject({ request: 2 });
});

test('a process that ends by itself is told of, and the next request is answered', async () => {
  const process = killableProcess(SOURCE);
  expect(await process.ask('end', 20)).toEqual({ kind: 'ended', how: 'exit code 3' });
  expect(await answerOf(process, 2)).toMatchObject({ request: 2 });
});

const pidOf = (answer: unknown) => (answer as { pid: number }).pid;

test('a process that has grown is not kept', async () => {
  const process = killableProcess(SOURCE);
  const grown = pidOf(await answerOf(process, 'grow'));
  const next = pidOf(await answerOf(process, 2));
  expect(next).not.toBe(grown);
  expect(pidOf(await answerOf(process, 3))).toBe(next);
});

test('a process that dies while nothing is asked of it is replaced, whether that was told or not', async () => {
  const kept = killableProcess(SOURCE);
  const first = pidOf(await answerOf(kept, 1));
  process.kill(first, 'SIGKILL');
  // At once: nobody has been told yet.
  const second = pidOf(await answerOf(kept, 2));
  expect(second).not.toBe(first);

  process.kill(second, 'SIGKILL');
  while (isThere(second)) await setImmediate();
  expect(await answerOf(kept, 3)).toMatchObject({ request: 3 });
});

/** Until its end has been told to this process. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('the process may open no file, start nothing, and has no environment', async () => {
  const process = killableProcess(SOURCE);
  expect(await answerOf(process, 'read')).toBe('ERR_ACCESS_DENIED');
  expect(await answerOf(process, 'start')).toBe('ERR_ACCESS_DENIED');
  expect(await answerOf(process, 'environment')).toEqual([]);
});
