import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudControlClient, CreateResourceCommand } from '@aws-sdk/client-cloudcontrol';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type LocalCloud, startLocalCloud } from '../local/local-cloud.ts';
import { synthesize } from '../local/synthesis.ts';
import { PRICES } from './prices.ts';

/**
 * What a create costs when SageMaker takes 95 s: state transitions, polls, calls and Lambda runs, counted on a
 * clock that jumps over the waits, and what 1,000 of them cost at the list prices of us-east-1. X-Ray is left out:
 * its first 100,000 traces a month are free, and an operation is one.
 *
 *     npm run bench:workflow [-- RUNS]
 */

const RUNS = Number(process.argv[2] ?? 20);
const CREATE_SECONDS = 95;
const PROJECT = join(import.meta.dirname, '..');

/** A warm run waits for one or two answers of AWS: 0.15 s each is what is reckoned with here. */
const RUN_SECONDS = 0.3;
const MEMORY_GIGABYTES = 0.5;
/** Bytes that one run logs: its own lines, Lambda's platform lines, and the machine's share. */
const LOG_BYTES = 2_500;
/** A record is up to 2 KB, and its three indexes are written with it where they change. */
const UNITS_FOR_A_WRITE = 3;

const CLOUD_CONTROL = /^CloudApiService\./;
const WRITES = /^DynamoDB_20120810\.(Put|Update|Delete)Item$/;

interface Counts {
  readonly transitions: number;
  readonly polls: number;
  readonly requests: number;
  readonly invocations: number;
  readonly cloudControlCalls: number;
  readonly writes: number;
  readonly seconds: number;
}

const outdir = mkdtempSync(join(tmpdir(), 'bench-workflow-'));
try {
  await synthesize({ project: PROJECT, outdir });
  const cloud = await startLocalCloud({
    assembly: outdir,
    clock: { skipIdle: true },
    settings: { durations: { create: CREATE_SECONDS, update: 2 } },
  });
  try {
    await registerImage(cloud);
    report('without aliases', await series(cloud, () => ({})));
    // Aliases of its own each: those of an earlier run would have to be taken from its version.
    report(
      'with two aliases',
      await series(cloud, (run) => ({ Aliases: [`stable-${run}`, `latest-${run}`] })),
    );
  } finally {
    await cloud.stop();
  }
} finally {
  rmSync(outdir, { recursive: true });
}

async function registerImage(cloud: LocalCloud): Promise<void> {
  const client = new CloudControlClient(clientOptions(cloud));
  await client.send(
    new CreateResourceCommand({
      TypeName: 'AWS::SageMaker::Image',
      DesiredState: JSON.stringify({
        ImageName: 'bench',
        ImageRoleArn: 'arn:aws:iam::000000000000:role/image',
      }),
    }),
  );
  client.destroy();
  // Well over what SageMaker takes for an image.
  await cloud.clock.sleep(600_000);
}

async function series(cloud: LocalCloud, more: (run: number) => object): Promise<Counts[]> {
  const counts: Counts[] = [];
  for (let run = 0; run < RUNS; run += 1) counts.push(await create(cloud, more(run)));
  return counts;
}

async function create(cloud: LocalCloud, more: object): Promise<Counts> {
  const sfn = new SFNClient(clientOptions(cloud));
  const before = calls(cloud, CLOUD_CONTROL);
  const writesBefore = calls(cloud, WRITES);
  const { executionArn = '' } = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn: cloud.stateMachineArn('create-image-version-dev'),
      input: JSON.stringify({ properties: { ImageName: 'bench', BaseImage: 'registry/image:1', ...more } }),
    }),
  );
  await cloud.executions.settled(executionArn);
  sfn.destroy();
  const execution = cloud.executions.store.find(executionArn);
  if (execution?.status !== 'SUCCEEDED') throw new Error(`The create ended ${execution?.status}`);
  const result: { polls: number; requests: number; durationSeconds: number } = JSON.parse(
    execution.output ?? '{}',
  );
  return {
    transitions: execution.transitions,
    polls: result.polls,
    requests: result.requests,
    invocations: invocations(cloud, executionArn),
    cloudControlCalls: calls(cloud, CLOUD_CONTROL) - before,
    writes: calls(cloud, WRITES) - writesBefore,
    seconds: result.durationSeconds,
  };
}

function invocations(cloud: LocalCloud, executionArn: string): number {
  const events = cloud.executions.store.events(executionArn, false, 0, 25_000);
  return events.filter(({ type }) => type === 'LambdaFunctionScheduled').length;
}

function calls(cloud: LocalCloud, which: RegExp): number {
  return Object.entries(cloud.calls.counts())
    .filter(([name]) => which.test(name))
    .flatMap(([, outcomes]) => Object.values(outcomes))
    .reduce((sum, count) => sum + count, 0);
}

function clientOptions(cloud: LocalCloud) {
  return { endpoint: cloud.awsUrl, region: cloud.region, credentials: cloud.credentials };
}

function report(title: string, counts: readonly Counts[]): void {
  const mean = (pick: (count: Counts) => number) =>
    counts.reduce((sum, one) => sum + pick(one), 0) / counts.length;
  const transitions = mean((one) => one.transitions);
  const invoked = mean((one) => one.invocations);
  const cost = {
    'state transitions': transitions * PRICES.transition,
    'Lambda requests and time':
      invoked * (PRICES.invocation + RUN_SECONDS * MEMORY_GIGABYTES * PRICES.gigabyteSecond),
    'DynamoDB writes': mean((one) => one.writes) * UNITS_FOR_A_WRITE * PRICES.write,
    logs: (invoked * LOG_BYTES * PRICES.logGigabyte) / 2 ** 30,
  };
  const total = Object.values(cost).reduce((sum, one) => sum + one, 0);
  const line = (name: string, value: string) =>
    process.stdout.write(`  ${name.padEnd(28)}${value.padStart(10)}\n`);
  process.stdout.write(
    `\nA create that takes SageMaker ${CREATE_SECONDS} s, ${title} (mean of ${counts.length})\n`,
  );
  line('state transitions', transitions.toFixed(1));
  line('polls', mean((one) => one.polls).toFixed(1));
  line('Cloud Control requests', mean((one) => one.requests).toFixed(1));
  line('Cloud Control calls', mean((one) => one.cloudControlCalls).toFixed(1));
  line('Lambda runs', invoked.toFixed(1));
  line('DynamoDB writes', mean((one) => one.writes).toFixed(1));
  line('seconds to the end', mean((one) => one.seconds).toFixed(1));
  process.stdout.write('  cost of 1,000\n');
  for (const [name, dollars] of Object.entries(cost)) line(`  ${name}`, `$${(dollars * 1000).toFixed(3)}`);
  line('  all', `$${(total * 1000).toFixed(2)}`);
}
