import { isFinal } from '../operation/record.ts';
import type { ImageQueues, OperationEvents, RecordStore, Workflows } from '../ports.ts';

/**
 * Handing an image on. Its operations run one at a time in the order of their tickets:
 *
 *     accepted ─▶ entered ─▶ claimed ─▶ started ─▶ … ─▶ ended ─▶ left ─▶ released ─▶ the next one ─▶ published
 *
 * Each arrow is one write of its own. Whoever does one may die before the next, so anybody may do any of them
 * again, at any time, and together with others; the sweeper does so for what has been forgotten.
 */
export interface QueuePorts {
  readonly records: RecordStore;
  readonly queues: ImageQueues;
  readonly workflows: Workflows;
  readonly events: OperationEvents;
}

/** `busy`: the image is another operation's, which will hand it on. */
export type Dispatched = 'started' | 'busy' | 'nothing-queued';

/** Starts the operation whose turn it is, if the image is free. */
export async function dispatch(image: string, ports: QueuePorts): Promise<Dispatched> {
  const { queues, records, workflows } = ports;
  for (;;) {
    const first = await queues.first(image);
    if (!first) return 'nothing-queued';
    if (!(await queues.claim(image, first.operationId))) return 'busy';
    const record = await records.find(first.operationId);
    if (record?.status === 'RUNNING') return 'busy';
    if (record && !isFinal(record.status)) {
      await workflows.start(record.kind, record.operationId, record.request);
      return 'started';
    }
    // Cancelled while it was queued; or this was a look at a queue that has moved on meanwhile.
    await queues.leave(image, first.ticket);
    await queues.release(image, first.operationId);
  }
}
