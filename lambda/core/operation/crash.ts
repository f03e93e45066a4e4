import { ERRORS } from '../../contract/errors.ts';
import type { Crash, ExecutionRef, OperationKind } from '../../contract/workflow.ts';
import type { Subject } from '../image-version/subject.ts';
import type { Operation, Phase } from './operation.ts';
import { type Ending, endingOf } from './result.ts';

/** A function of a workflow gave up for good. */
export interface Crashed {
  readonly execution: ExecutionRef;
  readonly crash: Crash;
  readonly kind: OperationKind;
  /** As far as the execution's input shows it. */
  readonly subject: Subject;
  /** undefined where the function crashed that opens the operation. */
  readonly operation: Operation | undefined;
  /** The record was opened, so that a request may have been sent. */
  readonly opened: boolean;
  /** In words, what it may have made; undefined for nothing. */
  readonly leftovers: string | undefined;
}

export function endingOfCrash(crashed: Crashed, now: number): Ending {
  const { execution, kind, subject, operation } = crashed;
  const error = { name: ERRORS.workflowCrashed, message: messageOf(crashed) };
  if (operation) {
    const outcome = { status: 'FAILED', error } as const;
    return endingOf({ ...operation, phase: { name: 'ended', outcome, endedAt: now } });
  }
  const settlement = { status: 'FAILED', error } as const;
  return { execution, settlement, kind, ...subject, startedAt: now, finishedAt: now };
}

function messageOf(crashed: Crashed): string {
  const { crash, leftovers } = crashed;
  const outstanding = mayBeOutstanding(crashed) ? '; its Cloud Control request may still be running' : '';
  const made = leftovers === undefined ? '' : ` (${leftovers})`;
  return `${crash.Error}: ${causeOf(crash)}${outstanding}${made}`;
}

function mayBeOutstanding({ operation, opened }: Crashed): boolean {
  return operation ? SENT_PHASES.includes(operation.phase.name) : opened;
}

/** In these a request may be under way: a Lambda that crashed in `send` may have sent it before. */
const SENT_PHASES: readonly Phase['name'][] = ['send', 'await', 'cancel'];

/** Lambda's error as JSON has the message in it; anything else is shown as it is. */
function causeOf(crash: Crash): string {
  try {
    const cause: unknown = JSON.parse(crash.Cause);
    if (typeof cause === 'object' && cause !== null && 'errorMessage' in cause)
      return String(cause.errorMessage);
    return crash.Cause;
  } catch (error) {
    if (error instanceof SyntaxError) return crash.Cause;
    throw error;
  }
}
