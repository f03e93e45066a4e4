import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { run } from './program.ts';
import { statusColour } from './status-colour.ts';
import type { Surroundings } from './surroundings.ts';

/** The command as a process: started by main.js. */

let interrupted = 'Interrupted.';

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    process.stderr.write(`${process.stderr.isTTY ? '\r\x1b[K' : ''}${interrupted}\n`);
    process.exit(128 + constants.signals[signal]);
  });
}

// `image-versions build FILE | head -1`: the reader has enough, and the command still decides how it ends.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const surroundings: Surroundings = {
  env: process.env,
  write: (output) => {
    process.stdout.write(output);
  },
  tell: (message) => {
    process.stderr.write(message);
  },
  width: process.stdout.isTTY ? process.stdout.columns : undefined,
  tellWidth: process.stderr.isTTY ? process.stderr.columns : undefined,
  paint: (column, text) => {
    const colour = column === 'status' ? statusColour(text) : undefined;
    // Heeds NO_COLOR, and whether standard output is a terminal.
    return colour ? styleText(colour, text, { stream: process.stdout }) : text;
  },
  now: Date.now,
  sleep: (milliseconds) => sleep(milliseconds),
  eachSecond: (tick) => {
    const timer = setInterval(tick, 1_000);
    return { stop: () => clearInterval(timer) };
  },
  chance: Math.random,
  newKey: () => `cli-${randomUUID()}`,
  read: (path) => {
    if (path !== '-') return readFile(path);
    if (process.stdin.isTTY) process.stderr.write('Reading from the terminal; Ctrl-D ends it.\n');
    return buffer(process.stdin);
  },
  onInterrupt: (message) => {
    interrupted = message;
  },
};

process.exitCode = await run(process.argv.slice(2), surroundings);
