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
import type { StoredRecord } from '../core/ports.ts';
import { finish } from '../core/queue/finish.ts';
import { circumstances } from '../runtime/circumstances.ts';
import { discreetly } from '../runtime/discreet.ts';
import { operationsTableFromEnvironment } from '../runtime/environment.ts';
import { logger, report } from '../runtime/logger.ts';
import { queuePorts } from './queue-ports.ts';

type Ended = Advanced<Operation> | Refused<Refusal> | (Begun & { readonly crash: Crash });

const records = operationsTable(operationsTableFromEnvironment());
const ports = queuePorts();

/**
 * Writes down how an operation ended, does what follows from that, and answers the end for the machine to succeed
 * or fail with. The ending is made from the payload alone, so a second run writes the same.
 */
export const handler = discreetly(async (event: Ended): Promise<Settlement> => {
  const ending = endingFrom(event);
  const record = await records.close(ending);
  if (record) await follow(record);
  const { settlement } = ending;
  logger.info('settled', {
    operationId: event.execution.name,
    status: settlement.status,
    ...(settlement.status === 'SUCCEEDED'
      ? { effect: settlement.result.effect }
      : { error: settlement.error.name }),
  });
  return settlement;
});

/** What is not done here is done when the execution's end is told, or by the sweeper: the record stays open. */
async function follow(record: StoredRecord): Promise<void> {
  try {
    await finish(record, ports);
  } catch (error) {
    report(`finishing operation ${record.operationId}`, error);
  }
}

function endingFrom(event: Ended): Ending {
  if ('refusal' in event) return endingOfRefusal(event.execution, event.refusal);
  const now = circumstances.now();
  if (!('operation' in event)) return endingOfCrash(event.execution, event.crash, undefined, now);
  if (event.crash) return endingOfCrash(event.execution, event.crash, event.operation, now);
  return endingOf(event.operation);
}
