import { imageQueues } from '../adapters/image-queues.ts';
import { operationEvents } from '../adapters/operation-events.ts';
import { recordStore } from '../adapters/record-store.ts';
import { workflows } from '../adapters/workflows.ts';
import type { Circumstances } from '../core/ports.ts';
import type { QueuePorts } from '../core/queue/dispatch.ts';
import { circumstances } from '../runtime/circumstances.ts';
import {
  eventBusFromEnvironment,
  operationsTableFromEnvironment,
  queuesTableFromEnvironment,
  stateMachinesFromEnvironment,
} from '../runtime/environment.ts';

/** What every function needs that hands an image on. */
export function queuePorts(): QueuePorts & { readonly circumstances: Circumstances } {
  return {
    records: recordStore(operationsTableFromEnvironment()),
    queues: imageQueues(queuesTableFromEnvironment()),
    workflows: workflows(stateMachinesFromEnvironment()),
    events: operationEvents(eventBusFromEnvironment()),
    circumstances,
  };
}
