import { join } from 'node:path';
import { CommandLineError, parseCommandLine, USAGE } from './command-line.ts';
import { makeDataDirectory } from './data-directory.ts';
import { refuseTakenPorts } from './free-ports.ts';
import { type LocalCloud, startLocalCloud } from './local-cloud.ts';
import { runScript, type Script } from './script.ts';
import { SynthesisError, synthesize } from './synthesis.ts';

/** `npm start`: the local cloud, until Ctrl-C. */

const PROJECT = join(import.meta.dirname, '..');
/** It uses the addresses alone: the local cloud knows nothing of the app that it runs. */
const EXAMPLE = join(PROJECT, 'examples', 'seed.ts');

/** What runs until Ctrl-C. */
interface Started {
  readonly cloud: LocalCloud;
  /** Fills the local cloud. `undefined` without `--example`. */
  readonly example: Script | undefined;
}

async function start(args: readonly string[]): Promise<Started | undefined> {
  const command = parseCommandLine(args);
  if (!command) {
    console.log(USAGE);
    return undefined;
  }
  // First, for to synthesize the app takes seconds.
  await refuseTakenPorts({ '--aws-port': command.awsPort, '--api-port': command.apiPort });
  if (command.dataDir) makeDataDirectory(command.dataDir);
  const assembly = command.assembly ?? join(PROJECT, 'cdk.out');
  if (!command.assembly) {
    const context = command.regions ? { regions: command.regions } : {};
    await synthesize({ project: PROJECT, outdir: assembly, context });
  }
  const cloud = await startLocalCloud({
    assembly,
    region: command.region,
    awsPort: command.awsPort,
    apiPort: command.apiPort,
    clock: { speed: command.speed },
    settings: { durations: command.durations },
    ...(command.dataDir ? { dataDir: command.dataDir } : {}),
    ...(command.verbose
      ? { onLog: ({ functionName, text }) => console.error(`${functionName}: ${text}`) }
      : {}),
  });
  console.log(`AWS ${cloud.awsUrl}`);
  console.log(`API ${cloud.apiUrl}`);
  for (const { name, arn } of cloud.assembly.stateMachines) console.log(`${name}  ${arn}`);
  console.log(`Settings, faults and calls: ${cloud.awsUrl}/_local/ · Ctrl-C stops it`);
  return { cloud, example: command.example ? runScript(EXAMPLE, cloud) : undefined };
}

try {
  const started = await start(process.argv.slice(2));
  if (started) {
    const { cloud, example } = started;
    let stopping = false;
    const stop = () => {
      // A second Ctrl-C does not wait for what runs.
      if (stopping) process.exit(130);
      stopping = true;
      example?.stop();
      cloud.stop().catch((error: unknown) => {
        console.error(error);
        process.exitCode = 1;
      });
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    const status = await example?.ended;
    if (status && !stopping)
      console.error('The example is not complete: its script failed. The local cloud runs on.');
  }
} catch (error) {
  if (!(error instanceof CommandLineError || error instanceof SynthesisError || error instanceof Error))
    throw error;
  console.error(
    error instanceof CommandLineError ? error.message : `The local cloud did not start. ${error.message}`,
  );
  process.exitCode = 1;
}
