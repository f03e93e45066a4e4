import { CallError } from '../core/ports.ts';
import type { Answer } from './answer.ts';

/**
 * Problems (RFC 9457): what is answered where a request is not done. One list for the code and for the OpenAPI
 * document, in which each type's URI leads to its explanation.
 */

export const PROBLEMS = {
  'invalid-request': {
    status: 400,
    title: 'The request has faults',
    meaning: 'A parameter or a header is not as it must be; `errors` names each one.',
  },
  'malformed-body': {
    status: 400,
    title: 'The body cannot be read',
    meaning: 'The body is not JSON, not UTF-8, too deeply nested, or there is one where none is wanted.',
  },
  'unknown-image': { status: 404, title: 'There is no such image', meaning: 'The region has no such image.' },
  'unknown-image-version': {
    status: 404,
    title: 'There is no such image version',
    meaning: 'The image has no such version, or there is no such image; of a history: it was in no snapshot.',
  },
  'unknown-alias': {
    status: 404,
    title: 'There is no such alias',
    meaning:
      'No version of the image has the alias, or there is no such image; of a history: it was in no snapshot.',
  },
  'unknown-operation': {
    status: 404,
    title: 'There is no such operation',
    meaning: 'No operation has this id; records are removed some time after the operation has ended.',
  },
  'no-snapshot': {
    status: 404,
    title: 'There is no snapshot yet',
    meaning: 'No snapshot of the region is committed; `POST /snapshots` asks for one.',
  },
  'unknown-snapshot': {
    status: 404,
    title: 'There is no such snapshot',
    meaning: 'The region has no committed snapshot of this number.',
  },
  'before-first-snapshot': {
    status: 404,
    title: 'Nothing is known of that time',
    meaning: "The time is before the region's first snapshot.",
  },
  'not-acceptable': {
    status: 406,
    title: 'There is no such representation',
    meaning: 'The `Accept` header wants none of the types that the list can be answered in.',
  },
  'operation-final': {
    status: 409,
    title: 'The operation has ended already',
    meaning: 'What has ended cannot be cancelled; the operation tells how it ended.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    meaning: 'A body has at most 64 KiB; one with a statement or a manifest, 256.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is of a type that is not taken',
    meaning: 'The `Content-Type` is none of those of the route, or the body is compressed.',
  },
  'invalid-body': {
    status: 422,
    title: 'The body has faults',
    meaning: 'The body is JSON but not what the route takes; `errors` lists every fault of it.',
  },
  'invalid-statement': {
    status: 400,
    title: 'The statement cannot be run',
    meaning:
      'The statement, or a parameter of it, is not as it must be; `errors` names the line and column where there is one. Nothing was done.',
  },
  'statement-too-costly': {
    status: 422,
    title: 'The statement takes too much',
    meaning: 'It would read or answer more than one request may; `detail` says how to narrow it.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The idempotency key was used for something else',
    meaning: 'The caller has sent another request under this key; `operationId` is what came of that one.',
  },
  throttled: {
    status: 429,
    title: 'AWS asks for fewer requests',
    meaning: 'AWS throttled a call behind the request; `Retry-After` says when to try again.',
  },
  'internal-error': {
    status: 500,
    title: 'The API failed',
    meaning: 'A fault of the API itself; its logs have more under `requestId`.',
  },
  'permission-missing': {
    status: 500,
    title: 'The API lacks a permission',
    meaning: "AWS refused the API's own role; `awsError` says what. It is for the API's operators to mend.",
  },
  'aws-refused': {
    status: 502,
    title: 'AWS did not do what was asked',
    meaning: 'AWS refused a call behind the request, or answered it in a way that is not documented.',
  },
  unavailable: {
    status: 503,
    title: 'AWS did not answer',
    meaning: 'A call behind the request was broken off or failed on the side of AWS; it may be repeated.',
  },
  'snapshot-pending': {
    status: 503,
    title: 'That time is not settled yet',
    meaning:
      'A snapshot that was taken by then is about to be committed; `Retry-After` says when to ask again.',
  },
  'out-of-time': {
    status: 503,
    title: 'The answer took too long',
    meaning: 'The request was not done within 25 s; it may be repeated, a change under its idempotency key.',
  },
} as const satisfies Record<string, { status: number; title: string; meaning: string }>;

export type ProblemName = keyof typeof PROBLEMS;

/** One fault: in the body, in a parameter, or in a header. */
export type ProblemFault =
  | { readonly pointer: string; readonly detail: string }
  | { readonly parameter: string; readonly detail: string }
  | { readonly header: string; readonly detail: string }
  /** In a statement, both counted from 1. */
  | { readonly line: number; readonly column: number; readonly detail: string };

/** What a problem may say beyond its type. */
export interface ProblemDetails {
  readonly detail: string;
  readonly errors?: readonly ProblemFault[];
  /** AWS's own words. */
  readonly awsError?: { readonly name: string; readonly message: string };
  readonly operationId?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown where a request turns out not to be done; the entrance makes the answer of it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly problem: ProblemName;
  readonly details: ProblemDetails;

  constructor(problem: ProblemName, details: ProblemDetails) {
    super(details.detail);
    this.problem = problem;
    this.details = details;
  }
}

/** Where the OpenAPI document explains a type. */
function problemType(problem: ProblemName): string {
  return `/openapi.json#/x-problems/${problem}`;
}

export const PROBLEM_TYPE = 'application/problem+json';

export function problemAnswer(
  { problem, details }: Problem,
  about: { readonly path: string; readonly requestId: string },
): Answer {
  const { status, title } = PROBLEMS[problem];
  const { headers, ...members } = details;
  return {
    status,
    headers: { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store', ...headers },
    body: JSON.stringify({
      type: problemType(problem),
      title,
      status,
      ...members,
      instance: encodeURI(about.path.slice(0, LONGEST_INSTANCE).toWellFormed()),
      requestId: about.requestId,
    }),
  };
}

const LONGEST_INSTANCE = 256;

/** Seconds after which what failed for the moment may be tried again. */
const RETRY_SECONDS = '5';

/** What any error comes to. Errors that are nobody's answer stay in the logs and are not shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof CallError) return problemOfCall(error);
  return new Problem('internal-error', { detail: 'The API failed; its logs tell why' });
}

function problemOfCall({ name, message, transient }: CallError): Problem {
  const details = { detail: `AWS: ${name}: ${message}`, awsError: { name, message } };
  if (transient) {
    const headers = { 'retry-after': RETRY_SECONDS };
    return new Problem(THROTTLING.test(name) ? 'throttled' : 'unavailable', { ...details, headers });
  }
  return new Problem(DENIED.test(name) ? 'permission-missing' : 'aws-refused', details);
}

const THROTTLING = /Throttl|TooManyRequests|RequestLimitExceeded|ThroughputExceeded/;
const DENIED =
  /^(AccessDenied|Unauthorized|NotAuthorized|InvalidCredentials|UnrecognizedClient|ExpiredToken)/;
