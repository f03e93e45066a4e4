import type { StoredRecord } from '../ports.ts';
import { dispatch, type QueuePorts } from './dispatch.ts';
import { imageKeyOf } from './image-key.ts';

/**
 * What follows from the end of an operation, once its record says how it ended: the event, and the image's next
 * operation. The record stays open until all of it is done, so that whatever is cut off is taken up again.
 */
export async function finish(record: StoredRecord, ports: QueuePorts): Promise<void> {
  if (!record.open) return;
  const { events, queues, records } = ports;
  const image = imageKeyOf(record);
  if (record.ticket !== undefined && image !== undefined) {
    // Left before it is released: else the next look at the queue would find it first again.
    await queues.leave(image, record.ticket);
    await queues.release(image, record.operationId);
    await dispatch(image, ports);
  }
  // After that, so that a bus that does not answer holds up no image.
  await events.publish(record);
  // Last: from now on nobody looks at it any more.
  await records.done(record.operationId);
}
