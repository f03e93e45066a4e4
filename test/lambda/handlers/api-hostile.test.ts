import fc from 'fast-check';
import { ROUTE_NAMES, ROUTES } from '../../../lambda/contract/routes.ts';
import { PARSERS } from '../../../lambda/core/image-version/request.ts';
import { ApiWorld, operationRecord, type Reply } from '../../fixtures/api.ts';
import { creatable } from '../../fixtures/arbitraries.ts';
import { driftingRegion } from '../../fixtures/drifting-region.ts';
import { memoryInventory } from '../../fixtures/memory-inventory.ts';
import { SCOPE } from '../../fixtures/scope.ts';

/**
 * A thousand requests that mean harm, or nearly make sense: each is answered within the contract (which `send`
 * checks), by 2xx or 4xx, and what is refused has reached no desk.
 */

const TRAPS = [
  '', '0', '-1', '1e3', '9007199254740992', '1.0', 'latest', '%00', '%2F', '%2e%2e', '..', '.', '\t', '\n', '\u0000', '\\',
  '#', '?', '%', '%zz', '\ud800', '🙂', 'ａ', 'a b', 'a%0d%0ab', '<script>', "' OR 1=1", '__proto__', 'constructor',
  'arn%3Aaws%3Asagemaker%3Aus-east-1%3A123456789012%3Aimage%2Fpytorch', '{imageName}', ':imageName', '*', '$default',
  'x'.repeat(300),
] as const; // biome-ignore format: one line for each would be a page of them

const piece = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['pytorch', 'stable', '3', 'operation-1', 'us-east-1', '20', 'RUNNING'],
      ...['us-east-1-2', 'latest', '2026-11-20T08:00:00Z'],
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom(...TRAPS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

const version = fc.oneof({ weight: 3, arbitrary: fc.constant('3') }, piece);
const snapshotId = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('us-east-1-2', 'latest') }, piece);
const operationId = fc.oneof({ weight: 3, arbitrary: fc.constant('operation-1') }, piece);

/** A method and a path of the API, or nearly. */
const target = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...ROUTE_NAMES), piece, version, operationId, snapshotId)
      .map(([name, text, version, operationId, snapshotId]) => {
        const values: Readonly<Record<string, string>> = {
          imageName: text,
          alias: text,
          version,
          operationId,
          snapshotId,
          otherId: snapshotId === 'latest' ? 'us-east-1-1' : snapshotId,
        };
        const { method, path } = ROUTES[name];
        return [method, path.replaceAll(/\{(\w+)\}/g, (_braces, one: string) => values[one] ?? '')] as const;
      }),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'), fc.array(piece, { maxLength: 6 }))
      .map(([method, parts]) => [method, `/${parts.join('/')}`] as const),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('PUT', 'HEAD', 'OPTIONS', 'TRACE', 'BREW', 'get', ''),
        fc.constantFrom(...ROUTE_NAMES),
      )
      .map(([method, name]) => [method, ROUTES[name].path] as const),
  },
);

const names = [
  ...['region', 'limit', 'cursor', 'image', 'status', 'since', 'force', '__proto__', ''],
  ...['at', 'alias', 'processor'],
];
const query = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('', 'region=us-east-1') },
  fc
    .array(fc.tuple(fc.constantFrom(...names), piece), { maxLength: 3 })
    .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&')),
);

const sane = fc.constantFrom<Record<string, string>>(
  {},
  { 'content-type': 'application/json', 'Idempotency-Key': 'k' },
  { 'content-type': 'application/json-patch+json', prefer: 'wait=2' },
);
const wild = fc.dictionary(
  fc.constantFrom(
    ...['content-type', 'Idempotency-Key', 'prefer', 'content-encoding', 'host', 'cookie', 'x-a', 'accept'],
  ),
  fc.oneof(
    fc.constantFrom('application/json', 'application/merge-patch+json', 'application/json-patch+json'),
    fc.constantFrom('text/csv', 'application/x-ndjson;q=0.5, */*;q=0', ';q=1,,*/*;;q=;'),
    fc.constantFrom('wait=20', 'wait=-1', 'wait=1e9', 'a,b', 'identity', 'gzip', 'text/html', '\u0000', 'é'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  ),
);

const headers = fc.oneof({ weight: 2, arbitrary: sane }, wild);

const body = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: creatable.map(({ ImageName: _name, ...rest }) => JSON.stringify(rest)) },
  { weight: 3, arbitrary: fc.json({ maxDepth: 6 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '{"Processor":"GPU"}',
      '{"aliasesToAdd":["a"]}',
      '[{"op":"remove","path":"/ReleaseNotes"}]',
      '{"__proto__":{"BaseImage":"x"},"BaseImage":"y"}',
      '{"BaseImage":1e400}',
      '['.repeat(1000) + ']'.repeat(1000),
      `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`,
      `{"BaseImage":"${'x'.repeat(70_000)}"}`,
      '{"BaseImage":"a\\u0000b"}',
      '\ufeff{}',
      'null',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

/** An answer of API Gateway itself. */
function isGateway({ status, body }: Reply): boolean {
  return (status === 400 || status === 404) && Object.keys(body).join() === 'message';
}

function isProblem({ headers }: Reply): boolean {
  return headers['content-type'] === 'application/problem+json';
}

test('a thousand hostile requests', async () => {
  const counts = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(
      target,
      query,
      headers,
      body,
      fc.boolean(),
      async ([method, path], query, headers, body, base64) => {
        const world = new ApiWorld({
          inventory: memoryInventory([driftingRegion()]),
          find: async (id) => (id === 'operation-1' ? operationRecord({ status: 'RUNNING' }) : undefined),
          cancel: async (id) =>
            id === 'operation-1'
              ? { outcome: 'cancelled', record: operationRecord({ status: 'CANCELLED' }) }
              : { outcome: 'unknown' },
        });
        const sent = { headers, base64: base64 && body !== undefined, body };
        const reply = await world.send(method, `${path}?${query}`, sent);
        counts.set(reply.status, (counts.get(reply.status) ?? 0) + 1);
        expect(reply.status >= 400).toBe(isProblem(reply) || isGateway(reply));
        expect(reply.status).toBeLessThan(500);
        expect(reply.text).not.toMatch(/\.ts:\d+|node_modules|at Object/);
        if (reply.status >= 400 && !String(reply.body.type).endsWith('unknown-operation')) {
          expect([...world.orders, ...world.cancelled, ...world.snapshotsAsked]).toEqual([]);
        }
        // Whatever does reach it is what the workflow takes.
        for (const { kind, input } of world.orders) expect(PARSERS[kind](input, SCOPE).ok).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
  // They are not all turned away at the door.
  for (const status of [200, 202, 400, 404, 406, 415, 422]) expect(counts.get(status)).toBeGreaterThan(0);
});
