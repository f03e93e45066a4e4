import type { CloudProcess } from './cloud-process.ts';

/** When the local cloud is killed, in milliseconds of the machine. */
export interface Moments {
  /** From its first start. */
  readonly first: number;
  /** From its start after that; undefined: it is left alone. */
  readonly second: number | undefined;
}

/** Of what a restart takes: a second kill falls into it, or soon after. */
const RESTART_MS = 2_500;
const SHARE_KILLED_TWICE = 0.3;

/** @param length of the scenario that nobody disturbs; the first kill falls anywhere in it, coming up and going quiet too */
export function momentsOf(seed: number, length: number): Moments {
  const next = generator(seed);
  const first = next() * length;
  const twice = next() < SHARE_KILLED_TWICE;
  const second = next() * RESTART_MS;
  return { first, second: twice ? second : undefined };
}

/** Kills it and starts it again, and comes back when it has been left alone. `hurry` kills it at once. */
export async function killAt(cloud: CloudProcess, moments: Moments, hurry: AbortSignal): Promise<void> {
  await passed(moments.first, hurry);
  await cloud.kill();
  cloud.launch();
  if (moments.second === undefined) return;
  await passed(moments.second);
  await cloud.kill();
  cloud.launch();
}

function passed(milliseconds: number, hurry?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const now = () => {
      clearTimeout(timer);
      resolve();
    };
    if (hurry?.aborted) now();
    hurry?.addEventListener('abort', now, { once: true });
  });
}

/** mulberry32: chance enough to choose moments by, and the same for the same seed. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
