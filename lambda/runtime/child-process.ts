import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Work that has to be stopped whatever it does. It runs in a process of its own, which is killed when its time is up:
 * native code, which holds its thread, leaves no milder way. The process has no environment and so no credentials, and
 * may open no file and start nothing.
 */

/** What became of a request. */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'overdue' }
  /** The process ended by itself, such as for lack of memory. */
  | { readonly kind: 'ended'; readonly how: string };

export interface KillableProcess {
  /** One request. Several at once have a process each. */
  readonly ask: (request: unknown, seconds: number) => Promise<Outcome>;
}

const MEGABYTES = 256;

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
        child.once('message', (answer) => finish({ kind: 'answered', answer }));
        child.once('exit', (code, signal) => finish({ kind: 'ended', how: signal ?? `exit code ${code}` }));
        child.once('error', (error) => {
          clearTimeout(timer);
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
