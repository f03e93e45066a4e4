import type { RouteName } from '../contract/routes.ts';
import type { GATEWAY_SHAPES } from './gateway-answers.ts';
import type { INVENTORY_SHAPES } from './inventory-shapes.ts';
import {
  aliasPeriodTable,
  differenceTable,
  rowTable,
  snapshotTable,
  versionPeriodTable,
} from './inventory-tables.ts';
import type { MANIFEST_SHAPES } from './manifest-shapes.ts';
import type { ProblemName } from './problem.ts';
import type { QUERY_SHAPES } from './query-shapes.ts';
import type { SHAPES } from './shapes.ts';

export type ShapeName =
  | keyof typeof SHAPES
  | keyof typeof GATEWAY_SHAPES
  | keyof typeof INVENTORY_SHAPES
  | keyof typeof QUERY_SHAPES
  | keyof typeof MANIFEST_SHAPES;

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
  /** Other media types that it is answered in, as text. @default - none */
  readonly texts?: readonly string[];
}

/** Whatever is asked for, these may happen. */
const ALWAYS = ['invalid-request', 'internal-error', 'out-of-time'] as const;
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

/** What a statement's answer comes in besides JSON: for spreadsheets, for pipes, for a terminal. */
const TEXTS = ['text/csv', 'application/x-ndjson', 'text/plain'];

const LOCATION = 'The operation, where it is not final.';

const BEGUN = {
  shape: 'Begun',
  description: 'Accepted: it is written down and will be done, once.',
} as const;

const STATEMENT = [
  ...READ,
  ...OF_BODY,
  'invalid-statement',
  'statement-too-costly',
  'not-acceptable',
  'no-snapshot',
  'before-first-snapshot',
  'snapshot-pending',
] as const;

const MANIFEST = [...READ, ...OF_BODY] as const;

const MANIFEST_WORK = {
  200: { shape: 'ManifestState', description: 'All is done that can be.' },
  202: {
    shape: 'ManifestState',
    description: 'Something is on its way: asked again, it goes on. Retry-After says when that is worth it.',
  },
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
  runStatement: {
    summary: 'Runs one statement of SQL, which may change something',
    answers: {
      200: {
        shape: 'StatementAnswer',
        description: 'What it found; or its operation, which is final.',
        texts: TEXTS,
      },
      202: { ...BEGUN, location: LOCATION },
    },
    problems: [...STATEMENT, 'idempotency-key-reused', 'invalid-body'],
  },
  readStatement: {
    summary: 'Runs one statement of SQL that only reads',
    answers: { 200: { shape: 'Rows', description: 'What it found.', texts: TEXTS } },
    problems: STATEMENT,
  },
  planManifest: {
    summary: 'What building a manifest would do, property by property; does none of it',
    answers: { 200: { shape: 'ManifestState', description: 'What would be done.' } },
    problems: MANIFEST,
  },
  testManifest: {
    summary: 'Whether all is as a manifest says',
    answers: { 200: { shape: 'ManifestState', description: 'Whether it is, and what differs.' } },
    problems: MANIFEST,
  },
  buildManifest: {
    summary: 'Makes what a manifest says and is not there, and changes what differs',
    answers: MANIFEST_WORK,
    problems: MANIFEST,
  },
  teardownManifest: {
    summary: 'Deletes what a manifest says, in reverse order',
    answers: MANIFEST_WORK,
    problems: MANIFEST,
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
