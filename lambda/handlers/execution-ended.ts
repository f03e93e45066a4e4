import * as z from 'zod/mini';
import { reconcile } from '../core/queue/reconcile.ts';
import { discreetly } from '../runtime/discreet.ts';
import { logger } from '../runtime/logger.ts';
import { queuePorts } from './queue-ports.ts';

const ports = queuePorts();

/** What matters of EventBridge's `Step Functions Execution Status Change`. Source: the Step Functions guide. */
const StatusChange = z.object({
  detail: z.object({
    executionArn: z.string(),
    name: z.string(),
    status: z.string(),
    output: z.optional(z.nullable(z.string())),
    error: z.optional(z.nullable(z.string())),
    cause: z.optional(z.nullable(z.string())),
  }),
});

/**
 * Settles what an execution could not settle itself: one that was stopped, that timed out or died. After an
 * ordinary end there is nothing left to do. May come late, several times, or not at all: then the sweeper does it.
 */
export const handler = discreetly(async (event: unknown): Promise<void> => {
  const { executionArn, name, status, output, error, cause } = StatusChange.parse(event).detail;
  logger.info('execution ended', { operationId: name, status });
  const state = {
    status,
    ...(output ? { output } : {}),
    ...(error ? { error } : {}),
    ...(cause ? { cause } : {}),
  };
  await reconcile(name, executionArn, state, ports);
});
