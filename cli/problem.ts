import * as z from 'zod/mini';
import { CommandFailure, EXIT, type Exit } from './failure.ts';
import { plain } from './text.ts';

/** What the API says where it does not do what was asked, as a person reads it. */

const text = z.string();

const Problem = z.looseObject({
  type: text,
  title: text,
  status: z.number(),
  detail: text,
  requestId: z.optional(text),
  operationId: z.optional(text),
  errors: z.optional(
    z.array(
      z.looseObject({
        pointer: z.optional(text),
        parameter: z.optional(text),
        header: z.optional(text),
        line: z.optional(z.number()),
        column: z.optional(z.number()),
        detail: text,
      }),
    ),
  ),
});
type Problem = z.infer<typeof Problem>;
type Fault = NonNullable<Problem['errors']>[number];

/** @returns undefined where the body is no problem document */
export function problemFailure(
  status: number,
  body: unknown,
  statement: string | undefined,
): CommandFailure | undefined {
  const parsed = Problem.safeParse(body);
  if (!parsed.success) return undefined;
  const { title, detail, errors = [], requestId } = parsed.data;
  return new CommandFailure(exitOf(status), `${plain(title)} (${status}).`, {
    lines: [
      // Of one fault the detail is often all there is to say.
      ...(errors.some((fault) => fault.detail === detail) ? [] : [plain(detail)]),
      ...errors.flatMap((fault) => faultLines(fault, statement)),
      ...(status >= 500 && requestId ? [`request ${plain(requestId)}`] : []),
    ],
    next: nextOf(parsed.data),
  });
}

/** What API Gateway answers by itself, or somebody who is not this API at all. */
export function gatewayRefusal(status: number, body: unknown, origin: string): CommandFailure {
  const said: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'message') : undefined;
  const why = typeof said === 'string' ? `: ${plain(said).replace(/\.$/, '')}` : '';
  const message = `${origin} answered ${status}${why}.`;
  switch (status) {
    case 401:
    case 403:
      return new CommandFailure(EXIT.unreachable, message, {
        next: [
          'a deployed API lets in who has the policy of ReaderPolicyArn or OperatorPolicyArn, outputs of the stack',
          'at an address of your own (not …execute-api…) sign with --sign',
        ],
      });
    case 404:
      return new CommandFailure(EXIT.usage, message, {
        next: ['check --api (or IMAGE_VERSIONS_API): there is no such route there'],
      });
    case 413:
      return new CommandFailure(EXIT.usage, message, { next: ['send less'] });
    default:
      return new CommandFailure(EXIT.unreachable, message, {
        next:
          status === 429 || status >= 500
            ? ['try again in a while']
            : ['check --api (or IMAGE_VERSIONS_API)'],
      });
  }
}

function exitOf(status: number): Exit {
  if (status === 429 || status >= 500) return EXIT.unreachable;
  return [400, 406, 413, 415, 422].includes(status) ? EXIT.usage : EXIT.failed;
}

function faultLines(fault: Fault, statement: string | undefined): string[] {
  const { pointer, parameter, header, line, column } = fault;
  const detail = plain(fault.detail);
  if (line !== undefined && column !== undefined) {
    return [`line ${line}, column ${column}: ${detail}`, ...excerpt(statement, line, column)];
  }
  // A pointer's first part is the property, which is how people call it.
  const place = pointer?.slice(1).replaceAll('~1', '/').replaceAll('~0', '~') ?? parameter ?? header;
  return [place ? `${plain(place)}: ${detail}` : detail];
}

const BEFORE = 60;

/** The line of a statement with a mark below the place. */
function excerpt(statement: string | undefined, line: number, column: number): string[] {
  const whole = statement?.split(/\r?\n/)[line - 1];
  if (whole === undefined) return [];
  const from = Math.max(0, column - 1 - BEFORE);
  return [`  ${plain(whole.slice(from, from + BEFORE + 20))}`, `  ${' '.repeat(column - 1 - from)}^`];
}

/** By the name of the problem, which its type ends with. */
function nextOf({ type, operationId }: Problem): string[] {
  const name = type.slice(type.lastIndexOf('/') + 1);
  const show = operationId ? `image-versions operations show ${plain(operationId)}` : undefined;
  switch (name) {
    case 'unknown-image':
      return ['image-versions list --images   shows which there are'];
    case 'unknown-image-version':
    case 'unknown-alias':
      return ['image-versions list IMAGE   shows which versions and aliases there are'];
    case 'unknown-operation':
      return ['image-versions operations list   shows which there are'];
    case 'no-snapshot':
      return ['image-versions snapshots take --wait   takes the first one'];
    case 'unknown-snapshot':
    case 'before-first-snapshot':
      return ['image-versions snapshots list   shows which there are'];
    case 'idempotency-key-reused':
      return [...(show ? [`${show}   tells what came of it`] : []), 'give another --key'];
    case 'throttled':
    case 'unavailable':
    case 'out-of-time':
    case 'snapshot-pending':
      return ['try again in a while'];
    case 'permission-missing':
      return ['whoever runs the API has to mend its role'];
    default:
      return [];
  }
}
