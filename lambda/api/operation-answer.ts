import type { ReadDesk } from '../core/operation/desk.ts';
import { isFinal, type OperationRecord } from '../core/operation/record.ts';
import { type Answer, json } from './answer.ts';
import { preferredWait } from './headers.ts';
import { pathOf } from './links.ts';
import type { ApiRequest } from './request.ts';
import { operationView } from './views.ts';
import { held, orWhenPassing, type Patience } from './waiting.ts';

export interface OperationReads {
  readonly desk: Pick<ReadDesk, 'find' | 'position'>;
  readonly patience: Patience;
  /** Seconds that an answer is held at most: what is held keeps a function in use. */
  readonly maxWaitSeconds: number;
}

/** Seconds after which it is worth asking for an operation again; a create takes SageMaker a minute and a half. */
const ASK_AGAIN = '5';

/** Held answers are out by then, counted from when the request came: API Gateway's limit is 30 s. */
const HELD_UNTIL = 23_000;

/**
 * An operation as the answer to a request, held for as long as the request prefers.
 *
 * @param pending the status where it has not ended: 202 for what was asked for now, 200 for what was asked after
 */
export async function operationAnswer(
  record: OperationRecord,
  request: ApiRequest,
  pending: 200 | 202,
  { desk, patience, maxWaitSeconds }: OperationReads,
): Promise<Answer> {
  const seconds = preferredWait(request, maxWaitSeconds);
  const until = Math.min(patience.now() + (seconds ?? 0) * 1000, request.receivedAt + HELD_UNTIL);
  const current = await held(record, until, (id) => desk.find(id), patience);
  const applied: Record<string, string> =
    seconds === undefined ? {} : { 'preference-applied': `wait=${seconds}` };
  if (isFinal(current.status)) return json(200, operationView(current, undefined), applied);
  // What has been accepted is answered, be it without its place in the queue.
  const position = await orWhenPassing(() => desk.position(current), undefined);
  return json(pending, operationView(current, position), {
    ...applied,
    'retry-after': ASK_AGAIN,
    ...(pending === 202 ? { location: pathOf('getOperation', { operationId: current.operationId }) } : {}),
  });
}
