import { spawn } from 'node:child_process';
import type { LocalCloud } from './local-cloud.ts';

/** A script that works against the local cloud in a process of its own, and knows it by its addresses alone. */
export interface Script {
  /** Its exit status. `null` after a signal. */
  readonly ended: Promise<number | null>;
  stop(): void;
}

/** Runs a script with the variables that AWS SDKs and the command line read. What it prints is printed. */
export function runScript(file: string, { awsUrl, apiUrl, region, credentials }: LocalCloud): Script {
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: awsUrl,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      IMAGE_VERSIONS_API: apiUrl,
    },
  });
  return {
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    }),
    stop: () => void child.kill(),
  };
}
