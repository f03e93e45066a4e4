import { ERRORS } from '../../contract/errors.ts';
import { imageVersionArn } from '../image-version/identifier.ts';
import { PARSERS, type Scope } from '../image-version/request.ts';
import type { Acceptance, Cancellation, Order, WriteDesk } from '../operation/desk.ts';
import { fingerprint, operationIdOf, operationIdOfRequest } from '../operation/fingerprint.ts';
import { isFinal, type OperationRecord } from '../operation/record.ts';
import type { Circumstances, Report, StoredRecord } from '../ports.ts';
import { type CancelPorts, cancelOutstanding } from './cancel-outstanding.ts';
import { type CreateOnlyPorts, createOnlyFaults } from './check-create-only.ts';
import { dispatch, type QueuePorts } from './dispatch.ts';
import { finish } from './finish.ts';
import { imageKey, imageKeyOf } from './image-key.ts';

export interface DeskPorts extends QueuePorts {
  readonly requests: CancelPorts['requests'] & CreateOnlyPorts['requests'];
  readonly report: Report;
  readonly circumstances: Circumstances;
  readonly scope: Scope;
}

/**
 * Accepts and cancels operations. An order counts as accepted from the one conditional put of its record on.
 * The answer comes when it has its place in the queue as well, so that whoever asks next comes after it; what
 * follows is done here if it can be, and by the sweeper if not.
 */
export function createWriteDesk(ports: DeskPorts): WriteDesk {
  return {
    accept: (order) => accept(order, ports),
    cancel: (operationId) => cancel(operationId, ports),
  };
}

async function accept(order: Order, ports: DeskPorts): Promise<Acceptance> {
  const { kind, input, idempotencyKey } = order;
  const parsed = PARSERS[kind](input, ports.scope);
  if (!parsed.ok) return { outcome: 'invalid', faults: parsed.faults };

  const { request } = parsed;
  const print = fingerprint(kind, input);
  const operationId = idOf(order);
  if (idempotencyKey !== undefined) {
    const earlier = await ports.records.find(operationId);
    if (earlier) return repeated(earlier, print, ports);
  }
  const faults = await createOnlyFaults(request, ports);
  if (faults.length > 0) return { outcome: 'invalid', faults };
  const target = request.kind === 'create' ? undefined : request.target;
  const imageName = request.kind === 'create' ? request.desiredState.ImageName : request.target.imageName;
  const record: OperationRecord = {
    operationId,
    kind,
    status: 'QUEUED',
    region: request.region,
    imageName,
    ...(target ? { version: target.version, identifier: imageVersionArn(target) } : {}),
    request: input,
    history: [],
    createdAt: new Date(ports.circumstances.now()).toISOString(),
    ticket: await ports.queues.drawTicket(imageKey({ region: request.region, imageName })),
    fingerprint: print,
  };
  if (await ports.records.accept(record)) {
    await queue(record, ports);
    return { outcome: 'accepted', record: (await ports.records.find(operationId)) ?? record };
  }
  // The same key, at the same time, through another door; or the same request, in a function that is run twice.
  const earlier = await ports.records.find(operationId);
  if (!earlier) throw new Error(`Operation ${operationId} could neither be written nor read`);
  return repeated(earlier, print, ports);
}

function idOf({ caller, idempotencyKey, requestId }: Order): string {
  return idempotencyKey === undefined
    ? operationIdOfRequest(caller, requestId)
    : operationIdOf(caller, idempotencyKey);
}

async function repeated(earlier: StoredRecord, print: string, ports: DeskPorts): Promise<Acceptance> {
  if (earlier.fingerprint !== print) return { outcome: 'key-reused', operationId: earlier.operationId };
  // The first time may have been cut off before it had its place.
  if (earlier.status === 'QUEUED') await queue(earlier, ports);
  return { outcome: 'repeated', record: (await ports.records.find(earlier.operationId)) ?? earlier };
}

/** Its place in the queue is part of the answer; starting it is not, and is made up for by the sweeper. */
async function queue(record: OperationRecord, ports: DeskPorts): Promise<void> {
  const image = imageKeyOf(record);
  if (record.ticket === undefined || image === undefined) return;
  await ports.queues.enter(image, record.ticket, record.operationId);
  try {
    const first = await ports.queues.first(image);
    // Whoever comes before it hands the image on at its end, and finds this one in the queue then.
    if (first?.operationId === record.operationId) await dispatch(image, ports);
  } catch (error) {
    ports.report(`starting operation ${record.operationId}`, error);
  }
}

async function cancel(operationId: string, ports: DeskPorts): Promise<Cancellation> {
  const record = await ports.records.find(operationId);
  if (!record) return { outcome: 'unknown' };
  if (record.status === 'QUEUED') {
    const at = new Date(ports.circumstances.now()).toISOString();
    const error = { name: ERRORS.cancelled, message: 'Cancelled as asked, before it began' };
    if (await ports.records.conclude(record, { from: 'QUEUED', status: 'CANCELLED', at, error })) {
      const cancelled = (await ports.records.find(operationId)) ?? record;
      try {
        await finish(cancelled, ports);
      } catch (error) {
        ports.report(`finishing the cancelled operation ${operationId}`, error);
      }
      return { outcome: 'cancelled', record: cancelled };
    }
  }
  const asked = await ports.records.requestCancellation(
    operationId,
    new Date(ports.circumstances.now()).toISOString(),
  );
  if (!asked) {
    const ended = await ports.records.find(operationId);
    return ended && isFinal(ended.status) ? { outcome: 'final', record: ended } : { outcome: 'unknown' };
  }
  // The workflow sees the mark when it next sends something; what it waits for now is cancelled here.
  await cancelOutstanding(asked, ports);
  return { outcome: 'cancelling', record: asked };
}
