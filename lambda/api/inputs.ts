import type { RouteName } from '../contract/routes.ts';
import { CREATE_TYPES, UPDATE_TYPES } from './orders.ts';
import type { PathName, QueryName } from './parameters.ts';

/** What each route reads of a request: what it is checked by, and what the OpenAPI document tells of it. */
interface RouteInputs {
  readonly path: readonly PathName[];
  readonly query: readonly QueryName[];
  /** Media types of the body; none where there is no body. */
  readonly body: readonly string[];
  /** A change, which an idempotency key makes one however often it is sent. */
  readonly idempotent: boolean;
  /** Answers an operation, which may be held until it is final. */
  readonly held: boolean;
}

/** Of what carries a statement or a manifest. */
export const STATEMENT_TYPES = ['application/json'] as const;

const read = { body: [], idempotent: false, held: false } as const;
/** A page of the inventory. */
const PAGE = ['rowLimit', 'cursor', 'formulas'] as const;
const write = { idempotent: true, held: true } as const;

export const ROUTE_INPUTS = {
  createImageVersion: { path: ['imageName'], query: ['region'], body: CREATE_TYPES, ...write },
  updateImageVersion: { path: ['imageName', 'version'], query: ['region'], body: UPDATE_TYPES, ...write },
  deleteImageVersion: { path: ['imageName', 'version'], query: ['region'], body: [], ...write },
  cancelOperation: { path: ['operationId'], query: [], ...read, held: true },
  getImageVersion: { path: ['imageName', 'version'], query: ['region'], ...read },
  getImageAlias: { path: ['imageName', 'alias'], query: ['region'], ...read },
  listImageVersions: { path: ['imageName'], query: ['region', 'limit', 'cursor'], ...read },
  listRegionVersions: { path: [], query: ['region', 'limit', 'cursor'], ...read },
  listImages: { path: [], query: ['region', 'limit', 'cursor'], ...read },
  getOperation: { path: ['operationId'], query: [], ...read, held: true },
  listOperations: { path: [], query: ['region', 'image', 'status', 'since', 'limit', 'cursor'], ...read },
  takeSnapshot: { path: [], query: ['region'], ...read },
  listSnapshots: { path: [], query: ['region', 'since', ...PAGE], ...read },
  getSnapshot: { path: ['snapshotId'], query: ['region', ...PAGE], ...read },
  diffSnapshots: { path: ['snapshotId', 'otherId'], query: ['region', ...PAGE], ...read },
  getVersionHistory: { path: ['imageName', 'version'], query: ['region', ...PAGE], ...read },
  getAliasHistory: { path: ['imageName', 'alias'], query: ['region', ...PAGE], ...read },
  queryInventory: {
    path: [],
    query: ['region', 'image', 'alias', 'vendorGuidance', 'processor', 'mlFramework', 'at', ...PAGE],
    ...read,
  },
  runStatement: { path: [], query: ['formulas'], body: STATEMENT_TYPES, ...write },
  readStatement: { path: [], query: ['formulas'], ...read, body: STATEMENT_TYPES },
  planManifest: { path: [], query: [], ...read, body: STATEMENT_TYPES },
  testManifest: { path: [], query: [], ...read, body: STATEMENT_TYPES },
  buildManifest: { path: [], query: [], ...read, body: STATEMENT_TYPES },
  teardownManifest: { path: [], query: [], ...read, body: STATEMENT_TYPES },
  getOpenApi: { path: [], query: [], ...read },
  getHealth: { path: [], query: [], ...read },
} as const satisfies Record<RouteName, RouteInputs>;
