import { killableProcess } from '../../../lambda/runtime/child-process.ts';

/** Work that can be stopped whatever it does. */

const SOURCE = `(request) => {
  if (request === 'for ever') for (;;) {}
  if (request === 'end') process.exit(3);
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

test('the process may open no file, start nothing, and has no environment', async () => {
  const process = killableProcess(SOURCE);
  expect(await answerOf(process, 'read')).toBe('ERR_ACCESS_DENIED');
  expect(await answerOf(process, 'start')).toBe('ERR_ACCESS_DENIED');
  expect(await answerOf(process, 'environment')).toEqual([]);
});
