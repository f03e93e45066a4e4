import type { Query } from './address.ts';
import type { Answer, Api, Shape } from './api.ts';
import type { Output } from './output.ts';

/** Lists that come in pages. */

interface Page {
  readonly items: readonly unknown[];
  readonly nextCursor: string | null;
}

interface Listed<P extends Page> {
  /** The first page: what stands beside its items is the same on each. */
  readonly first: P;
  readonly items: readonly P['items'][number][];
  /** More follow than were wanted. */
  readonly more: boolean;
}

interface Listing {
  readonly path: string;
  readonly query: Query;
  /** Items that a page of this list may have at most. */
  readonly pageSize: number;
  /** Items that are wanted at most. @default - all */
  readonly limit: number | undefined;
}

/** All items of a list, or as many as are wanted. */
export async function listed<P extends Page>(
  api: Api,
  { path, query, pageSize, limit = Number.POSITIVE_INFINITY }: Listing,
  shape: Shape<P>,
): Promise<Listed<P>> {
  const page = (cursor: string | undefined) =>
    api.json({ method: 'GET', path, query: { ...query, limit: Math.min(pageSize, limit), cursor } }, shape);
  const first = await page(undefined);
  const items: P['items'][number][] = [...first.items];
  let { nextCursor } = first;
  while (nextCursor !== null && items.length < limit) {
    const next: P = await page(nextCursor);
    items.push(...next.items);
    nextCursor = next.nextCursor;
  }
  return { first, items: items.slice(0, limit), more: nextCursor !== null || items.length > limit };
}

/**
 * Writes a list as the API itself has it as CSV: its pages one after the other, under one line of names. A limit is kept
 * by the sizes of the pages, which may have fewer items: there may be fewer than are wanted.
 */
export async function writeApiCsv(
  api: Api,
  output: Output,
  { path, query, pageSize, limit }: Listing,
): Promise<void> {
  const most = limit === undefined ? Number.POSITIVE_INFINITY : Math.ceil(limit / pageSize);
  const size = limit === undefined ? pageSize : Math.floor(limit / most);
  let next: Query | undefined = { ...query, limit: size };
  for (let page = 0; next !== undefined && page < most; page += 1) {
    const answer: Answer = await api.ask({ method: 'GET', path, query: next, accept: 'text/csv' });
    output.write(page === 0 ? answer.text : answer.text.replace(/^[^\r\n]*\r\n/, ''));
    next = nextQuery(answer.headers.get('link'));
  }
}

/** The query of the page that a Link header calls the next one. */
function nextQuery(link: string | null): Query | undefined {
  const target = link === null ? undefined : /<([^>]*)>;\s*rel="?next"?/.exec(link)?.[1];
  if (target === undefined) return undefined;
  return Object.fromEntries(new URL(target, 'http://next').searchParams);
}
