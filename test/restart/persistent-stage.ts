import type { Stage } from '../../examples/demo/stage.ts';
import type { CloudProcess } from './cloud-process.ts';

/** Far longer than it takes to come back twice. */
const PATIENCE_MS = 60_000;
const ASK_AGAIN_MS = 100;

/** The demo's stage on a local cloud that may die at any moment: what fails is done again until it is done. */
export function persistentStage(cloud: CloudProcess, say: (text: string) => void): Stage {
  const { awsUrl, apiUrl } = cloud;
  return {
    awsUrl,
    apiUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    stateMachineArn: (name) => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`,
    addFault: async (rule) => {
      // Under a name of its own, so that it is there once, however often it is told.
      const body = JSON.stringify({ id: 'demo', ...rule });
      await surely(async () => {
        const response = await fetch(`${awsUrl}/_local/faults`, { method: 'POST', body });
        if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
      });
    },
    surely,
    progress: {
      update: () => undefined,
      end: (title, mark, text) => say(`${mark} ${title}  ${text}`),
      finish: () => undefined,
    },
    say,
  };
}

/** @throws what it failed with last, where it cannot be done for a long time */
async function surely<Result>(work: () => Promise<Result>): Promise<Result> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }
}
