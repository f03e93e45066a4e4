import { ERRORS } from '../../contract/errors.ts';
import { isFinal } from '../operation/record.ts';
import type { OperationResult } from '../operation/result.ts';
import type { Circumstances, Conclusion, ExecutionState, StoredRecord } from '../ports.ts';
import type { QueuePorts } from './dispatch.ts';
import { finish } from './finish.ts';

export interface ReconcilePorts extends QueuePorts {
  readonly circumstances: Circumstances;
}

/**
 * Brings a record into line with an execution that has ended, and does what follows from that. An execution
 * that was stopped, that timed out or died could not do it itself.
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
    const conclusion = concluded(record, state, new Date(ports.circumstances.now()).toISOString());
    if (conclusion) await ports.records.conclude(record, conclusion);
  }
  const after = await ports.records.find(operationId);
  if (after && isFinal(after.status)) await finish(after, ports);
}

/** A record that no workflow has opened is that of the execution that bears its id. */
function isOf(record: StoredRecord, executionArn: string, { workflows }: QueuePorts): boolean {
  return executionArn === (record.executionArn ?? workflows.executionArn(record.kind, record.operationId));
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
