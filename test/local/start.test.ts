import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateImageCommand, ListImageVersionsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { assemblyDirectory } from '../synthesized.ts';

/** The local cloud as its users start it: a process of its own, told by its command line, killed as it stands. */

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

interface Cloud {
  readonly child: ChildProcess;
  readonly aws: string;
  readonly api: string;
}

function launch(...options: readonly string[]): ChildProcess {
  const main = join(__dirname, '..', '..', 'local', 'main.ts');
  const child = spawn(process.execPath, [main, '--assembly', assemblyDirectory(), ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  return child;
}

/** Everything that a process prints until it has ended. */
async function output(child: ChildProcess): Promise<{ status: number | null; text: string }> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [status] = await once(child, 'close');
  return { status: typeof status === 'number' ? status : null, text };
}

async function start(...options: readonly string[]): Promise<Cloud> {
  const child = launch('--aws-port', '0', '--api-port', '0', ...options);
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    const aws = /^AWS (http:\/\/127\.0\.0\.1:\d+)$/m.exec(text)?.[1];
    const api = /^API (http:\/\/127\.0\.0\.1:\d+)$/m.exec(text)?.[1];
    if (aws && api) return { child, aws, api };
  }
  throw new Error(`It ended before it was ready: ${text}`);
}

function options(endpoint: string) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

test('prints both addresses, answers on them, and stops cleanly on Ctrl-C', async () => {
  const { child, aws, api } = await start();
  expect((await fetch(`${aws}/_local/`)).status).toBe(200);
  const unknown = await fetch(`${api}/nothing-here`);
  expect({ status: unknown.status, body: await unknown.json() }).toEqual({
    status: 404,
    body: { message: 'Not Found' },
  });
  child.kill('SIGINT');
  expect((await once(child, 'exit'))[0]).toBe(0);
});

test('a taken port is told in a sentence', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = String(typeof address === 'object' ? address?.port : '');
  const onAws = await output(launch('--aws-port', port, '--api-port', '0'));
  const onApi = await output(launch('--aws-port', '0', '--api-port', port));
  taken.close();
  for (const { status, text } of [onAws, onApi]) {
    expect(status).toBe(1);
    expect(text).toMatch(new RegExp(`Port ${port}.*`));
    expect(text).not.toContain('    at ');
  }
});

test('an option that cannot be used is told in a sentence', async () => {
  const { status, text } = await output(launch('--speed', 'fast'));
  expect({ status, text }).toEqual({
    status: 1,
    text: '--speed: given "fast", wanted a number above 0 and at most 10000.\n',
  });
});

test('with --data, a workflow that was cut off by kill -9 goes on where it was', async () => {
  const data = mkdtempSync(join(tmpdir(), 'local-cloud-data-'));
  try {
    const first = await start('--data', data, '--speed', '20', '--durations', 'create=60');
    const sageMaker = new SageMakerClient(options(first.aws));
    const sfn = new SFNClient(options(first.aws));
    const RoleArn = 'arn:aws:iam::000000000000:role/image';
    await sageMaker.send(new CreateImageCommand({ ImageName: 'kept', RoleArn }));
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:create-image-version-dev',
        input: JSON.stringify({ properties: { ImageName: 'kept', BaseImage: 'registry/image:1' } }),
      }),
    );
    while ((await callsOf(first.aws, 'GetResourceRequestStatus')) === 0) await turn();
    sageMaker.destroy();
    sfn.destroy();
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const second = await start('--data', data, '--speed', '200', '--durations', 'create=60');
    const again = new SFNClient(options(second.aws));
    let execution = await again.send(new DescribeExecutionCommand({ executionArn }));
    while (execution.status === 'RUNNING') {
      await turn();
      execution = await again.send(new DescribeExecutionCommand({ executionArn }));
    }
    expect(execution).toMatchObject({ status: 'SUCCEEDED' });
    expect(JSON.parse(execution.output ?? '')).toMatchObject({ effect: 'created', version: 1 });
    const versions = new SageMakerClient(options(second.aws));
    const { ImageVersions } = await versions.send(new ListImageVersionsCommand({ ImageName: 'kept' }));
    expect(ImageVersions).toMatchObject([{ Version: 1, ImageVersionStatus: 'CREATED' }]);
    again.destroy();
    versions.destroy();
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});

async function callsOf(aws: string, operation: string): Promise<number> {
  const answer = await fetch(`${aws}/_local/calls`);
  const { counts }: { counts: Record<string, Record<string, number>> } = JSON.parse(await answer.text());
  return Object.values(counts[`CloudApiService.${operation}`] ?? {}).reduce((sum, count) => sum + count, 0);
}

/** Lets the other process work for a moment before it is asked again. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
