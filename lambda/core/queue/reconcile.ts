import { ERRORS } from '../../contract/errors.ts';
import { FUNCTION_SECONDS } from '../../contract/workflow.ts';
import { isFinal } from '../operation/record.ts';
import type { OperationResult } from '../operation/result.ts';
import type { Conclusion, ExecutionState, ImageVersions, StoredRecord } from '../ports.ts';
import type { QueuePorts } from './dispatch.ts';
import { finish } from './finish.ts';
import { leftoversOf } from './leftovers.ts';
import { executionLost, nameMayBeForgotten, nameTaken, ownership } from './own-execution.ts';

export interface ReconcilePorts extends QueuePorts {
  readonly versions: Pick<ImageVersions, 'madeFrom'>;
}

/**
 * Brings a record into line with the execution that has its operation's name, and does what follows from that. An
 * execution that was stopped, that timed out or died could not do it itself. One whose function may still run is left as
 * it is: what that sends would otherwise come after the image was handed on. An execution that is not the record's own
 * tells nothing about it: the operation fails, because its name is taken.
 *
 * @throws CallError where something did not answer; to be done again
 */
export async function reconcile(
  operationId: string,
  executionArn: string,
  state: ExecutionState,
  ports: ReconcilePorts,
): Promise<void> {
  const record = await ports.records.find(operationId);
  if (!record) return;
  const now = ports.circumstances.now();
  const whose = ownership(record, { executionArn, startedAt: state.startedAt }, ports.workflows);
  if (whose === 'unrelated') return;
  if (!isFinal(record.status)) {
    if (whose === 'earlier') {
      await ports.records.conclude(record, nameTaken(record, executionArn, state, now));
    } else {
      if (mayStillAct(state, now)) return;
      const conclusion = concluded(record, state, new Date(now).toISOString());
      if (conclusion) await ports.records.conclude(record, await withLeftovers(record, conclusion, ports));
    }
  }
  await finishEnded(operationId, ports);
}

/**
 * Ends an operation whose execution Step Functions does not know any more: its state machine was deleted, or the execution
 * ended more than 90 days ago and the record is from a backup. The operation fails as ExecutionLost, and its image is
 * handed on.
 *
 * @returns false where the execution may only not be visible yet, or may still be started
 * @throws CallError where something did not answer; to be done again
 */
export async function concludeLost(operationId: string, ports: ReconcilePorts): Promise<boolean> {
  const record = await ports.records.find(operationId);
  const now = ports.circumstances.now();
  if (!record || !isLost(record, now)) return false;
  await ports.records.conclude(record, await withLeftovers(record, executionLost(record, now), ports));
  await finishEnded(operationId, ports);
  return true;
}

function isLost(record: StoredRecord, now: number): boolean {
  if (record.status === 'QUEUED') return nameMayBeForgotten(record, now);
  return (
    record.status === 'RUNNING' && now >= Date.parse(record.startedAt ?? record.createdAt) + LOST_AFTER_MS
  );
}

/**
 * DescribeExecution is eventually consistent (a moment, by its documentation), and a record is RUNNING once a function of
 * its execution runs. So an execution that is not found this long after that is gone, and its first function, which lasts
 * FUNCTION_SECONDS at most, has ended as well.
 */
const LOST_AFTER_MS = 10 * 60_000;

async function finishEnded(operationId: string, ports: ReconcilePorts): Promise<void> {
  const after = await ports.records.find(operationId);
  if (after && isFinal(after.status)) await finish(after, ports);
}

/** A function that an execution had begun goes on when the execution is stopped, until its own time is up. */
function mayStillAct({ status, endedAt }: ExecutionState, now: number): boolean {
  const cutOff = status === 'ABORTED' || status === 'TIMED_OUT';
  return cutOff && endedAt !== undefined && now < endedAt + FUNCTION_SECONDS * 1000;
}

/** Of a creation that did not say itself what became of it, what it made is looked for and named. */
async function withLeftovers(
  record: StoredRecord,
  conclusion: Conclusion,
  { versions }: ReconcilePorts,
): Promise<Conclusion> {
  const leftovers = conclusion.error && (await leftoversOf(record, versions));
  if (!conclusion.error || leftovers === undefined) return conclusion;
  return {
    ...conclusion,
    error: { ...conclusion.error, message: `${conclusion.error.message} (${leftovers})` },
  };
}

/** undefined for an execution that goes on. */
function concluded(record: StoredRecord, state: ExecutionState, at: string): Conclusion | undefined {
  const from = record.status === 'QUEUED' ? 'QUEUED' : 'RUNNING';
  const left = 'a Cloud Control request of it may still be running';
  const name = state.error ?? ERRORS.workflowCrashed;
  switch (state.status) {
    case 'SUCCEEDED': {
      const result: OperationResult = JSON.parse(state.output ?? '{}');
      return { from, at, status: 'SUCCEEDED', result };
    }
    case 'FAILED':
      return {
        from,
        at,
        status: 'FAILED',
        error: { name, message: state.cause ?? `The workflow failed; ${left}` },
      };
    case 'TIMED_OUT': {
      const message = `The workflow ran into its own time-out; ${left}`;
      return { from, at, status: 'TIMED_OUT', error: { name: ERRORS.timedOut, message } };
    }
    case 'ABORTED': {
      const because = [state.error, state.cause].filter((text) => text !== undefined).join(': ');
      const message = `The workflow was stopped${because ? ` (${because})` : ''}; ${left}`;
      return { from, at, status: 'CANCELLED', error: { name: ERRORS.cancelled, message } };
    }
    default:
      return undefined;
  }
}
