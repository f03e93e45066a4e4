import { placesIn, readJson, written } from './json-mutations.ts';
import { type FuzzRequest, weightOf } from './request.ts';

/** A request is sent at most so often to find its shortest form. */
const MOST_TRIES = 150;

/** The shortest request that still fails, as far as leaving things out leads. */
export async function shortest(
  request: FuzzRequest,
  stillFails: (request: FuzzRequest) => Promise<boolean>,
): Promise<FuzzRequest> {
  let best = request;
  let tries = 0;
  for (;;) {
    const better = await firstOf(simplerThan(best), async (one) => {
      tries += 1;
      return tries <= MOST_TRIES && (await stillFails(one));
    });
    if (!better) return best;
    best = better;
  }
}

async function firstOf<T>(
  candidates: readonly T[],
  is: (one: T) => Promise<boolean>,
): Promise<T | undefined> {
  for (const one of candidates) if (await is(one)) return one;
  return undefined;
}

function simplerThan(request: FuzzRequest): FuzzRequest[] {
  const { query, headers, body, path } = request;
  const without = <T>(list: readonly T[]) => list.map((_, index) => list.toSpliced(index, 1));
  const bodies = body ? simplerBodies(body.text).map((text) => ({ ...body, text })) : [];
  const segments = path.split('/');
  const paths = segments.flatMap((text, index) =>
    text.length > 12 ? [segments.with(index, text.slice(0, text.length / 2)).join('/')] : [],
  );
  const values = query.flatMap(([name, value], index) =>
    value.length > 8 ? [query.with(index, [name, value.slice(0, value.length / 2)])] : [],
  );
  return [
    ...(body ? [{ ...request, body: undefined }] : []),
    ...without(headers).map((some) => ({ ...request, headers: some })),
    ...without(query).map((some) => ({ ...request, query: some })),
    ...bodies.map((one) => ({ ...request, body: one })),
    ...paths.map((one) => ({ ...request, path: one })),
    ...values.map((some) => ({ ...request, query: some })),
  ].filter((one) => weightOf(one) < weightOf(request));
}

function simplerBodies(text: string): string[] {
  const json = readJson(text);
  const halves = text.length > 8 ? [text.slice(0, text.length / 2), text.slice(text.length / 2)] : [];
  if (!json) return halves;
  const places = placesIn(json.value).slice(0, 40);
  return [
    ...places.slice(1).map((place) => written(json.value, place, () => undefined)),
    ...places.map((place) => written(json.value, place, halved)),
    ...halves,
  ];
}

function halved(json: string): string {
  if (!json.startsWith('"') || json.length < 8) return json;
  const text: unknown = JSON.parse(json);
  return typeof text === 'string' ? JSON.stringify(text.slice(0, text.length / 2)) : json;
}
