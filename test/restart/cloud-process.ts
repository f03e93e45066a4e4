import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', 'local', 'main.ts');

/**
 * Below the ports that systems lend to clients: while the cloud is down its callers go on asking, and one of them could be
 * lent the very port that it is to come back on.
 */
const PORTS = { first: 20_000, count: 10_000 };

export interface CloudProcessOptions {
  readonly assembly: string;
  readonly dataDir: string;
  readonly speed: number;
}

/** The local cloud in a process of its own, which can be killed as it stands and started again where it was. */
export class CloudProcess {
  readonly awsUrl: string;
  readonly apiUrl: string;
  readonly #options: CloudProcessOptions;
  readonly #ports: readonly [aws: number, api: number];
  readonly #complaints: string[] = [];
  #child: ChildProcess | undefined;
  #killing = false;

  private constructor(options: CloudProcessOptions, ports: readonly [number, number]) {
    this.#options = options;
    this.#ports = ports;
    this.awsUrl = `http://127.0.0.1:${ports[0]}`;
    this.apiUrl = `http://127.0.0.1:${ports[1]}`;
  }

  /** On ports that it keeps from one life to the next, so that its callers find it again. */
  static async on(options: CloudProcessOptions): Promise<CloudProcess> {
    const aws = await freePort();
    return new CloudProcess(options, [aws, await freePort(aws)]);
  }

  /** What it said that it should not have, and how it died where nobody killed it. */
  get complaints(): readonly string[] {
    return this.#complaints;
  }

  /** Comes back at once: it may be killed before it has come up. */
  launch(): void {
    const { assembly, dataDir, speed } = this.#options;
    const [aws, api] = this.#ports.map(String);
    const options = { assembly, data: dataDir, speed, 'aws-port': aws, 'api-port': api };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    this.#killing = false;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints.push(text.trim());
    });
    child.once('exit', (status, signal) => {
      if (!this.#killing) this.#complaints.push(`It ended by itself: status ${status}, signal ${signal}`);
    });
  }

  /** As the kernel does it: nothing in the process hears of it. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    this.#killing = true;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}

async function freePort(taken?: number): Promise<number> {
  for (;;) {
    const port = PORTS.first + randomInt(PORTS.count);
    if (port !== taken && (await isFree(port))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
