import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Work that has to be stopped whatever it does. It runs in a process of its own, which is killed when its time is up:
 * native code, which holds its thread, leaves no milder way. It is killed too when it takes too much memory. The process has no environment and so no credentials, and
 * may open no file and start nothing.
 */

/** What became of a request. */
type Outcome =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'overdue' }
  /** It took more memory than a process may. */
  | { readonly kind: 'oversized' }
  /** The process ended by itself. */
  | { readonly kind: 'ended'; readonly how: string };

export interface KillableProcess {
  /** One request. Several at once have a process each. */
  readonly ask: (request: unknown, seconds: number) => Promise<Outcome>;
}

/** Of a process, whose start takes some 50 of them: three quarters of the smallest function are left. */
const MEGABYTES = 256;
const WATCHED_EACH_MS = 20;

/**
 * @param source JavaScript that makes a function, from a request to its answer. It may use `require`.
 */
export function killableProcess(source: string): KillableProcess {
  // One is kept: to start one costs some 40 ms.
  let idle: ChildProcess | undefined;
  const busy = new Set<ChildProcess>();
  process.on('exit', () => {
    for (const child of busy) child.kill('SIGKILL');
  });

  return {
    ask: (request, seconds) => {
      const child = idle ?? start(source);
      idle = undefined;
      busy.add(child);
      child.ref();
      child.channel?.ref();
      return new Promise((resolve, reject) => {
        const finish = (outcome: Outcome) => {
          clearTimeout(timer);
          clearInterval(watch);
          child.removeAllListeners();
          busy.delete(child);
          if (outcome.kind !== 'answered' || idle) child.kill('SIGKILL');
          else idle = child;
          // Whoever waits for nothing else may end.
          child.unref();
          child.channel?.unref();
          resolve(outcome);
        };
        const timer = setTimeout(() => finish({ kind: 'overdue' }), seconds * 1000);
        const watch = setInterval(() => {
          if (megabytesOf(child) > MEGABYTES) finish({ kind: 'oversized' });
        }, WATCHED_EACH_MS);
        child.once('message', (answer) => finish({ kind: 'answered', answer }));
        child.once('exit', (code, signal) => finish({ kind: 'ended', how: signal ?? `exit code ${code}` }));
        child.once('error', (error) => {
          clearTimeout(timer);
          clearInterval(watch);
          busy.delete(child);
          reject(error);
        });
        child.send(request as object, (error) => {
          // That it has ended is told by itself.
          if (error && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
        });
      });
    },
  };
}

const PAGE = 4096;

/** The memory that a process takes, as Linux tells it; elsewhere the time that it may take is the only limit. */
function megabytesOf({ pid }: ChildProcess): number {
  try {
    const [, resident = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return (Number(resident) * PAGE) / 1_000_000;
  } catch {
    return 0;
  }
}

function start(source: string): ChildProcess {
  const program = `const answer = ${source};
process.on('message', (request) => process.send(answer(request)));
process.on('disconnect', () => process.exit());`;
  const { LD_LIBRARY_PATH } = process.env;
  return spawn(
    process.execPath,
    ['--permission', '--no-warnings', `--max-old-space-size=${MEGABYTES}`, '-e', program],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      // Where the runtime's own libraries are, and nothing else.
      env: LD_LIBRARY_PATH === undefined ? {} : { LD_LIBRARY_PATH },
    },
  );
}
