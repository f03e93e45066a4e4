import { createHash } from 'node:crypto';
import type { Operation } from './operation.ts';

/**
 * The ClientToken of the request that the operation is about to send. It is made from the execution (which
 * bears the operation's id), the step, its attempt, and how many requests came before (a step may come round
 * again), and the patch that is fixed before it is sent: a Lambda that is run again sends the same request, a new attempt another one. Hashed, because execution names may hold characters that a
 * token may not, and because two stages in one account may run operations of the same id.
 *
 * @returns 64 of [0-9a-f]; Cloud Control takes 1–128 of [-A-Za-z0-9+/=] and remembers them for 36 hours
 */
export function clientToken(operation: Operation): string {
  const { execution, step, requests, phase } = operation;
  const patch = phase.name === 'send' ? phase.patch : undefined;
  return createHash('sha256')
    .update(JSON.stringify([execution.arn, step.work.name, step.attempt, requests.length, patch ?? null]))
    .digest('hex');
}
