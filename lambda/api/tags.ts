import type { RouteName } from '../contract/routes.ts';

/** The groups of routes in the OpenAPI document; generated clients make a class of each. */
export const TAGS = {
  'Image versions': 'Versions and images as they stand now, and changes of them.',
  Operations: 'What callers asked for, and how far it has come.',
  Inventory: 'What was there when, by snapshots.',
  Statements: 'SQL on image versions.',
  Manifests: 'What is to be there, as a document.',
  System: 'The API itself.',
} as const;

export const TAG_OF = {
  createImageVersion: 'Image versions',
  updateImageVersion: 'Image versions',
  deleteImageVersion: 'Image versions',
  getImageVersion: 'Image versions',
  getImageAlias: 'Image versions',
  listImageVersions: 'Image versions',
  listRegionVersions: 'Image versions',
  listImages: 'Image versions',
  getOperation: 'Operations',
  listOperations: 'Operations',
  cancelOperation: 'Operations',
  takeSnapshot: 'Inventory',
  listSnapshots: 'Inventory',
  getSnapshot: 'Inventory',
  diffSnapshots: 'Inventory',
  getVersionHistory: 'Inventory',
  getAliasHistory: 'Inventory',
  queryInventory: 'Inventory',
  runStatement: 'Statements',
  readStatement: 'Statements',
  planManifest: 'Manifests',
  testManifest: 'Manifests',
  buildManifest: 'Manifests',
  teardownManifest: 'Manifests',
  getOpenApi: 'System',
  getHealth: 'System',
} as const satisfies Record<RouteName, keyof typeof TAGS>;
