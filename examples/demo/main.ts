import { join } from 'node:path';
import { startLocalCloud } from '../../local/local-cloud.ts';
import { synthesize } from '../../local/synthesis.ts';
import { Progress } from './progress.ts';
import { coloured, wrapped } from './text.ts';
import { tour } from './tour.ts';

/** The tour on embedded parts. Exit status 0 only when all of it ended as it should. */

const PROJECT = join(import.meta.dirname, '..', '..');
/** The local cloud's time runs this much faster; its waits and durations shrink with it. */
const SPEED = 4;

async function main(): Promise<boolean> {
  const assembly = join(PROJECT, 'cdk.out');
  say('Synthesizing the CDK app to cdk.out, which is what cdk deploy deploys …');
  await synthesize({ project: PROJECT, outdir: assembly });
  const cloud = await startLocalCloud({ assembly, clock: { speed: SPEED } });
  try {
    say(`The local cloud is up at ${cloud.awsUrl}, its time ${SPEED} times as fast.\n`);
    const { awsUrl, apiUrl, region, credentials, stateMachineArn } = cloud;
    return await tour({
      awsUrl,
      apiUrl,
      region,
      credentials,
      stateMachineArn,
      addFault: async (rule) => void cloud.faults.add(rule),
      surely: (work) => work(),
      progress: new Progress(process.stdout),
      say,
      width: process.stdout.columns,
    });
  } finally {
    await cloud.stop();
  }
}

function say(text: string): void {
  const shown = wrapped(text, process.stdout.columns);
  process.stdout.write(
    `${shown.replace(/^( *)✓/gm, (_, indent) => indent + coloured('green', '✓', process.stdout))}\n`,
  );
}

process.exitCode = (await main()) ? 0 : 1;
