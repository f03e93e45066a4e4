import * as z from 'zod/mini';
import { LONGEST_WAIT_SECONDS } from '../contract/api-limits.ts';
import type { InventoryPolicy } from '../contract/inventory.ts';
import type { OperationPolicy } from '../contract/policy.ts';
import { VARIABLES } from '../contract/variables.ts';
import type { OperationKind } from '../contract/workflow.ts';
import type { Scope } from '../core/image-version/request.ts';

/**
 * The functions' environment, read once at start. The stack sets every variable
 * (lib/constructs/handler-function.ts), so one that is missing means a function deployed by other means.
 */
type Variable = (typeof VARIABLES)[keyof typeof VARIABLES];

function read(name: Variable): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(
      `The environment variable ${name} is missing: the CDK stack sets it, deploy with cdk deploy`,
    );
  }
  return value;
}

export function scopeFromEnvironment(): Scope {
  const regions = read(VARIABLES.regions).split(',');
  // Lambda itself sets this one: the stack's own region.
  const own = regions.find((region) => region === process.env.AWS_REGION);
  return {
    regions,
    defaultRegion: own ?? regions[0] ?? '',
    account: read(VARIABLES.account),
    partition: read(VARIABLES.partition),
  };
}

const positive = z.int().check(z.minimum(1));
const Policy: z.ZodMiniType<OperationPolicy> = z.strictObject({
  deadlineSeconds: positive,
  graceSeconds: positive,
  maxAttempts: positive,
  maxBusyAttempts: positive,
  retrySeconds: positive,
  maxCalls: positive,
});

export function policyFromEnvironment(): OperationPolicy {
  return Policy.parse(JSON.parse(read(VARIABLES.policy)));
}

export function operationsTableFromEnvironment(): { name: string; recordDays: number } {
  return { name: read(VARIABLES.operationsTable), recordDays: Number(read(VARIABLES.recordDays)) };
}

export function queuesTableFromEnvironment(): string {
  return read(VARIABLES.queuesTable);
}

const Seconds = z.int().check(z.minimum(0), z.maximum(LONGEST_WAIT_SECONDS));

/** Seconds that an answer is held at most, where its request asks to wait. */
export function maxWaitFromEnvironment(): number {
  return Seconds.parse(Number(read(VARIABLES.maxWaitSeconds)));
}

export function eventBusFromEnvironment(): string {
  return read(VARIABLES.eventBus);
}

export function inventoryTableFromEnvironment(): string {
  return read(VARIABLES.inventoryTable);
}

const HowToRead: z.ZodMiniType<InventoryPolicy> = z.strictObject({
  callsPerSecond: positive,
  fullEvery: positive,
  handOnSeconds: positive,
});

export function inventoryPolicyFromEnvironment(): InventoryPolicy {
  return HowToRead.parse(JSON.parse(read(VARIABLES.inventoryPolicy)));
}

const StateMachines = z.strictObject({ create: z.string(), update: z.string(), delete: z.string() });

export function stateMachinesFromEnvironment(): Readonly<Record<OperationKind, string>> {
  return StateMachines.parse(JSON.parse(read(VARIABLES.stateMachines)));
}
