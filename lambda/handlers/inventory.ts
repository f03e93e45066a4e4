import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { cloudControl } from '../adapters/cloud-control.ts';
import { cloudControlLists } from '../adapters/cloud-control-lists.ts';
import { eventBus } from '../adapters/event-bus.ts';
import { operationCauses } from '../adapters/operation-causes.ts';
import { sageMakerLists } from '../adapters/sagemaker-lists.ts';
import { snapshotStore } from '../adapters/snapshot-store.ts';
import { ContinuationSchema } from '../core/inventory/continuation.ts';
import type { InventoryPorts } from '../core/inventory/ports.ts';
import { snapshotIdOf } from '../core/inventory/snapshot.ts';
import { type SnapshotOutcome, takeSnapshot } from '../core/inventory/take-snapshot.ts';
import { circumstances } from '../runtime/circumstances.ts';
import { discreetly } from '../runtime/discreet.ts';
import {
  eventBusFromEnvironment,
  inventoryPolicyFromEnvironment,
  inventoryTableFromEnvironment,
  operationsTableFromEnvironment,
  scopeFromEnvironment,
} from '../runtime/environment.ts';
import { logger } from '../runtime/logger.ts';
import { patience } from '../runtime/patience.ts';

const scope = scopeFromEnvironment();
const policy = inventoryPolicyFromEnvironment();

/** Each call is made once by the SDK, so that every one of them waits for its turn and is counted. */
const ONCE = { maxAttempts: 1 };

const ports: InventoryPorts = {
  reads: {
    lists: cloudControlLists(ONCE),
    requests: cloudControl(ONCE),
    images: sageMakerLists(ONCE),
  },
  store: snapshotStore(inventoryTableFromEnvironment()),
  bus: eventBus(eventBusFromEnvironment()),
  operations: operationCauses(operationsTableFromEnvironment().name),
  circumstances,
  sleep: patience.sleep,
  newId: randomUUID,
};

const SnapshotEvent = z.object({
  detail: z.object({
    region: z.string().check(
      z.refine((region) => scope.regions.includes(region), {
        error: `wanted one of the configured regions: ${scope.regions.join(', ')}`,
      }),
    ),
    trigger: z.enum(['schedule', 'request']),
    requestedAt: z.optional(z.iso.datetime()),
    continuation: z.optional(ContinuationSchema),
  }),
});

/** What of Lambda's context is looked at. */
interface LambdaContext {
  /** Of an asynchronous invocation the same for each of its attempts. */
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/**
 * Takes a snapshot of one region. Its event is a schedule's, somebody's who asks for a snapshot, or an earlier run's
 * that ran out of time: all of one form. Fails where there is no snapshot, so that Lambda tries again and an alarm
 * rings; what was read until then nobody sees.
 */
export const handler = discreetly(async (event: unknown, context: LambdaContext): Promise<void> => {
  const { region, trigger, requestedAt, continuation } = SnapshotEvent.parse(event).detail;
  const outcome = await takeSnapshot(
    { region, trigger, invocationId: context.awsRequestId, requestedAt, continuation },
    {
      policy,
      scope,
      ports,
      allotment: {
        outOfTime: () => context.getRemainingTimeInMillis() < policy.handOnSeconds * 1_000,
        until: circumstances.now() + context.getRemainingTimeInMillis(),
      },
    },
  );
  logger.info('inventory', { region, trigger, ...shown(outcome) });
});

function shown(outcome: SnapshotOutcome) {
  if (outcome.outcome !== 'taken') return outcome;
  const { snapshot } = outcome;
  const { full, counts, calls, throttled, durationSeconds } = snapshot;
  return {
    outcome: 'taken',
    snapshotId: snapshotIdOf(snapshot),
    full,
    counts,
    calls,
    throttled,
    durationSeconds,
  };
}
