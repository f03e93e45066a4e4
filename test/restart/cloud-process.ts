import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', 'local', 'main.ts');

/** What SQLite's newness makes Node say. */
const EXPECTED_WARNING = /ExperimentalWarning|--trace-warnings/;

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
    const servers = [createServer(), createServer()] as const;
    const ports = await Promise.all(
      servers.map(async (server) => {
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const address = server.address();
        return typeof address === 'object' && address ? address.port : 0;
      }),
    );
    await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
    const [aws = 0, api = 0] = ports;
    return new CloudProcess(options, [aws, api]);
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
      if (!EXPECTED_WARNING.test(text)) this.#complaints.push(text.trim());
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

  async isUp(): Promise<boolean> {
    try {
      return (await fetch(`${this.apiUrl}/health`)).ok;
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
  }
}
