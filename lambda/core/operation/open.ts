import { ERRORS } from '../../contract/errors.ts';
import type { OperationPolicy } from '../../contract/policy.ts';
import type { Begun, OperationKind } from '../../contract/workflow.ts';
import { PARSERS, type Scope } from '../image-version/request.ts';
import { subjectOf } from '../image-version/subject.ts';
import type { Circumstances, OperationRecords } from '../ports.ts';
import type { Operation } from './operation.ts';
import type { OperationError, Refusal } from './result.ts';
import { begin } from './transitions.ts';

export interface OpenPorts {
  readonly records: OperationRecords;
  readonly circumstances: Circumstances;
}

/** What an operation is measured by: whose images it may touch, and how long it may take. */
export interface Rules {
  readonly scope: Scope;
  readonly policy: OperationPolicy;
}

export type Opened =
  | { readonly ok: true; readonly operation: Operation }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Makes an operation of what an execution was started with: checks the input and opens the record. Run again,
 * it finds the record that it opened and goes on, with the time at which that was.
 */
export async function open(
  kind: OperationKind,
  { execution, input }: Begun,
  rules: Rules,
  { records, circumstances }: OpenPorts,
): Promise<Opened> {
  const at = circumstances.now();
  const refuse = (error: OperationError): Opened => ({
    ok: false,
    refusal: { kind, error, at, subject: subjectOf(kind, input, rules.scope) },
  });
  const parsed = PARSERS[kind](input, rules.scope);
  if (!parsed.ok) {
    const { faults } = parsed;
    const message = faults.map(({ path, message }) => `${path || 'input'}: ${message}`).join('; ');
    return refuse({ name: ERRORS.invalidInput, message, faults });
  }
  const operation = begin(execution, parsed.request, rules.policy, at);
  const opening = await records.open(operation, input);
  switch (opening.outcome) {
    case 'opened': {
      const begun = begin(execution, parsed.request, rules.policy, opening.startedAt);
      return { ok: true, operation: opening.again ? { ...begun, resumed: true } : begun };
    }
    case 'cancelled':
      return refuse({ name: ERRORS.cancelled, message: 'Cancelled as asked, before it began' });
    case 'taken': {
      const message = `An operation ${execution.name} exists already: start the execution under another name`;
      return refuse({ name: ERRORS.operationIdTaken, message });
    }
  }
}
