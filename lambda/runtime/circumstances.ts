import type { Circumstances } from '../core/ports.ts';

/** The real time and real chance. */
export const circumstances: Circumstances = { now: () => Date.now(), random: () => Math.random() };
