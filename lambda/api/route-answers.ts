import type { RouteName } from '../contract/routes.ts';
import type { INVENTORY_SHAPES } from './inventory-shapes.ts';
import {
  aliasPeriodTable,
  differenceTable,
  rowTable,
  snapshotTable,
  versionPeriodTable,
} from './inventory-tables.ts';
import type { ProblemName } from './problem.ts';
import type { SHAPES } from './shapes.ts';

export type ShapeName = keyof typeof SHAPES | keyof typeof INVENTORY_SHAPES;

/** What each route answers. The tests hold every answer of the API to it. */
interface RouteAnswers {
  readonly summary: string;
  /** By status. */
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  readonly problems: readonly ProblemName[];
}

export interface RouteAnswer {
  /** @default - an object that another document describes */
  readonly shape?: ShapeName;
  readonly description: string;
  /** What its Location header leads to. @default - it has none */
  readonly location?: string;
  /** A list that is also answered as CSV, with these columns, and as NDJSON, with such an item on each line. */
  readonly lines?: { readonly columns: readonly string[]; readonly item: ShapeName };
}

/** Whatever is asked for, these may happen. */
const ALWAYS = [
  'invalid-request',
  'unknown-route',
  'method-not-allowed',
  'internal-error',
  'out-of-time',
] as const;
/** Of a call to AWS. */
const OF_AWS = ['throttled', 'permission-missing', 'aws-refused', 'unavailable'] as const;
const OF_BODY = ['malformed-body', 'body-too-large', 'unsupported-media-type', 'invalid-body'] as const;

const READ = [...ALWAYS, ...OF_AWS] as const;
const CHANGE = [...READ, 'idempotency-key-reused'] as const;

/** Of a list of the inventory. */
const KNOWN_PAST = [...READ, 'not-acceptable'] as const;

const PAGE = 'A page; more follow while nextCursor is given.';

const ACCEPTED = {
  shape: 'Operation',
  description: 'Accepted: it is written down and will be done, once.',
} as const;
const KNOWN = {
  shape: 'Operation',
  description: 'Accepted before under the same idempotency key; or accepted, held as preferred, and final.',
} as const;

const ROWS = {
  shape: 'InventoryPage',
  description: 'A page, which may have few items or none; more follow while nextCursor is given.',
  lines: { item: 'InventoryRow', columns: namesOf(rowTable) },
} as const;

function namesOf({ columns }: { readonly columns: readonly (readonly [string, unknown])[] }): string[] {
  return columns.map(([name]) => name);
}

export const ROUTE_ANSWERS: Readonly<Record<RouteName, RouteAnswers>> = {
  createImageVersion: {
    summary: 'Creates a version of an image',
    answers: { 200: KNOWN, 202: ACCEPTED },
    problems: [...CHANGE, ...OF_BODY],
  },
  updateImageVersion: {
    summary: 'Changes properties and aliases of a version',
    answers: { 200: KNOWN, 202: ACCEPTED },
    problems: [...CHANGE, ...OF_BODY],
  },
  deleteImageVersion: {
    summary: 'Deletes a version; what is gone already counts as done',
    answers: { 200: KNOWN, 202: ACCEPTED },
    problems: [...CHANGE, 'malformed-body', 'invalid-body'],
  },
  cancelOperation: {
    summary: 'Cancels an operation',
    answers: {
      200: { shape: 'Operation', description: 'It is cancelled, or has come to its end in another way.' },
      202: {
        shape: 'Operation',
        description:
          'Its Cloud Control request is told to stop; the operation will say what really happened.',
      },
    },
    problems: [...READ, 'malformed-body', 'unknown-operation', 'operation-final'],
  },
  getImageVersion: {
    summary: 'A version as it stands now, with its aliases',
    answers: { 200: { shape: 'ImageVersion', description: 'The version.' } },
    problems: [...READ, 'unknown-image-version'],
  },
  getImageAlias: {
    summary: 'The version that an alias points to now',
    answers: { 200: { shape: 'ImageVersion', description: 'The version.' } },
    problems: [...READ, 'unknown-alias'],
  },
  listImageVersions: {
    summary: 'The versions of an image as they stand now',
    answers: {
      200: { shape: 'ImageVersionList', description: PAGE },
    },
    problems: [...READ, 'unknown-image'],
  },
  listRegionVersions: {
    summary: 'The versions of every image of a region',
    answers: {
      200: {
        shape: 'ImageVersionList',
        description: 'A page, which may have few items or none; more follow while nextCursor is given.',
      },
    },
    problems: READ,
  },
  listImages: {
    summary: 'The images of a region',
    answers: { 200: { shape: 'ImageList', description: PAGE } },
    problems: READ,
  },
  getOperation: {
    summary: 'An operation, with the history of its requests, waits and errors',
    answers: { 200: { shape: 'Operation', description: 'The operation.' } },
    problems: [...READ, 'unknown-operation'],
  },
  listOperations: {
    summary: 'Operations, newest first',
    answers: {
      200: { shape: 'OperationList', description: PAGE },
    },
    problems: READ,
  },
  takeSnapshot: {
    summary: 'Asks for a snapshot of a region, to be taken now',
    answers: {
      202: {
        shape: 'SnapshotRequest',
        description: 'Asked for: one that is begun from now on will be committed in a while.',
        location: 'The newest snapshot, whichever that is by then.',
      },
    },
    problems: [...READ, 'malformed-body'],
  },
  listSnapshots: {
    summary: 'The snapshots of a region, newest first',
    answers: {
      200: {
        shape: 'SnapshotList',
        description: PAGE,
        lines: { item: 'Snapshot', columns: namesOf(snapshotTable) },
      },
    },
    problems: KNOWN_PAST,
  },
  getSnapshot: {
    summary: 'A snapshot, and the versions that there were',
    answers: { 200: ROWS },
    problems: [...KNOWN_PAST, 'no-snapshot', 'unknown-snapshot'],
  },
  diffSnapshots: {
    summary: 'What the second of two snapshots has otherwise than the first, version by version',
    answers: {
      200: {
        shape: 'SnapshotDiff',
        description: PAGE,
        lines: { item: 'VersionDifference', columns: namesOf(differenceTable) },
      },
    },
    problems: [...KNOWN_PAST, 'no-snapshot', 'unknown-snapshot'],
  },
  getVersionHistory: {
    summary: 'How a version was, and from when until when, oldest first',
    answers: {
      200: {
        shape: 'VersionHistory',
        description: PAGE,
        lines: { item: 'VersionPeriod', columns: namesOf(versionPeriodTable) },
      },
    },
    problems: [...KNOWN_PAST, 'no-snapshot', 'unknown-image-version'],
  },
  getAliasHistory: {
    summary: 'Which versions an alias pointed to, and from when until when, oldest first',
    answers: {
      200: {
        shape: 'AliasHistory',
        description: PAGE,
        lines: { item: 'AliasPeriod', columns: namesOf(aliasPeriodTable) },
      },
    },
    problems: [...KNOWN_PAST, 'no-snapshot', 'unknown-alias'],
  },
  queryInventory: {
    summary: 'Versions as the newest snapshot has them, or as they were at a time',
    answers: { 200: ROWS },
    problems: [...KNOWN_PAST, 'no-snapshot', 'before-first-snapshot', 'snapshot-pending'],
  },
  getOpenApi: {
    summary: 'This document',
    answers: { 200: { description: 'The document.' } },
    problems: ALWAYS,
  },
  getHealth: {
    summary: 'Whether the parts of the API answer',
    answers: {
      200: { shape: 'Health', description: 'Every part answers.' },
      503: { shape: 'Health', description: 'A part does not answer, or not in time.' },
    },
    problems: ALWAYS,
  },
};
