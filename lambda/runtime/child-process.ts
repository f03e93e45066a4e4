import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Work that has to be stopped whatever it does. It runs in a process of its own, which is killed when its time is up:
 * native code, which holds its thread, leaves no milder way. It is killed too when it takes too much memory. The
 * process has no environment and so no credentials, and may open no file and start nothing.
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

/**
 * A process may take so much, of the 1024 of the function: two tables of 20,000 rows take 226, and what asks for them
 * has as much again.
 */
const MEGABYTES = 448;
/**
 * Whatever has grown beyond this is ended after its answer, since it would keep what it took and the next request
 * would find less. Its start takes some 50.
 */
const KEPT_MEGABYTES = 100;
const WATCHED_EACH_MS = 20;

/**
 * @param source JavaScript that makes a function, from a request to its answer. It may use `require`, and has no
 * effect but its answer: a request may be done twice
 */
export function killableProcess(source: string): KillableProcess {
  // One is kept: to start one costs some 40 ms.
  let idle: ChildProcess | undefined;
  const busy = new Set<ChildProcess>();
  process.on('exit', () => {
    for (const child of busy) child.kill('SIGKILL');
  });

  const keep = (child: ChildProcess) => {
    idle = child;
    const forget = () => {
      if (idle === child) idle = undefined;
    };
    for (const event of ENDINGS) child.on(event, forget);
    // Whoever waits for nothing else may end.
    child.unref();
    child.channel?.unref();
  };

  /** The one that is kept, if it is still there. */
  const taken = (): ChildProcess | undefined => {
    const child = idle;
    idle = undefined;
    if (!child?.connected) return undefined;
    for (const event of ENDINGS) child.removeAllListeners(event);
    child.ref();
    child.channel?.ref();
    return child;
  };

  const ask = (child: ChildProcess, request: unknown, seconds: number): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      busy.add(child);
      const stop = () => {
        clearTimeout(timer);
        clearInterval(watch);
        for (const event of ['message', ...ENDINGS]) child.removeAllListeners(event);
        busy.delete(child);
      };
      const finish = (outcome: Outcome) => {
        stop();
        if (outcome.kind === 'answered' && !idle && megabytesOf(child) <= KEPT_MEGABYTES) keep(child);
        else end(child);
        resolve(outcome);
      };
      const timer = setTimeout(() => finish({ kind: 'overdue' }), seconds * 1000);
      const watch = setInterval(() => {
        if (megabytesOf(child) > MEGABYTES) finish({ kind: 'oversized' });
      }, WATCHED_EACH_MS);
      child.once('message', (answer) => finish({ kind: 'answered', answer }));
      child.once('exit', (code, signal) => finish({ kind: 'ended', how: signal ?? `exit code ${code}` }));
      child.once('error', (error) => {
        stop();
        end(child);
        reject(error);
      });
      child.send(request as object, (error) => {
        // That it has ended is told by itself.
        if (error && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      });
    });

  return {
    ask: async (request, seconds) => {
      const kept = taken();
      const outcome = kept && (await ask(kept, request, seconds));
      // One that was kept may have died with nobody having been told: that says nothing of the request.
      return outcome && outcome.kind !== 'ended' ? outcome : ask(start(source), request, seconds);
    },
  };
}

/** What tells that a process is none any more. */
const ENDINGS = ['exit', 'error', 'disconnect'] as const;

/** Whatever else such a process says, nobody waits for it. */
function end(child: ChildProcess): void {
  child.on('error', () => undefined);
  child.kill('SIGKILL');
  child.unref();
  child.channel?.unref();
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
