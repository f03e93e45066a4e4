import { operationsTable } from '../adapters/operations-table.ts';
import { sageMaker } from '../adapters/sagemaker.ts';
import type { Advanced, Begun, Crash, Refused } from '../contract/workflow.ts';
import type { Operation } from '../core/operation/operation.ts';
import {
  type Ending,
  endingOf,
  endingOfRefusal,
  type Refusal,
  type Settlement,
} from '../core/operation/result.ts';
import type { StoredRecord } from '../core/ports.ts';
import { crashEnding } from '../core/queue/crash-ending.ts';
import { finish } from '../core/queue/finish.ts';
import { discreetly } from '../runtime/discreet.ts';
import { operationsTableFromEnvironment, scopeFromEnvironment } from '../runtime/environment.ts';
import { logger, report } from '../runtime/logger.ts';
import { queuePorts } from './queue-ports.ts';

type Ended = Advanced<Operation> | Refused<Refusal> | (Begun & { readonly crash: Crash });

const records = operationsTable(operationsTableFromEnvironment());
const ports = { ...queuePorts(), versions: sageMaker(), scope: scopeFromEnvironment() };

/**
 * Writes down how an operation ended, does what follows from that, and answers the end for the machine to succeed
 * or fail with. The ending is made from the payload, so a second run writes the same; only what a workflow that crashed may
 * have made is looked for again.
 */
export const handler = discreetly(async (event: Ended): Promise<Settlement> => {
  const ending = await endingFrom(event);
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

async function endingFrom(event: Ended): Promise<Ending> {
  if ('refusal' in event) return endingOfRefusal(event.execution, event.refusal);
  if (!('operation' in event)) return crashEnding(event, ports);
  const { execution, operation, crash } = event;
  return crash ? crashEnding({ execution, operation, crash }, ports) : endingOf(operation);
}
