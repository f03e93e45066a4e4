import { ERRORS } from '../../contract/errors.ts';
import type { Conclusion, ExecutionState, StoredRecord, Workflows } from '../ports.ts';

/**
 * Which execution does the work of a record. Step Functions keeps the name of an execution for 90 days after its end, and
 * a record may be newer than that execution: its table was restored or made anew, or its predecessor was removed. So a
 * name alone proves nothing. What proves that an execution is a record's own:
 *
 * - it opened the record, which then has the execution's ARN; or
 * - it bears the operation's name and began after the record was made: a record is written before its workflow is started.
 */
export type Ownership =
  | 'own'
  /** It bears the operation's name and began before there was this record: the name is taken. */
  | 'earlier'
  /** An execution of another machine or stage. */
  | 'unrelated';

/**
 * So much may the clock of the function that wrote the record differ from that of Step Functions. Both are AWS's own, and
 * usually differ by milliseconds; 5 minutes is what AWS allows the time in a signature to be off (Signature Version 4).
 */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;

/**
 * Whether an execution is the one that carries out this record's operation.
 *
 * @param startedAt epoch milliseconds, as Step Functions tells
 */
export function ownership(
  record: StoredRecord,
  { executionArn, startedAt }: { readonly executionArn: string; readonly startedAt: number },
  workflows: Pick<Workflows, 'executionArn'>,
): Ownership {
  if (record.executionArn !== undefined) return record.executionArn === executionArn ? 'own' : 'unrelated';
  if (executionArn !== workflows.executionArn(record.kind, record.operationId)) return 'unrelated';
  return startedAt >= Date.parse(record.createdAt) - CLOCK_DIFFERENCE_MS ? 'own' : 'earlier';
}

/** Step Functions knows an execution, and keeps its name taken, for 90 days after its end (StartExecution, quotas). */
export const EXECUTION_KEPT_MS = 90 * 24 * 60 * 60_000;

/**
 * Whether an execution of this queued record may have run and been forgotten. No queue is that long: a record that is
 * QUEUED for 90 days comes from a backup. Started now, its work might be done a second time.
 */
export function nameMayBeForgotten({ createdAt }: { readonly createdAt: string }, now: number): boolean {
  return now >= Date.parse(createdAt) + EXECUTION_KEPT_MS;
}

/** How an operation ends whose name an earlier execution has. It was not opened, so nothing was sent. */
export function nameTaken(
  { createdAt }: StoredRecord,
  executionArn: string,
  { startedAt }: Pick<ExecutionState, 'startedAt'>,
  now: number,
): Conclusion {
  const message =
    `The execution ${executionArn} has had the name of this operation since ${isoTime(startedAt)}, before the operation ` +
    `was accepted (${createdAt}), so no execution could be started for it and nothing was sent. Ask for it again under ` +
    'another Idempotency-Key';
  return {
    from: 'QUEUED',
    at: isoTime(now),
    status: 'FAILED',
    error: { name: ERRORS.operationIdTaken, message },
  };
}

/** How an operation ends whose execution Step Functions does not know any more. */
export function executionLost(
  { status, createdAt, executionArn = '' }: StoredRecord,
  now: number,
): Conclusion {
  const after =
    'Compare what is there with what was asked for, and ask for it again under another Idempotency-Key';
  const opened =
    `The execution ${executionArn} does not exist any more: its state machine was deleted, or it ended more than 90 days ` +
    `ago. How far the operation came is not known, and a Cloud Control request of it may still be running. ${after}`;
  const queued =
    `The operation was accepted at ${createdAt}, more than 90 days ago, and Step Functions does not know any more whether ` +
    `an execution of it ran. It was not started now. ${after}`;
  const from = status === 'QUEUED' ? 'QUEUED' : 'RUNNING';
  const message = from === 'QUEUED' ? queued : opened;
  return { from, at: isoTime(now), status: 'FAILED', error: { name: ERRORS.executionLost, message } };
}

function isoTime(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString();
}
