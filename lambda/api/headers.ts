import * as z from 'zod/mini';
import { shown } from '../core/fault.ts';
import type { ProblemFault } from './problem.ts';
import type { ApiRequest } from './request.ts';

/** The headers that a request may say something by. */

/**
 * Printable ASCII but for the comma: API Gateway joins a header that was given twice with commas, so that one
 * with a comma in it cannot be told from two.
 */
export const IdempotencyKey = z.string().check(z.regex(/^[\x20-\x2b\x2d-\x7e]{1,255}$/));

export function readIdempotencyKey({ headers }: ApiRequest, faults: ProblemFault[]): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  const parsed = IdempotencyKey.safeParse(given);
  if (parsed.success) return parsed.data;
  const detail = given.includes(',')
    ? 'given with a comma, or more than once; wanted once, without a comma'
    : `given ${shown(given)}, wanted 1 to 255 printable ASCII characters without a comma`;
  faults.push({ header: 'Idempotency-Key', detail });
  return undefined;
}

/**
 * Seconds that `Prefer: wait=N` asks for, cut to the longest; undefined where it does not. By RFC 7240 a preference that
 * is not understood is passed over, and of one that is given twice the first counts.
 */
export function preferredWait({ headers }: ApiRequest, longest: number): number | undefined {
  const [seconds] = (headers.prefer ?? '')
    .split(',')
    .flatMap((preference) => /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;|$)/i.exec(preference)?.[1] ?? []);
  return seconds === undefined ? undefined : Math.min(Number(seconds), longest);
}
