import type { RouteNameOf } from '../contract/routes.ts';
import type { Scope } from '../core/image-version/request.ts';
import type { SnapshotRequests } from '../core/inventory/desk.ts';
import type { WriteDesk } from '../core/operation/desk.ts';
import { acceptanceAnswer } from './acceptance-answer.ts';
import type { Action, Call } from './action.ts';
import { type Answer, json } from './answer.ts';
import { readBody, refuseBody } from './body.ts';
import type { SnapshotRequestShape } from './inventory-shapes.ts';
import { pathOf } from './links.ts';
import { type OperationReads, operationAnswer } from './operation-answer.ts';
import {
  CREATE_TYPES,
  createInput,
  deleteInput,
  faultsOf,
  type Input,
  inRequest,
  mergeInput,
  PATCH_TYPE,
  patchInput,
  UPDATE_TYPES,
} from './orders.ts';
import { outline } from './outline.ts';
import { LATEST } from './parameters.ts';
import { Problem, type ProblemFault } from './problem.ts';

export interface WriteParts {
  readonly desk: WriteDesk;
  readonly reads: OperationReads;
  readonly snapshots: SnapshotRequests;
  readonly scope: Scope;
}

/** The routes that change something. Each is checked whole before the desk hears of it. */
export function writeActions({
  desk,
  reads,
  snapshots,
  scope,
}: WriteParts): Readonly<Record<RouteNameOf<'write'>, Action>> {
  const hand = async (
    { request }: Call,
    input: Input,
    idempotencyKey: string | undefined,
  ): Promise<Answer> => {
    const faults = faultsOf(input, scope);
    if (faults.length > 0) throw inputProblem(faults);
    const acceptance = await desk.accept({
      kind: input.kind,
      input: input.value,
      caller: request.caller,
      ...(idempotencyKey === undefined ? { requestId: request.requestId } : { idempotencyKey }),
    });
    return acceptanceAnswer(acceptance, request, reads, (found) => inputProblem(inRequest(input, found)));
  };

  return {
    createImageVersion: async (call) => {
      const { path, query, key } = outline('createImageVersion', call, scope);
      const { value } = readBody(call.request, CREATE_TYPES);
      return hand(call, createInput(path.imageName, value, query.region), key);
    },

    updateImageVersion: async (call) => {
      const { path, query, key } = outline('updateImageVersion', call, scope);
      const { type, value } = readBody(call.request, UPDATE_TYPES);
      const make = type === PATCH_TYPE ? patchInput : mergeInput;
      return hand(call, make(path, value, query.region), key);
    },

    deleteImageVersion: async (call) => {
      const { path, query, key } = outline('deleteImageVersion', call, scope);
      refuseBody(call.request);
      return hand(call, deleteInput(path, query.region), key);
    },

    cancelOperation: async (call) => {
      const { path } = outline('cancelOperation', call, scope);
      refuseBody(call.request);
      const cancellation = await desk.cancel(path.operationId);
      switch (cancellation.outcome) {
        case 'cancelled':
        case 'cancelling':
          return operationAnswer(cancellation.record, call.request, 202, reads);
        case 'final': {
          const { record } = cancellation;
          // Asked for again, it is what was asked for.
          if (record.status === 'CANCELLED') return operationAnswer(record, call.request, 200, reads);
          throw new Problem('operation-final', {
            detail: `The operation has ended already: ${record.status}`,
            operationId: record.operationId,
          });
        }
        case 'unknown':
          throw new Problem('unknown-operation', { detail: `There is no operation ${path.operationId}` });
      }
    },

    takeSnapshot: async (call) => {
      const { region = scope.defaultRegion } = outline('takeSnapshot', call, scope).query;
      refuseBody(call.request);
      const requestedAt = new Date(call.request.receivedAt).toISOString();
      await snapshots.ask(region, requestedAt);
      const latest = pathOf('getSnapshot', { snapshotId: LATEST }, { region });
      const asked: SnapshotRequestShape = {
        region,
        requestedAt,
        links: { latest, snapshots: pathOf('listSnapshots', {}, { region }) },
      };
      return json(202, asked, { location: latest });
    },
  };
}

function inputProblem(faults: readonly ProblemFault[]): Problem {
  const detail =
    faults.length === 1
      ? 'One thing is wrong with the body'
      : `${faults.length} things are wrong with the body`;
  return new Problem('invalid-body', { detail, errors: faults });
}
