import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** The command as its users run it: a process of its own, through its launcher. */

const LAUNCHER = join(__dirname, '..', '..', 'cli', 'main.js');

export interface Ended {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CommandOptions {
  /** Added to an environment that has nothing of AWS and no address of an API. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. @default - nothing */
  readonly input?: string | Uint8Array;
  /** Whoever reads standard output and standard error is gone before anything is written, as behind `| head -0`. */
  readonly unread?: true;
}

/** A command that runs. */
export interface Running {
  readonly ended: Promise<Ended>;
  interrupt(): void;
}

export function start(
  args: readonly string[],
  { env = {}, input = '', unread }: CommandOptions = {},
): Running {
  const child = spawn(process.execPath, [LAUNCHER, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  if (unread) for (const stream of [child.stdout, child.stderr]) stream.destroy();
  const ended = Promise.all([
    unread ? '' : text(child.stdout),
    unread ? '' : text(child.stderr),
    once(child, 'exit'),
  ]).then(([out, err]) => ({ exit: child.exitCode, out, err }));
  return { ended, interrupt: () => child.kill('SIGINT') };
}

export function command(args: readonly string[], options?: CommandOptions): Promise<Ended> {
  return start(args, options).ended;
}
