import { type LocalCloud, startLocalCloud } from '../../../local/local-cloud.ts';
import { FuzzClient } from './client.ts';
import { Contract } from './contract.ts';
import { readDocument } from './document.ts';
import type { FuzzParts } from './fuzzer.ts';
import { ValidRequests } from './valid.ts';
import { FuzzWorld } from './world.ts';
import { WriteLog } from './writes.ts';

/**
 * The clock runs so many times faster. The stage's throttle, 50 requests a second, counts the clock's seconds as well:
 * it stands, and is out of the way. Not faster: the API's own limit of 25 s to an answer does, too, and code does not
 * run faster when the clock does.
 */
const SPEED = 8;

/** A local cloud in which there is something, and what is needed to fuzz it. */
export interface FuzzedCloud extends FuzzParts {
  readonly cloud: LocalCloud;
  /** Errors of the local cloud itself. */
  readonly unexpected: readonly unknown[];
  stop(): Promise<void>;
}

export async function startFuzzedCloud(assembly: string): Promise<FuzzedCloud> {
  const writes = new WriteLog();
  const unexpected: unknown[] = [];
  const cloud = await startLocalCloud({
    assembly,
    clock: { speed: SPEED },
    aroundCalls: writes.middleware,
    onUnexpected: (error) => unexpected.push(error),
  });
  const client = new FuzzClient(cloud.apiUrl);
  const stop = async () => {
    client.close();
    await cloud.stop();
  };
  try {
    const response = await fetch(`${cloud.apiUrl}/openapi.json`);
    const document = readDocument(await response.json());
    const world = new FuzzWorld(cloud, client);
    await world.prepare();
    // As long as SageMaker takes, so that there is something to be cancelled.
    cloud.settings.change({ durations: { create: 95, update: 20, delete: 20 } });
    writes.take();
    return {
      cloud,
      client,
      contract: new Contract(document),
      valid: new ValidRequests(world, document.components.schemas),
      world,
      writes,
      sleep: (milliseconds) => cloud.clock.sleep(milliseconds),
      unexpected,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
