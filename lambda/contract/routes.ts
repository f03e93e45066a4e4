/**
 * The HTTP API's routes: the stack declares them, the functions serve them, the OpenAPI document describes them,
 * and the policies for people are cut along them. The API has no `$default` route, so these are all there are.
 */

/** Which function serves a route, by the name of its file in lambda/handlers. */
export const API_HANDLERS = {
  read: 'api-read',
  write: 'api-write',
  inventory: 'api-inventory',
  query: 'api-query',
  queryRead: 'api-query-read',
  manifest: 'api-manifest',
  manifestRead: 'api-manifest-read',
} as const;
export type ApiSide = keyof typeof API_HANDLERS;

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Parameters in braces, as API Gateway and OpenAPI both have it. */
  readonly path: string;
  /**
   * Each side is served by a function of its own, which may do what its routes need. What serves a reader can start and write
   * nothing, so a route without `changes` is never on a side that has one with it.
   */
  readonly side: ApiSide;
  /** Something may change by it: it is for operators, and the others are for readers as well. */
  readonly changes?: true;
}

export const ROUTES = {
  createImageVersion: { method: 'POST', path: '/images/{imageName}/versions', side: 'write', changes: true },
  updateImageVersion: {
    method: 'PATCH',
    path: '/images/{imageName}/versions/{version}',
    side: 'write',
    changes: true,
  },
  deleteImageVersion: {
    method: 'DELETE',
    path: '/images/{imageName}/versions/{version}',
    side: 'write',
    changes: true,
  },
  cancelOperation: { method: 'POST', path: '/operations/{operationId}/cancel', side: 'write', changes: true },
  getImageVersion: { method: 'GET', path: '/images/{imageName}/versions/{version}', side: 'read' },
  getImageAlias: { method: 'GET', path: '/images/{imageName}/aliases/{alias}', side: 'read' },
  listImageVersions: { method: 'GET', path: '/images/{imageName}/versions', side: 'read' },
  listRegionVersions: { method: 'GET', path: '/image-versions', side: 'read' },
  listImages: { method: 'GET', path: '/images', side: 'read' },
  getOperation: { method: 'GET', path: '/operations/{operationId}', side: 'read' },
  listOperations: { method: 'GET', path: '/operations', side: 'read' },
  takeSnapshot: { method: 'POST', path: '/snapshots', side: 'write', changes: true },
  listSnapshots: { method: 'GET', path: '/snapshots', side: 'inventory' },
  getSnapshot: { method: 'GET', path: '/snapshots/{snapshotId}', side: 'inventory' },
  diffSnapshots: { method: 'GET', path: '/snapshots/{snapshotId}/diff/{otherId}', side: 'inventory' },
  getVersionHistory: {
    method: 'GET',
    path: '/images/{imageName}/versions/{version}/history',
    side: 'inventory',
  },
  getAliasHistory: { method: 'GET', path: '/images/{imageName}/aliases/{alias}/history', side: 'inventory' },
  queryInventory: { method: 'GET', path: '/inventory', side: 'inventory' },
  runStatement: { method: 'POST', path: '/query', side: 'query', changes: true },
  readStatement: { method: 'POST', path: '/query/read', side: 'queryRead' },
  planManifest: { method: 'POST', path: '/manifests/plan', side: 'manifestRead' },
  testManifest: { method: 'POST', path: '/manifests/test', side: 'manifestRead' },
  buildManifest: { method: 'POST', path: '/manifests/build', side: 'manifest', changes: true },
  teardownManifest: { method: 'POST', path: '/manifests/teardown', side: 'manifest', changes: true },
  getOpenApi: { method: 'GET', path: '/openapi.json', side: 'read' },
  getHealth: { method: 'GET', path: '/health', side: 'read' },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;

/** The routes that one function serves. */
export type RouteNameOf<Side extends ApiSide> = {
  [Name in RouteName]: (typeof ROUTES)[Name]['side'] extends Side ? Name : never;
}[RouteName];

export const ROUTE_NAMES = Object.keys(ROUTES) as RouteName[];
