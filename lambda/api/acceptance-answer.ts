import type { Fault } from '../core/fault.ts';
import type { Acceptance } from '../core/operation/desk.ts';
import type { Answer } from './answer.ts';
import { type OperationReads, operationAnswer } from './operation-answer.ts';
import { Problem } from './problem.ts';
import type { ApiRequest } from './request.ts';

/**
 * What is answered to an order: its operation, held for as long as the request prefers.
 *
 * @param invalid what the order's faults are in the request's own words
 * @throws Problem where nothing was accepted
 */
export function acceptanceAnswer(
  acceptance: Acceptance,
  request: ApiRequest,
  reads: OperationReads,
  invalid: (faults: readonly Fault[]) => Problem,
): Promise<Answer> {
  switch (acceptance.outcome) {
    case 'accepted':
      return operationAnswer(acceptance.record, request, 202, reads);
    case 'repeated':
      return operationAnswer(acceptance.record, request, 200, reads);
    case 'invalid':
      throw invalid(acceptance.faults);
    case 'key-reused':
      throw new Problem('idempotency-key-reused', {
        detail: `The key came with another request before, of which operation ${acceptance.operationId} was made`,
        operationId: acceptance.operationId,
      });
    default:
      return acceptance satisfies never;
  }
}
