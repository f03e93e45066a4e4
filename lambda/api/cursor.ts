import * as z from 'zod/mini';
import type { Place, RegionPlace } from '../core/catalogue.ts';
import { Problem, type ProblemFault } from './problem.ts';

/**
 * Cursors: the place where a list goes on, with the list that it belongs to, so that a cursor handed to another list is
 * told and not followed. They are opaque to callers and carry no secret.
 */

const Token = z.optional(z.string().check(z.maxLength(4096)));
const PlaceSchema: z.ZodMiniType<Place> = z.strictObject({
  token: Token,
  offset: z.int().check(z.minimum(0)),
  after: z.optional(z.string().check(z.maxLength(512))),
});
const RegionPlaceSchema: z.ZodMiniType<RegionPlace> = z.strictObject({
  images: PlaceSchema,
  versions: z.optional(PlaceSchema),
});

/** @param list names the list: what it lists, and of what */
export function cursorOf(list: string, place: unknown): string {
  return Buffer.from(JSON.stringify([list, place])).toString('base64url');
}

/** @throws Problem for a cursor that this list did not hand out */
export function placeOf(list: string, cursor: string): Place {
  return readCursor(list, cursor, PlaceSchema);
}

/** @throws Problem for a cursor that this list did not hand out */
export function regionPlaceOf(list: string, cursor: string): RegionPlace {
  return readCursor(list, cursor, RegionPlaceSchema);
}

/** @throws Problem for a cursor that this list did not hand out */
export function readCursor<At>(list: string, cursor: string, schema: z.ZodMiniType<At>): At {
  const value = decoded(cursor);
  if (Array.isArray(value) && value.length === 2 && value[0] === list) {
    const parsed = schema.safeParse(value[1]);
    if (parsed.success) return parsed.data;
  }
  throw invalidCursor();
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @param awsError where AWS is the one who does not know the place any more */
export function invalidCursor(awsError?: { readonly name: string; readonly message: string }): Problem {
  const fault: ProblemFault = {
    parameter: 'cursor',
    detail: 'given a cursor that this list did not hand out, wanted the nextCursor of its page before',
  };
  return new Problem('invalid-request', {
    detail: 'The list does not go on from this cursor',
    errors: [fault],
    ...(awsError ? { awsError } : {}),
  });
}
