import { join } from 'node:path';
import { startLocalCloud } from '../../local/local-cloud.ts';
import { synthesize } from '../../local/synthesis.ts';
import { Progress } from './progress.ts';
import { tour } from './tour.ts';

/** The tour on embedded parts. Exit status 0 only when all of it ended as it should. */

const PROJECT = join(import.meta.dirname, '..', '..');
/** The local cloud's time runs this much faster; its waits and durations shrink with it. */
const SPEED = 4;

async function main(): Promise<boolean> {
  const assembly = join(PROJECT, 'cdk.out');
  say('Synthesizing the CDK app (cdk.out is what runs here, and what cdk deploy would deploy) …');
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
    });
  } finally {
    await cloud.stop();
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

process.exitCode = (await main()) ? 0 : 1;
