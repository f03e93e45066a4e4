import { cloudControl } from '../adapters/cloud-control.ts';
import { operationsTable } from '../adapters/operations-table.ts';
import { sageMaker } from '../adapters/sagemaker.ts';
import {
  type Advanced,
  type Begun,
  type ExecutionRef,
  NEXT_ACTIONS,
  type OperationKind,
  type Refused,
} from '../contract/workflow.ts';
import { heedCancellation } from '../core/operation/cancellation.ts';
import { open } from '../core/operation/open.ts';
import type { Operation } from '../core/operation/operation.ts';
import type { Refusal } from '../core/operation/result.ts';
import { submit } from '../core/operation/submit.ts';
import { circumstances } from '../runtime/circumstances.ts';
import { discreetly } from '../runtime/discreet.ts';
import {
  operationsTableFromEnvironment,
  policyFromEnvironment,
  scopeFromEnvironment,
} from '../runtime/environment.ts';
import { logDecision, logger } from '../runtime/logger.ts';

type Submission = Begun | Advanced<Operation>;
type Submitted = Advanced<Operation> | Refused<Refusal>;

/**
 * The submit function of one kind of operation. The three differ in the input that they take and in what
 * their roles allow; what is sent, and when, core decides.
 */
export function submitHandler(kind: OperationKind): (event: Submission) => Promise<Submitted> {
  const rules = { scope: scopeFromEnvironment(), policy: policyFromEnvironment() };
  const records = operationsTable(operationsTableFromEnvironment());
  const ports = { requests: cloudControl(), versions: sageMaker(), circumstances, records };

  const advance = async (execution: ExecutionRef, operation: Operation): Promise<Submitted> => {
    const sent = await submit(operation, ports);
    // After the request is sent, so that whoever cancels finds it in the record, or is found here.
    const cancelled = await records.note(sent.operation);
    const decision = cancelled ? heedCancellation(sent, circumstances.now()) : sent;
    logDecision(execution, decision);
    return { execution, ...decision };
  };

  return discreetly(async (event: Submission) => {
    const { execution } = event;
    if ('operation' in event) return advance(execution, event.operation);
    const opened = await open(kind, event, rules, { records, circumstances });
    if (opened.ok) return advance(execution, opened.operation);
    const { refusal } = opened;
    logger.info('refused', { operationId: execution.name, kind, error: refusal.error.name });
    return { execution, refusal, next: { action: NEXT_ACTIONS.settle, seconds: 0 } };
  });
}
