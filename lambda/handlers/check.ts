import { cloudControl } from '../adapters/cloud-control.ts';
import { sageMaker } from '../adapters/sagemaker.ts';
import type { Advanced } from '../contract/workflow.ts';
import { check } from '../core/operation/check.ts';
import type { Operation } from '../core/operation/operation.ts';
import { circumstances } from '../runtime/circumstances.ts';
import { discreetly } from '../runtime/discreet.ts';
import { logDecision } from '../runtime/logger.ts';

const ports = { requests: cloudControl(), versions: sageMaker(), circumstances };

/** Looks at where an operation of any kind stands, and decides what comes next. */
export const handler = discreetly(
  async ({ execution, operation }: Advanced<Operation>): Promise<Advanced<Operation>> => {
    const decision = await check(operation, ports);
    logDecision(execution, decision);
    return { execution, ...decision };
  },
);
