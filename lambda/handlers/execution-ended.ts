import * as z from 'zod/mini';
import { sageMaker } from '../adapters/sagemaker.ts';
import { reconcile } from '../core/queue/reconcile.ts';
import { discreetly } from '../runtime/discreet.ts';
import { logger } from '../runtime/logger.ts';
import { queuePorts } from './queue-ports.ts';

const ports = { ...queuePorts(), versions: sageMaker() };

/** What matters of EventBridge's `Step Functions Execution Status Change`. Source: the Step Functions guide. */
const StatusChange = z.object({
  detail: z.object({
    executionArn: z.string(),
    name: z.string(),
    status: z.string(),
    output: z.optional(z.nullable(z.string())),
    error: z.optional(z.nullable(z.string())),
    cause: z.optional(z.nullable(z.string())),
    /** Epoch milliseconds, as is the next. */
    startDate: z.number(),
    stopDate: z.optional(z.nullable(z.number())),
  }),
});

/**
 * Settles what an execution could not settle itself: one that died, or that was stopped or timed out, unless a function
 * of it may still run. After an ordinary end there is nothing left to do. May come late, several times, or not at all:
 * what is not done here the sweeper does.
 */
export const handler = discreetly(async (event: unknown): Promise<void> => {
  const { executionArn, name, status, output, error, cause, startDate, stopDate } =
    StatusChange.parse(event).detail;
  logger.info('execution ended', { operationId: name, status });
  const state = {
    status,
    startedAt: startDate,
    ...(output ? { output } : {}),
    ...(error ? { error } : {}),
    ...(cause ? { cause } : {}),
    ...(stopDate ? { endedAt: stopDate } : {}),
  };
  await reconcile(name, executionArn, state, ports);
});
