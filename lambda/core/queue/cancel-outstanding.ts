import { CallError, type ImageVersionRequests, type Report, type StoredRecord } from '../ports.ts';

export interface CancelPorts {
  readonly requests: Pick<ImageVersionRequests, 'cancel'>;
  readonly report: Report;
}

/**
 * Cancels the request that Cloud Control is working on for an operation, as far as its record tells. One that has
 * ended meanwhile is refused, and one that could not be cancelled is cancelled by the next sweep: the mark in the
 * record stays.
 */
export async function cancelOutstanding(record: StoredRecord, ports: CancelPorts): Promise<void> {
  const last = record.history.findLast((entry) => entry.event === 'request');
  if (last?.event !== 'request') return;
  if (last.status !== 'IN_PROGRESS' && last.status !== 'PENDING') return;
  // What a failed creation left behind goes, however the operation ends.
  if (last.step === 'remove-orphan') return;
  try {
    await ports.requests.cancel(record.region, last.requestToken);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    ports.report(`cancelling the request of operation ${record.operationId}`, error);
  }
}
