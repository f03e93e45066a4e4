import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tour } from '../../examples/demo/tour.ts';
import { CloudProcess } from './cloud-process.ts';
import { breaches } from './invariants.ts';
import { killAt, type Moments } from './killer.ts';
import { observe } from './observing.ts';
import { placeOrders } from './orders.ts';
import { persistentStage } from './persistent-stage.ts';
import { comesToRest } from './rest.ts';

/** Of the local cloud's time: the sweeper's minute is then three seconds. */
const SPEED = 20;

export interface Outcome {
  /** A sentence for everything that is not as it should be. */
  readonly wrong: readonly string[];
  /** From the first start until all has come to rest. */
  readonly milliseconds: number;
}

/** Runs the demo's tour and orders beside it against a local cloud of its own. @param moments @default - nobody kills it */
export async function runOnce(assembly: string, moments?: Moments): Promise<Outcome> {
  const dataDir = mkdtempSync(join(tmpdir(), 'restart-'));
  const said: string[] = [];
  const cloud = await CloudProcess.on({ assembly, dataDir, speed: SPEED });
  const stage = persistentStage(cloud, (text) => said.push(text));
  const began = performance.now();
  const over = new AbortController();
  cloud.launch();
  const killed = moments ? killAt(cloud, moments, over.signal) : Promise.resolve();
  try {
    const [asExpected, accepted] = await Promise.all([tour(stage), placeOrders(stage)]);
    // It may fall where all has been done already.
    await killed;
    const left = await comesToRest(stage);
    const milliseconds = performance.now() - began;
    const observed = await observe(stage, accepted);
    const wrong = [...left, ...breaches(observed), ...cloud.complaints];
    if (asExpected) return { wrong, milliseconds };
    // What the tour says of operations is too little to find out why.
    const operations = observed.operations.map((one) => JSON.stringify(one));
    return { wrong: [...wrong, said.join('\n'), ...operations], milliseconds };
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      wrong: [failure, ...cloud.complaints, said.join('\n')],
      milliseconds: performance.now() - began,
    };
  } finally {
    // Else it would be started again after this.
    over.abort();
    await killed;
    await cloud.kill();
    rmSync(dataDir, { recursive: true });
  }
}
