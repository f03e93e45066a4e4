import { operationsTable } from '../adapters/operations-table.ts';
import type { Advanced, Begun, Crash, Refused } from '../contract/workflow.ts';
import type { Operation } from '../core/operation/operation.ts';
import {
  type Ending,
  endingOf,
  endingOfCrash,
  endingOfRefusal,
  type Refusal,
  type Settlement,
} from '../core/operation/result.ts';
import { circumstances } from '../runtime/circumstances.ts';
import { operationsTableFromEnvironment } from '../runtime/environment.ts';
import { logger } from '../runtime/logger.ts';

type Ended = Advanced<Operation> | Refused<Refusal> | (Begun & { readonly crash: Crash });

const records = operationsTable(operationsTableFromEnvironment());

/**
 * Writes down how an operation ended, and answers it for the machine to succeed or fail with. The ending is
 * made from the payload alone, so a second run writes the same.
 */
export const handler = async (event: Ended): Promise<Settlement> => {
  const ending = endingFrom(event);
  await records.close(ending);
  const { settlement } = ending;
  logger.info('settled', {
    operationId: event.execution.name,
    status: settlement.status,
    ...(settlement.status === 'SUCCEEDED'
      ? { effect: settlement.result.effect }
      : { error: settlement.error.name }),
  });
  return settlement;
};

function endingFrom(event: Ended): Ending {
  if ('refusal' in event) return endingOfRefusal(event.execution, event.refusal);
  const now = circumstances.now();
  if (!('operation' in event)) return endingOfCrash(event.execution, event.crash, undefined, now);
  if (event.crash) return endingOfCrash(event.execution, event.crash, event.operation, now);
  return endingOf(event.operation);
}
