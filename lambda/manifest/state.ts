import type { ListedVersion } from '../core/inventory/ports.ts';
import type { OperationRecord } from '../core/operation/record.ts';
import type { NamedError, Need, PropertyChange } from './need.ts';
import { invalid } from './orders.ts';
import { exported, type Finding } from './survey.ts';

/** What is told of a manifest and its resources. */

export interface ManifestState {
  readonly name: string;
  /** Nothing is left to be done, or can be. */
  readonly done: boolean;
  /** Of a test. */
  readonly ok?: boolean;
  readonly resources: readonly ResourceState[];
}

export interface ResourceState {
  readonly name: string;
  readonly action: 'create' | 'update' | 'none' | 'delete' | 'keep' | 'skip';
  readonly status: 'planned' | 'running' | 'done' | 'waiting' | 'failed' | 'blocked';
  readonly imageName?: string;
  readonly region?: string;
  readonly version?: number;
  readonly identifier?: string;
  readonly changes: readonly PropertyChange[];
  readonly operationId?: string;
  readonly error?: NamedError;
  /** By the names that they are exported under; those that are known. */
  readonly exports: Readonly<Record<string, unknown>>;
}

export type Progress = Pick<ResourceState, 'action' | 'status'> & {
  readonly changes?: readonly PropertyChange[];
  readonly operation?: OperationRecord | undefined;
  readonly error?: NamedError;
  /** The version that it is about, where that is not the one that the resource means by now. */
  readonly about?: ListedVersion;
};

export function stateOf(name: string, resources: readonly ResourceState[]): ManifestState {
  const open = resources.some(({ status }) => ['planned', 'running', 'waiting'].includes(status));
  return { name, done: !open, resources };
}

/** A resource, and how far what is to be done about it has come. */
export function resourceState(finding: Finding, progress: Progress): ResourceState {
  const { action, status, changes = [], operation, error, about } = progress;
  const state = {
    name: finding.resource.name,
    action,
    status,
    changes,
    ...(operation ? { operationId: operation.operationId } : {}),
    ...(error ? { error } : {}),
  };
  if (finding.kind !== 'found') return { ...state, exports: {} };
  const { resource, resolved, sight } = finding;
  const { ImageName } = resolved.said;
  const { standing } = sight ?? {};
  const listed = about ?? standing?.listed ?? sight?.going;
  const version = listed?.version ?? operation?.version;
  const identifier = listed?.identifier ?? operation?.identifier;
  return {
    ...state,
    ...(typeof ImageName === 'string' ? { imageName: ImageName } : {}),
    region: resolved.region,
    ...(version === undefined ? {} : { version }),
    ...(identifier === undefined ? {} : { identifier }),
    exports: standing && !about ? Object.fromEntries(exported(resource, resolved.region, standing)) : {},
  };
}

/** How a resource stands that nothing is done about now. */
export function progressOf(finding: Finding): Progress {
  switch (finding.kind) {
    case 'skipped':
      return { action: 'skip', status: 'done' };
    case 'faulty':
    case 'contested':
      return { action: 'none', status: 'failed', error: invalid(finding.faults) };
    case 'found':
      return needed(finding.need, finding.resolved.waits.size > 0);
  }
}

function needed(need: Need, waits: boolean): Progress {
  switch (need.kind) {
    case 'none':
      return { action: 'none', status: 'done' };
    case 'create':
    case 'update':
      return { action: need.kind, status: waits ? 'waiting' : 'planned', changes: need.changes };
    case 'underway':
      return { action: need.action, status: 'running', changes: need.changes, operation: need.operation };
    case 'leaving':
      return { action: 'create', status: 'waiting', changes: need.changes };
    case 'impossible':
      return { action: 'create', status: 'failed', error: need.error };
  }
}
