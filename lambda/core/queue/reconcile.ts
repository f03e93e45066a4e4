import { ERRORS } from '../../contract/errors.ts';
import { FUNCTION_SECONDS } from '../../contract/workflow.ts';
import { isFinal } from '../operation/record.ts';
import type { OperationResult } from '../operation/result.ts';
import type { Circumstances, Conclusion, ExecutionState, ImageVersions, StoredRecord } from '../ports.ts';
import type { QueuePorts } from './dispatch.ts';
import { finish } from './finish.ts';
import { leftoversOf } from './leftovers.ts';

export interface ReconcilePorts extends QueuePorts {
  readonly circumstances: Circumstances;
  readonly versions: Pick<ImageVersions, 'madeFrom'>;
}

/**
 * Brings a record into line with an execution that has ended, and does what follows from that. An execution
 * that was stopped, that timed out or died could not do it itself. One whose function may still run is left as it is:
 * what that sends would otherwise come after the image was handed on.
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
  if (!record || !isOf(record, executionArn, ports)) return;
  if (!isFinal(record.status)) {
    if (mayStillAct(state, ports.circumstances.now())) return;
    const conclusion = concluded(record, state, new Date(ports.circumstances.now()).toISOString());
    if (conclusion) await ports.records.conclude(record, await withLeftovers(record, conclusion, ports));
  }
  const after = await ports.records.find(operationId);
  if (after && isFinal(after.status)) await finish(after, ports);
}

/** A record that no workflow has opened is that of the execution that bears its id. */
function isOf(record: StoredRecord, executionArn: string, { workflows }: QueuePorts): boolean {
  return executionArn === (record.executionArn ?? workflows.executionArn(record.kind, record.operationId));
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
