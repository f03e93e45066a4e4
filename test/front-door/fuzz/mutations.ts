import fc from 'fast-check';
import { mutateJson } from './json-mutations.ts';
import { type FuzzRequest, type Pair, withHeader } from './request.ts';
import { BODY_TRAPS, ENCODED_TRAPS, HEADER_TRAPS, JSON_TRAPS, SQL_TRAPS, TEXT_TRAPS } from './traps.ts';

/** What is done to a valid request; `at` chooses one of the places where it can be done. */
export type Mutation =
  | { readonly kind: 'method'; readonly method: string }
  | { readonly kind: 'segment'; readonly at: number; readonly text: string }
  | {
      readonly kind: 'path';
      readonly how: 'slash' | 'double' | 'more' | 'less' | 'case';
      readonly text: string;
    }
  | { readonly kind: 'query-add'; readonly name: string; readonly value: string }
  | { readonly kind: 'query-value'; readonly at: number; readonly value: string }
  | { readonly kind: 'query-twice'; readonly at: number }
  | { readonly kind: 'header-set' | 'header-add'; readonly header: Pair }
  | { readonly kind: 'body'; readonly text: string | undefined }
  | { readonly kind: 'body-bytes'; readonly text: string }
  | { readonly kind: 'body-cut'; readonly share: number }
  | {
      readonly kind: 'json';
      readonly how: 'set' | 'remove' | 'add' | 'wrap' | 'insert';
      readonly at: number;
      readonly name: string;
      readonly text: string;
    }
  | {
      readonly kind: 'cursor';
      readonly how: 'cut' | 'flip' | 'other';
      readonly at: number;
      readonly text: string;
    };

const at = fc.nat({ max: 1_000 });
const encoded = fc.oneof(
  fc.constantFrom(...ENCODED_TRAPS),
  fc.constantFrom(...TEXT_TRAPS).map(encodeURIComponent),
  fc.string({ unit: 'grapheme', maxLength: 8 }).map(encodeURIComponent),
);
const json = fc.oneof(fc.constantFrom(...JSON_TRAPS), fc.json({ maxDepth: 3 }));
const names = [
  ...[
    'region',
    'limit',
    'cursor',
    'image',
    'status',
    'since',
    'at',
    'alias',
    'processor',
    'mlFramework',
    'force',
    '',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '%00',
    'LIMIT',
    'limit[]',
    'X-Amz-Credential',
    'vendorGuidance',
  ],
];
const members = [
  ...[
    'ImageName',
    'region',
    'Aliases',
    'Alias',
    'BaseImage',
    'Horovod',
    'aliasesToAdd',
    'aliasesToDelete',
    'sql',
  ],
  ...[
    'params',
    'vars',
    'manifest',
    '__proto__',
    'constructor',
    'toString',
    'a'.repeat(500),
    '',
    '\u0000',
    'op',
    'path',
  ],
];

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({
    kind: fc.constant('method'),
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'),
  }),
  fc.record({ kind: fc.constant('segment'), at, text: encoded }),
  fc.record({
    kind: fc.constant('path'),
    how: fc.constantFrom('slash', 'double', 'more', 'less', 'case'),
    text: encoded,
  }),
  fc.record({ kind: fc.constant('query-add'), name: fc.constantFrom(...names), value: encoded }),
  fc.record({ kind: fc.constant('query-value'), at, value: encoded }),
  fc.record({ kind: fc.constant('query-twice'), at }),
  fc.record({ kind: fc.constantFrom('header-set', 'header-add'), header: fc.constantFrom(...HEADER_TRAPS) }),
  fc.record({ kind: fc.constant('body'), text: fc.constantFrom(undefined, ...BODY_TRAPS) }),
  fc.record({
    kind: fc.constant('body-bytes'),
    text: fc.constantFrom('\xff', '\xc3\x28', '\x00', '\x80\x81'),
  }),
  fc.record({ kind: fc.constant('body-cut'), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('json'),
      how: fc.constantFrom('set', 'remove', 'add', 'wrap', 'insert'),
      at,
      name: fc.constantFrom(...members),
      text: fc.oneof(
        json,
        fc.constantFrom(...SQL_TRAPS).map((piece) => JSON.stringify(piece)),
      ),
    }),
  },
  fc.record({ kind: fc.constant('cursor'), how: fc.constantFrom('cut', 'flip', 'other'), at, text: json }),
);

/** None for about two in five, so that what is right is asked for as well. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 3, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 3 }) },
);

/** @returns the request as it was, where there is no place for it */
export function mutated(request: FuzzRequest, one: Mutation): FuzzRequest {
  switch (one.kind) {
    case 'method':
      return { ...request, method: one.method };
    case 'segment': {
      const segments = request.path.split('/');
      const place = 1 + (one.at % Math.max(1, segments.length - 1));
      return { ...request, path: segments.map((text, nth) => (nth === place ? one.text : text)).join('/') };
    }
    case 'path':
      return { ...request, path: changedPath(request.path, one.how, one.text) };
    case 'query-add':
      return { ...request, query: [...request.query, [one.name, one.value]] };
    case 'query-value': {
      const place = one.at % Math.max(1, request.query.length);
      const query = request.query.map(
        ([name, value], nth): Pair => [name, nth === place ? one.value : value],
      );
      return { ...request, query };
    }
    case 'query-twice': {
      const pair = request.query[one.at % Math.max(1, request.query.length)];
      return pair ? { ...request, query: [...request.query, pair] } : request;
    }
    case 'header-set':
      return withHeader(request, ...one.header);
    case 'header-add':
      return { ...request, headers: [...request.headers, one.header] };
    case 'body':
      return { ...request, body: one.text === undefined ? undefined : { text: one.text, encoding: 'utf8' } };
    case 'body-bytes':
      return { ...request, body: { text: `${request.body?.text ?? ''}${one.text}`, encoding: 'latin1' } };
    case 'body-cut': {
      if (!request.body) return request;
      const { text, encoding } = request.body;
      return { ...request, body: { text: text.slice(0, Math.floor(text.length * one.share)), encoding } };
    }
    case 'json':
      return request.body
        ? { ...request, body: { text: mutateJson(request.body.text, one), encoding: 'utf8' } }
        : request;
    case 'cursor':
      return { ...request, query: request.query.map((pair) => changedCursor(pair, one)) };
    default:
      return one satisfies never;
  }
}

function changedPath(path: string, how: 'slash' | 'double' | 'more' | 'less' | 'case', text: string): string {
  switch (how) {
    case 'slash':
      return `${path}/`;
    case 'double':
      return `/${path}`;
    case 'more':
      return `${path}/${text}`;
    case 'less':
      return path.replace(/\/[^/]*$/, '') || '/';
    case 'case':
      return path.toUpperCase();
    default:
      return how satisfies never;
  }
}

function changedCursor([name, value]: Pair, one: Extract<Mutation, { kind: 'cursor' }>): Pair {
  if (name !== 'cursor') return [name, value];
  const cursor = value.replaceAll('%3D', '=');
  const place = one.at % Math.max(1, cursor.length);
  switch (one.how) {
    case 'cut':
      return [name, encodeURIComponent(cursor.slice(0, place))];
    case 'flip':
      return [name, encodeURIComponent(`${cursor.slice(0, place)}A${cursor.slice(place + 1)}`)];
    case 'other': {
      // The list's own name stays, so that what stands behind it is looked at.
      const list = /^\["([^"]*)"/.exec(Buffer.from(cursor, 'base64url').toString('utf8'))?.[1] ?? '';
      return [name, Buffer.from(`[${JSON.stringify(list)},${one.text}]`).toString('base64url')];
    }
    default:
      return one.how satisfies never;
  }
}
