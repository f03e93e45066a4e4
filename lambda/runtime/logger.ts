import { Logger } from '@aws-lambda-powertools/logger';
import type { ExecutionRef } from '../contract/workflow.ts';
import type { Decision } from '../core/operation/operation.ts';
import type { Report } from '../core/ports.ts';
import { discreet } from './discreet.ts';

/** Structured logs. Never given: client tokens, request bodies, properties. */
export const logger = new Logger({ serviceName: 'image-version-automation' });

/** One line for each decision: enough to follow an operation through the logs of all functions. */
export function logDecision(execution: ExecutionRef, { operation, next }: Decision): void {
  const { kind, step, phase, identifier, requests } = operation;
  logger.info('decided', {
    operationId: execution.name,
    kind,
    step: step.work.name,
    attempt: step.attempt,
    phase: phase.name,
    lastStatus: requests.at(-1)?.status,
    identifier,
    next: next.action,
    seconds: next.seconds,
    ...(phase.name === 'ended' && phase.outcome.status === 'FAILED'
      ? { error: phase.outcome.error.name }
      : {}),
  });
}

/** Tells of a fault that is mended later, with AWS's own name, and its message where that quotes nothing. */
export const report: Report = (what, error) => {
  logger.warn(what, discreet(error));
};
