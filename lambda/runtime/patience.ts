import { setTimeout } from 'node:timers/promises';
import { circumstances } from './circumstances.ts';

/** Waits in real time. */
export const patience = {
  now: circumstances.now,

  sleep: async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    try {
      await setTimeout(milliseconds, undefined, signal ? { signal } : {});
    } catch (error) {
      // Ending early is what the signal is for.
      if (!signal?.aborted) throw error;
    }
  },
};
