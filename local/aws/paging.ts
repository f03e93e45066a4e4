import { AwsError } from './service.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/**
 * One page of an ordered list. The token remembers the last item given, so that what is created or deleted
 * between two pages makes no item come twice or be missed; if that very item is gone, its place counts.
 *
 * @throws AwsError ValidationException for a token that was never given out.
 */
export function paginate<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  size: number,
  token: string | undefined,
): Page<T> {
  const start = token === undefined ? 0 : placeAfter(items, idOf, token);
  const page = items.slice(start, start + size);
  const last = page.at(-1);
  if (last === undefined || start + size >= items.length) return { items: page };
  return { items: page, nextToken: encode({ id: idOf(last), index: start + size }) };
}

interface Bookmark {
  readonly id: string;
  /** Of the first item that is still to come. */
  readonly index: number;
}

function placeAfter<T>(items: readonly T[], idOf: (item: T) => string, token: string): number {
  const bookmark = decode(token);
  const found = items.findIndex((item) => idOf(item) === bookmark.id);
  return found >= 0 ? found + 1 : Math.max(0, bookmark.index - 1);
}

function encode(bookmark: Bookmark): string {
  return Buffer.from(JSON.stringify([bookmark.id, bookmark.index])).toString('base64');
}

function decode(token: string): Bookmark {
  const parsed = parsedOrUndefined(Buffer.from(token, 'base64').toString('utf8'));
  if (Array.isArray(parsed) && typeof parsed[0] === 'string' && typeof parsed[1] === 'number') {
    return { id: parsed[0], index: parsed[1] };
  }
  throw new AwsError('ValidationException', 'Invalid NextToken');
}

function parsedOrUndefined(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
