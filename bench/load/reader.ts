import { parentPort, workerData } from 'node:worker_threads';
import type { ReaderStart, ReadFigures, ToReader } from './reader-messages.ts';

/**
 * Reads the API at a steady rate, in a thread of its own so that the load does not measure itself. A read that is due is
 * made whether the ones before are answered or not, and its time counts from when it was due.
 */

const { apiUrl, perSecond, images }: ReaderStart = workerData;
const whileAccepting: number[] = [];
const afterwards: number[] = [];
let latencies = whileAccepting;
const statuses: Record<string, number> = {};
const underWay = new Set<Promise<void>>();
const began = performance.now();
let ids: readonly string[] = [];
let due = began;
let count = 0;
let stopped = false;

/** What people and dashboards ask: how one operation stands, an image's queue, a version, the latest operations. */
function nextPath(): string {
  count += 1;
  const image = images[(count * 7) % images.length];
  switch (count % 10) {
    case 0:
    case 1:
      return `/operations?image=${image}&limit=20`;
    case 2:
    case 3:
      return `/images/${image}/versions/1`;
    case 4:
      return '/operations?limit=20';
    default: {
      const id = ids[(count * 13) % ids.length];
      return id === undefined ? `/operations?image=${image}&limit=20` : `/operations/${id}`;
    }
  }
}

async function read(dueAt: number): Promise<void> {
  const among = latencies;
  const status = await fetch(`${apiUrl}${nextPath()}`)
    .then(async (response) => {
      await response.arrayBuffer();
      return String(response.status);
    })
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  among.push(performance.now() - dueAt);
  statuses[status] = (statuses[status] ?? 0) + 1;
}

function tick(): void {
  if (stopped) return;
  for (; due <= performance.now(); due += 1000 / perSecond) {
    const one = read(due);
    underWay.add(one);
    void one.finally(() => underWay.delete(one));
  }
  setTimeout(tick, Math.max(0, due - performance.now()));
}

parentPort?.on('message', async (message: ToReader) => {
  switch (message.kind) {
    case 'accepted':
      ids = message.ids;
      latencies = afterwards;
      break;
    case 'stop': {
      stopped = true;
      await Promise.all(underWay);
      const seconds = (performance.now() - began) / 1000;
      parentPort?.postMessage({ whileAccepting, afterwards, statuses, seconds } satisfies ReadFigures);
      parentPort?.close();
      break;
    }
    default:
      message satisfies never;
  }
});
tick();
