import * as z from 'zod/mini';
import { QueryError } from './errors.ts';

const Moment = z.iso.datetime({ offset: true });

/** A time that a statement names, in UTC to the millisecond. @throws QueryError for what is none */
export function momentOf(written: string, column: string): string {
  if (Moment.safeParse(written).success) return new Date(written).toISOString();
  throw new QueryError(
    `given ${JSON.stringify(written.slice(0, 100))} for ${column}, wanted a time such as 2026-11-17T08:00:00Z, with Z or an offset`,
  );
}
