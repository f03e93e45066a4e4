import { cloudControl } from '../adapters/cloud-control.ts';
import { sageMaker } from '../adapters/sagemaker.ts';
import { sweep } from '../core/queue/sweep.ts';
import { circumstances } from '../runtime/circumstances.ts';
import { discreetly } from '../runtime/discreet.ts';
import { logger, report } from '../runtime/logger.ts';
import { queuePorts } from './queue-ports.ts';

const ports = { ...queuePorts(), requests: cloudControl(), versions: sageMaker(), report };

/** Of the minute until the next sweep: what is left undone then is the next one's. */
const SWEEP_MS = 50_000;

/** Each minute: takes up what was forgotten. Fails where an operation could not be mended, so that an alarm rings. */
export const handler = discreetly(async (): Promise<void> => {
  const swept = await sweep(ports, circumstances.now() + SWEEP_MS);
  logger.info('swept', { ...swept });
  if (swept.failed > 0) {
    throw new Error(
      `${swept.failed} of ${swept.looked} open operations could not be mended; the log names them`,
    );
  }
});
