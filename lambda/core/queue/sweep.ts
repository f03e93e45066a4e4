import { isFinal } from '../operation/record.ts';
import type { StoredRecord } from '../ports.ts';
import { type CancelPorts, cancelOutstanding } from './cancel-outstanding.ts';
import { dispatch } from './dispatch.ts';
import { finish } from './finish.ts';
import { imageKey } from './image-key.ts';
import { type ReconcilePorts, reconcile } from './reconcile.ts';

export interface SweepPorts extends ReconcilePorts, CancelPorts {}

export interface Swept {
  /** Open operations that were looked at. */
  readonly looked: number;
  /** Of these, those for which something failed; the next sweep tries again. */
  readonly failed: number;
}

/** Operations that are looked at side by side. */
const WIDTH = 8;

/**
 * Takes up what was forgotten: starts what was accepted and not started, settles what has ended unseen, finishes
 * what was settled and not finished, repeats a cancellation that may have been lost. Everything it does may be
 * done by others at the same time. One operation that cannot be mended does not keep the others waiting.
 *
 * @param until epoch milliseconds at which it stops where it is
 */
export async function sweep(ports: SweepPorts, until: number): Promise<Swept> {
  let looked = 0;
  let failed = 0;
  let batch: string[] = [];
  const dispatched = new Set<string>();
  const flush = async () => {
    const mended = await Promise.all(batch.map((id) => mend(id, ports, dispatched)));
    looked += mended.length;
    failed += mended.filter((well) => !well).length;
    batch = [];
  };
  for await (const operationId of ports.records.openOperations()) {
    batch.push(operationId);
    if (batch.length >= WIDTH) await flush();
    if (ports.circumstances.now() >= until) return { looked, failed };
  }
  await flush();
  return { looked, failed };
}

async function mend(operationId: string, ports: SweepPorts, dispatched: Set<string>): Promise<boolean> {
  try {
    const record = await ports.records.find(operationId);
    if (record?.open) await mendRecord(record, ports, dispatched);
    return true;
  } catch (error) {
    ports.report(`sweeping operation ${operationId}`, error);
    return false;
  }
}

async function mendRecord(record: StoredRecord, ports: SweepPorts, dispatched: Set<string>): Promise<void> {
  if (isFinal(record.status)) return finish(record, ports);
  if (record.status === 'QUEUED' && record.ticket !== undefined) {
    const image = imageKey(record);
    await ports.queues.enter(image, record.ticket, record.operationId);
    // Where it has ended since it was read, nobody would take it out of the queue again.
    const now = await ports.records.find(record.operationId);
    if (!now || isFinal(now.status)) return ports.queues.leave(image, record.ticket);
    if (!dispatched.has(image)) {
      dispatched.add(image);
      await handOn(image, ports);
    }
  }
  const arn = record.executionArn ?? ports.workflows.executionArn(record.kind, record.operationId);
  const state = await ports.workflows.describe(arn);
  if (state && state.status !== 'RUNNING') return reconcile(record.operationId, arn, state, ports);
  if (record.cancelRequestedAt) await cancelOutstanding(record, ports);
}

/** Whoever claimed the image may have died before starting the holder, or before giving the image back. */
async function handOn(image: string, ports: SweepPorts): Promise<void> {
  if ((await dispatch(image, ports)) !== 'busy') return;
  const holder = await ports.queues.holder(image);
  const record = holder === undefined ? undefined : await ports.records.find(holder);
  if (record && !isFinal(record.status)) {
    // Dispatch looks at the first in the queue alone, and an earlier ticket may have entered since the claim.
    if (record.status === 'QUEUED') {
      await ports.workflows.start(record.kind, record.operationId, record.request);
    }
    return;
  }
  if (record) await finish(record, ports);
  if (holder !== undefined) await ports.queues.release(image, holder);
  await dispatch(image, ports);
}
