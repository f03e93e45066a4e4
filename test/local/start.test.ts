import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateImageCommand, ListImageVersionsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { CloudCommand } from '../fixtures/cloud-command.ts';

/** The local cloud as its users start it: a process of its own, told by its command line, killed as it stands. */

const started: CloudCommand[] = [];
afterEach(() => Promise.all(started.splice(0).map((command) => command.kill())));

function launch(...options: readonly string[]): CloudCommand {
  const command = new CloudCommand(...options);
  started.push(command);
  return command;
}

async function start(...options: readonly string[]) {
  const command = launch('--aws-port', '0', '--api-port', '0', ...options);
  return { command, ...(await command.ready()) };
}

function options(endpoint: string) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

test('prints both addresses, answers on them, and stops cleanly on Ctrl-C', async () => {
  const { command, aws, api } = await start();
  expect((await fetch(`${aws}/_local/`)).status).toBe(200);
  const unknown = await fetch(`${api}/nothing-here`);
  expect({ status: unknown.status, body: await unknown.json() }).toEqual({
    status: 404,
    body: { message: 'Not Found' },
  });
  command.child.kill('SIGINT');
  expect(await command.ended).toBe(0);
});

test('a taken port is told in a sentence', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = String(typeof address === 'object' ? address?.port : '');
  const onAws = launch('--aws-port', port, '--api-port', '0');
  const onApi = launch('--aws-port', '0', '--api-port', port);
  const statuses = await Promise.all([onAws.ended, onApi.ended]);
  taken.close();
  expect(statuses).toEqual([1, 1]);
  for (const { printed } of [onAws, onApi]) {
    expect(printed).toContain(`Port ${port}`);
    expect(printed).not.toContain('    at ');
  }
});

test('a taken port is reported before anything that takes time is begun', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = String(typeof address === 'object' ? address?.port : '');
  // An assembly that does not exist is what would be reported next.
  const command = launch('--aws-port', '0', '--api-port', port, '--assembly', 'none');
  expect(await command.ended).toBe(1);
  taken.close();
  expect(command.printed).toBe(
    `The local cloud did not start. Port ${port} of 127.0.0.1 is taken: stop what uses it, or choose another one with --api-port (0 takes a free one).\n`,
  );
});

test('a data directory that cannot be used is reported before anything that takes time is begun', async () => {
  // An assembly that does not exist is what would be reported next.
  const command = launch('--aws-port', '0', '--api-port', '0', '--data', __filename, '--assembly', 'none');
  expect(await command.ended).toBe(1);
  expect(command.printed).toBe(
    `The local cloud did not start. ${__filename} cannot be used as a directory (EEXIST): choose another one with --data.\n`,
  );
});

test('an option that cannot be used is told in a sentence', async () => {
  const command = launch('--speed', 'fast');
  expect(await command.ended).toBe(1);
  expect(command.printed).toBe('--speed: given "fast", wanted a number above 0 and at most 10000.\n');
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
    await first.command.kill();

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
