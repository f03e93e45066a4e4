import type { RouteName } from '../contract/routes.ts';
import type { ProblemName } from './problem.ts';
import type { ShapeName } from './shapes.ts';

/** What each route answers. The tests hold every answer of the API to it. */
interface RouteAnswers {
  readonly summary: string;
  /** By status. Without a shape it is an object that another document describes. */
  readonly answers: Readonly<Record<number, { readonly shape?: ShapeName; readonly description: string }>>;
  readonly problems: readonly ProblemName[];
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

const ACCEPTED = {
  shape: 'Operation',
  description: 'Accepted: it is written down and will be done, once.',
} as const;
const KNOWN = {
  shape: 'Operation',
  description: 'Accepted before under the same idempotency key; or accepted, held as preferred, and final.',
} as const;

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
      200: { shape: 'ImageVersionList', description: 'A page; more follow while nextCursor is given.' },
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
    answers: { 200: { shape: 'ImageList', description: 'A page; more follow while nextCursor is given.' } },
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
      200: { shape: 'OperationList', description: 'A page; more follow while nextCursor is given.' },
    },
    problems: READ,
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
