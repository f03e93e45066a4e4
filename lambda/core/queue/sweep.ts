import { isFinal } from '../operation/record.ts';
import type { OpenOperation } from '../ports.ts';
import { type CancelPorts, cancelOutstanding } from './cancel-outstanding.ts';
import { dispatch, startWorkflow } from './dispatch.ts';
import { finish } from './finish.ts';
import { nameMayBeForgotten } from './own-execution.ts';
import { concludeLost, type ReconcilePorts, reconcile } from './reconcile.ts';

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
 * What goes its way costs next to nothing: a running operation one question to Step Functions, a queued one behind
 * it none, so that long queues are as cheap to sweep as short ones.
 *
 * @param until epoch milliseconds at which it stops where it is
 */
export async function sweep(ports: SweepPorts, until: number): Promise<Swept> {
  const open: OpenOperation[] = [];
  for await (const operation of ports.records.openOperations()) open.push(operation);
  const [begun, queued] = [open.filter(({ status }) => status !== 'QUEUED'), open.filter(isQueued)];

  // First those that have begun: an image whose operation runs needs nobody to hand it on.
  const moving = new Set<string>();
  const first = await inTurn(begun, ports, until, (operation) => mendBegun(operation, ports, moving));
  const handedOn = new Set<string>();
  // One look for each image.
  const looks = new Map<string, Promise<ReadonlySet<number>>>();
  const placesOf = (image: string) => {
    const look = looks.get(image) ?? ports.queues.tickets(image);
    looks.set(image, look);
    return look;
  };
  const second = await inTurn(queued, ports, until, (operation) =>
    mendQueued(operation, ports, placesOf, moving, handedOn),
  );
  return { looked: first.looked + second.looked, failed: first.failed + second.failed };
}

type QueuedOperation = OpenOperation & { readonly image: string };

/** What was accepted names its image. */
function isQueued(operation: OpenOperation): operation is QueuedOperation {
  return operation.status === 'QUEUED' && operation.image !== undefined;
}

async function inTurn<Open extends OpenOperation>(
  operations: readonly Open[],
  ports: SweepPorts,
  until: number,
  mend: (operation: Open) => Promise<void>,
): Promise<Swept> {
  let looked = 0;
  let failed = 0;
  for (let from = 0; from < operations.length && ports.circumstances.now() < until; from += WIDTH) {
    const mended = await Promise.all(
      operations.slice(from, from + WIDTH).map(async (operation) => {
        try {
          await mend(operation);
          return true;
        } catch (error) {
          ports.report(`sweeping operation ${operation.operationId}`, error);
          return false;
        }
      }),
    );
    looked += mended.length;
    failed += mended.filter((well) => !well).length;
  }
  return { looked, failed };
}

/** One that runs, or that has ended and is not done. */
async function mendBegun(operation: OpenOperation, ports: SweepPorts, moving: Set<string>): Promise<void> {
  const { operationId, kind, status, image, ticket, cancelRequestedAt } = operation;
  if (!isFinal(status)) {
    const arn = ports.workflows.executionArn(kind, operationId);
    const state = await ports.workflows.describe(arn);
    if (state && state.status !== 'RUNNING') return reconcile(operationId, arn, state, ports);
    if (state && ticket !== undefined && image !== undefined) moving.add(image);
    if (state && cancelRequestedAt === undefined) return;
    if (!state && (await concludeLost(operationId, ports))) return;
  }
  const record = await ports.records.find(operationId);
  if (!record?.open) return;
  if (isFinal(record.status)) return finish(record, ports);
  if (record.cancelRequestedAt !== undefined) await cancelOutstanding(record, ports);
}

async function mendQueued(
  { operationId, kind, image, ticket, createdAt }: QueuedOperation,
  ports: SweepPorts,
  placesOf: (image: string) => Promise<ReadonlySet<number>>,
  moving: ReadonlySet<string>,
  handedOn: Set<string>,
): Promise<void> {
  if (nameMayBeForgotten({ createdAt }, ports.circumstances.now())) {
    const arn = ports.workflows.executionArn(kind, operationId);
    const state = await ports.workflows.describe(arn);
    if (state) await reconcile(operationId, arn, state, ports);
    else await concludeLost(operationId, ports);
    return;
  }
  // Whoever accepted it may have been cut off before it had its place.
  if (ticket !== undefined && !(await placesOf(image)).has(ticket)) {
    await ports.queues.enter(image, ticket, operationId);
    // Where it has ended since it was read, nobody would take it out of the queue again.
    const now = await ports.records.find(operationId);
    if (!now || isFinal(now.status)) {
      await ports.queues.leave(image, ticket);
      // Who entered meanwhile found it first in the queue, and left the rest to it.
      await dispatch(image, ports);
      return;
    }
  }
  if (moving.has(image) || handedOn.has(image)) return;
  handedOn.add(image);
  await handOn(image, ports);
  await settleUnopened(image, ports);
}

/**
 * The workflow of whoever holds the image may have ended before it could open the record; or it could not be started,
 * because an earlier execution has its name, be that still running.
 */
async function settleUnopened(image: string, ports: SweepPorts): Promise<void> {
  const holder = await ports.queues.holder(image);
  const record = holder === undefined ? undefined : await ports.records.find(holder);
  if (record?.status !== 'QUEUED') return;
  const arn = ports.workflows.executionArn(record.kind, record.operationId);
  const state = await ports.workflows.describe(arn);
  if (state) await reconcile(record.operationId, arn, state, ports);
}

/** Whoever claimed the image may have died before starting the holder, or before giving the image back. */
async function handOn(image: string, ports: SweepPorts): Promise<void> {
  if ((await dispatch(image, ports)) !== 'busy') return;
  const holder = await ports.queues.holder(image);
  const record = holder === undefined ? undefined : await ports.records.find(holder);
  if (record && !isFinal(record.status)) {
    // Dispatch looks at the first in the queue alone, and an earlier ticket may have entered since the claim.
    if (record.status === 'QUEUED') await startWorkflow(record, ports);
    return;
  }
  if (record) await finish(record, ports);
  if (holder !== undefined) await ports.queues.release(image, holder);
  await dispatch(image, ports);
}
