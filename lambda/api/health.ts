import { type Answer, json } from './answer.ts';
import type { HealthShape } from './shapes.ts';
import { type Patience, within } from './waiting.ts';

/** A part that the API stands on: does it answer? */
export interface Part {
  readonly name: string;
  readonly ask: () => Promise<unknown>;
}

/** Milliseconds that a part may take to answer. */
const LONGEST = 5_000;

/** Asks every part at the same time: 200 where all of them answer, 503 where one does not. */
export async function health(parts: readonly Part[], patience: Patience): Promise<Answer> {
  const told = await Promise.all(parts.map((part) => partHealth(part, patience)));
  const status = told.every((part) => part.status === 'ok') ? 'ok' : 'failing';
  const shape: HealthShape = { status, parts: told };
  return json(status === 'ok' ? 200 : 503, shape);
}

async function partHealth({ name, ask }: Part, patience: Patience): Promise<HealthShape['parts'][number]> {
  const began = patience.now();
  const error = await within(LONGEST, failureOf(ask), () => TOO_LATE, patience);
  const milliseconds = Math.max(0, Math.round(patience.now() - began));
  if (!error) return { name, status: 'ok', milliseconds };
  return { name, status: 'failing', milliseconds, error };
}

const TOO_LATE = { name: 'NoAnswer', message: `It did not answer within ${LONGEST / 1000} s` };

interface Failure {
  readonly name: string;
  readonly message: string;
}

/** Whatever a part fails with is what is to be told of it. */
async function failureOf(ask: () => Promise<unknown>): Promise<Failure | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { name: error.name, message: error.message };
  }
}
