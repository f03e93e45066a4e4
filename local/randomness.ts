import { randomUUID } from 'node:crypto';

/** Where ids and jitter come from, so that a test can say what they are. */
export interface Randomness {
  /** A number from 0 up to, not including, 1. */
  next(): number;
  uuid(): string;
}

export const systemRandomness: Randomness = { next: () => Math.random(), uuid: () => randomUUID() };
