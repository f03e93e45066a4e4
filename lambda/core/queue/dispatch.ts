import { isFinal } from '../operation/record.ts';
import type {
  Circumstances,
  ImageQueues,
  OperationEvents,
  RecordStore,
  StoredRecord,
  Workflows,
} from '../ports.ts';
import { nameMayBeForgotten } from './own-execution.ts';

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
  readonly circumstances: Pick<Circumstances, 'now'>;
}

/** `busy`: the image is another operation's, which will hand it on. */
export type Dispatched = 'started' | 'busy' | 'nothing-queued';

/** Starts the operation whose turn it is, if the image is free. */
export async function dispatch(image: string, ports: QueuePorts): Promise<Dispatched> {
  const { queues, records } = ports;
  for (;;) {
    const first = await queues.first(image);
    if (!first) return 'nothing-queued';
    if (!(await queues.claim(image, first.operationId))) return 'busy';
    const record = await records.find(first.operationId);
    if (record?.status === 'RUNNING') return 'busy';
    if (record && !isFinal(record.status)) {
      await startWorkflow(record, ports);
      return 'started';
    }
    // Cancelled while it was queued; or this was a look at a queue that has moved on meanwhile.
    await queues.leave(image, first.ticket);
    await queues.release(image, first.operationId);
  }
}

/**
 * Starts the workflow of a queued operation. Not of one that was accepted so long ago that its execution may have run and
 * been forgotten: the sweeper ends that one.
 */
export async function startWorkflow(
  record: StoredRecord,
  { circumstances, workflows }: QueuePorts,
): Promise<void> {
  if (nameMayBeForgotten(record, circumstances.now())) return;
  await workflows.start(record.kind, record.operationId, record.request);
}
