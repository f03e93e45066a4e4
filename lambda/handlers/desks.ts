import { cloudControl } from '../adapters/cloud-control.ts';
import { imageQueues } from '../adapters/image-queues.ts';
import { readDesk as createReadDesk, operationRecords } from '../adapters/read-desk.ts';
import type { ReadDesk, WriteDesk } from '../core/operation/desk.ts';
import { createWriteDesk } from '../core/queue/write-desk.ts';
import {
  operationsTableFromEnvironment,
  queuesTableFromEnvironment,
  scopeFromEnvironment,
} from '../runtime/environment.ts';
import { report } from '../runtime/logger.ts';
import { queuePorts } from './queue-ports.ts';

/** The desk that accepts and cancels, on the real tables and state machines. */
export function writeDesk(): WriteDesk {
  return createWriteDesk({
    ...queuePorts(),
    requests: cloudControl(),
    scope: scopeFromEnvironment(),
    report,
  });
}

/** Records of operations alone, for functions that may not look at the queues. */
export function operationLists(): Pick<ReadDesk, 'list'> {
  return operationRecords(operationsTableFromEnvironment().name);
}

/** The desk that tells. */
export function readDesk(): ReadDesk {
  return createReadDesk(operationsTableFromEnvironment().name, imageQueues(queuesTableFromEnvironment()));
}
