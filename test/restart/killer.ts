import { Dice } from '../fixtures/dice.ts';
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
  const dice = new Dice(seed);
  const first = dice.next() * length;
  const twice = dice.chance(SHARE_KILLED_TWICE);
  const second = dice.next() * RESTART_MS;
  return { first, second: twice ? second : undefined };
}

/** Kills it and starts it again, and comes back when it has been left alone, or when that is called off. */
export async function killAt(
  cloud: CloudProcess,
  { first, second }: Moments,
  calledOff: AbortSignal,
): Promise<void> {
  for (const moment of second === undefined ? [first] : [first, second]) {
    if (!(await passed(moment, calledOff))) return;
    await cloud.kill();
    cloud.launch();
  }
}

/** @returns false where it is called off before */
function passed(milliseconds: number, calledOff: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (calledOff.aborted) return resolve(false);
    const callOff = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      calledOff.removeEventListener('abort', callOff);
      resolve(true);
    }, milliseconds);
    calledOff.addEventListener('abort', callOff, { once: true });
  });
}
