import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallError } from '../../../lambda/core/ports.ts';
import { TABLES } from '../../../lambda/query/tables.ts';
import { operationRecord } from '../../fixtures/api.ts';
import { linesOf } from '../../fixtures/csv.ts';
import { QueryWorld } from '../../fixtures/query-world.ts';
import { arnOf } from '../../fixtures/scope.ts';
import { DOCUMENT } from '../../fixtures/stackql-document.ts';

/** Statements by the door of their users: what is answered, what is refused, and what is sent for either. */

const LIVE = 'awscc.sagemaker.image_versions';
const LIST = `SELECT image_name, version, aliases, horovod FROM ${LIVE} WHERE region = 'us-east-1'`;

function worldOf(parts: ConstructorParameters<typeof QueryWorld>[0] = {}): QueryWorld {
  const world = new QueryWorld(parts);
  world.images.create('pytorch', { Horovod: true, ReleaseNotes: 'a "note", and\nmore' }, ['stable']);
  world.images.create('pytorch', { Horovod: false });
  return world;
}

function problemOf({ body }: { readonly body: Readonly<Record<string, unknown>> }): string {
  return String(body.type).replace('/openapi.json#/x-problems/', '');
}

describe('what a statement finds', () => {
  const as = (accept: string) => worldOf().ask(LIST, {}, { headers: { accept } });

  test('is JSON with the columns’ types, where nothing else is accepted', async () => {
    const { status, body } = await worldOf().ask(LIST);
    expect(status).toBe(200);
    expect(body).toEqual({
      columns: [
        { name: 'image_name', type: 'string' },
        { name: 'version', type: 'integer' },
        { name: 'aliases', type: 'array' },
        { name: 'horovod', type: 'boolean' },
      ],
      rows: [
        { image_name: 'pytorch', version: 1, aliases: ['stable'], horovod: true },
        { image_name: 'pytorch', version: 2, aliases: [], horovod: false },
      ],
      calls: 6,
    });
  });

  test('is CSV for a spreadsheet', async () => {
    const { headers, text } = await as('text/csv');
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(linesOf(text)).toEqual([
      ['image_name', 'version', 'aliases', 'horovod'],
      ['pytorch', '1', '["stable"]', 'true'],
      ['pytorch', '2', '[]', 'false'],
    ]);
  });

  test('is a row on each line for a pipe', async () => {
    const { headers, text } = await as('application/x-ndjson');
    expect(headers['content-type']).toBe('application/x-ndjson');
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ version: 1 }, { version: 2 }]);
  });

  test('is a table for a terminal, no wider than one', async () => {
    const { headers, text } = await as('text/plain');
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(text.split('\n')).toEqual([
      'image_name  version  aliases     horovod',
      '----------  -------  ----------  -------',
      'pytorch     1        ["stable"]  true',
      'pytorch     2        []          false',
      '',
    ]);
    const wide = await worldOf().ask(
      `SELECT * FROM ${LIVE} WHERE region = 'us-east-1'`,
      {},
      { headers: { accept: 'text/plain' } },
    );
    const notes = await worldOf().ask(
      `SELECT release_notes, '{{ long }}' AS long, 1 AS one FROM ${LIVE} WHERE Identifier = '${arnOf(1)}'`,
      { long: 'x'.repeat(300) },
      { headers: { accept: 'text/plain' } },
    );
    expect(wide.text.split('\n')).toHaveLength(5);
    for (const line of notes.text.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    expect(notes.text).toMatch(/^a "note", and more {2}x+… {2}1$/m);
  });

  test('is nothing that is not accepted, and nothing is asked for it', async () => {
    const world = worldOf();
    const reply = await world.ask(LIST, {}, { headers: { accept: 'image/png' } });
    expect([reply.status, problemOf(reply)]).toEqual([406, 'not-acceptable']);
    expect(world.calls).toEqual([]);
  });

  test('is what SQL makes of it', async () => {
    const { body } = await worldOf().ask(
      `/*+ exists */ WITH v AS (SELECT * FROM ${LIVE} WHERE region = '{{ region }}')
       SELECT image_name, count(*) AS count, json_group_array(version) AS versions FROM v GROUP BY 1 HAVING count > 1`,
      { region: 'us-east-1' },
    );
    expect(body.rows).toEqual([{ image_name: 'pytorch', count: 2, versions: '[1,2]' }]);
  });
});

describe('a statement that is wrong', () => {
  test.each([
    ['a slip of the keys', 'SELCT 1', [{ line: 1, column: 1 }]],
    ['two statements', `DELETE FROM ${LIVE} WHERE Identifier = '${arnOf(1)}'; SELECT 1`, [{ line: 1 }]],
    ['another table', 'SELECT *\nFROM awscc.sagemaker.images', [{ line: 2, column: 6 }]],
    [
      'an unknown column',
      `SELECT vendor_guidence\nFROM ${LIVE} WHERE region = 'us-east-1'`,
      [{ line: 1, column: 8 }],
    ],
    ['no region', `SELECT * FROM ${LIVE}`, [{ line: 1, column: 15 }]],
    ['a mutation of everything', `DELETE FROM ${LIVE}`, [{ line: 1 }]],
    [
      'an unknown property',
      `INSERT INTO ${LIVE} (ImageName, BaseImage, Colour, region) SELECT 'a', 'b', 'c', 'us-east-1'`,
      [{ line: 1 }],
    ],
    ['writing', `ATTACH 'a' AS b`, [{ line: 1, column: 1 }]],
    ['a missing parameter', `SELECT '{{ who }}' AS who`, [{ line: 1, column: 9 }, { parameter: 'who' }]],
    ['an unknown region', `SELECT * FROM ${LIVE} WHERE region = 'mars-1'`, undefined],
  ])('%s is refused with its place, and nothing is sent', async (_, sql, errors) => {
    const world = worldOf();
    const reply = await world.ask(sql);
    expect([reply.status, problemOf(reply)]).toEqual([400, 'invalid-statement']);
    if (errors) expect(reply.body.errors).toMatchObject(errors);
    expect(world.calls).toEqual([]);
    expect(world.api.orders).toEqual([]);
  });

  test('a region that is not configured is told with those that are', async () => {
    const { body } = await worldOf().ask(`SELECT * FROM ${LIVE} WHERE region = 'mars-1'`);
    expect(body.detail).toBe(
      'given the region "mars-1", wanted one of the configured regions: us-east-1, eu-west-1',
    );
  });

  test.each([
    ['is not there', {}, ['/sql']],
    ['is no text', { sql: 1 }, ['/sql']],
    ['is empty', { sql: '' }, ['/sql']],
    ['comes with something else', { sql: 'SELECT 1', limit: 3 }, ['/limit']],
    ['comes with parameters that are none', { sql: 'SELECT 1', params: [] }, ['/params']],
  ])('one that %s is a fault of the body', async (_, body, pointers) => {
    const reply = await worldOf().api.send('POST', '/query', { body });
    expect([reply.status, problemOf(reply)]).toEqual([422, 'invalid-body']);
    expect((reply.body.errors as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test('one of a megabyte is too large', async () => {
    const reply = await worldOf().ask(`SELECT '${'x'.repeat(1_000_000)}' AS x`);
    expect([reply.status, problemOf(reply)]).toEqual([413, 'body-too-large']);
  });
});

describe('what costs too much', () => {
  test('is given up after 18 s, and nothing more is asked', async () => {
    const { promise: asking, resolve: asked } = Promise.withResolvers<void>();
    const calls: string[] = [];
    const world = worldOf({
      lists: {
        images: async (region) => {
          calls.push(region);
          asked();
          return new Promise(() => undefined);
        },
      },
    });
    // Its time is over as soon as it has begun.
    world.api.patience.sleep = (milliseconds) =>
      milliseconds === 18_000 ? asking : new Promise(() => undefined);
    const reply = await world.ask(LIST);
    expect([reply.status, problemOf(reply)]).toEqual([422, 'statement-too-costly']);
    expect(reply.body.detail).toMatch(
      /not read within 18 s \(after 1 calls of AWS\): narrow it with WHERE image_name/,
    );
    expect(calls).toEqual(['us-east-1']);
  });

  test('is told with the rows that one may read', async () => {
    const world = worldOf({
      lists: {
        images: async () => ({ identifiers: ['arn:aws:sagemaker:us-east-1:123456789012:image/pytorch'] }),
        versions: async () => ({
          identifiers: Array.from({ length: 20_001 }, (_, index) => arnOf(index + 1)),
        }),
      },
    });
    const reply = await world.ask(`SELECT count(*) AS n FROM ${LIVE} WHERE region = 'us-east-1'`);
    expect([reply.status, problemOf(reply)]).toEqual([422, 'statement-too-costly']);
    expect(reply.body.detail).toMatch(/more than 20000 rows of awscc\.sagemaker\.image_versions: narrow it/);
  });

  test('what AWS refuses is told in its own words', async () => {
    const world = worldOf({
      read: async () => {
        throw new CallError('AccessDeniedException', 'not you', false);
      },
    });
    const reply = await world.ask(`SELECT processor FROM ${LIVE} WHERE Identifier = '${arnOf(1)}'`);
    expect([reply.status, problemOf(reply)]).toEqual([500, 'permission-missing']);
    expect(reply.body.awsError).toEqual({ name: 'AccessDeniedException', message: 'not you' });
  });

  test('what AWS throttles for a moment is asked again, at half the rate', async () => {
    let refused = 0;
    const world = worldOf({
      read: async () => {
        refused += 1;
        if (refused < 3) throw new CallError('ThrottlingException', 'slower', true, true);
        return { Processor: 'CPU' };
      },
    });
    const { body } = await world.ask(`SELECT processor FROM ${LIVE} WHERE Identifier = '${arnOf(1)}'`);
    expect(body).toMatchObject({ rows: [{ processor: 'CPU' }], calls: 3 });
  });
});

describe('a change', () => {
  const arn = arnOf(1);

  test.each([
    [
      'INSERT',
      DOCUMENT.insertAll,
      {
        image_name: 'pytorch',
        base_image: "it's",
        alias: 'a',
        aliases: ['2', 'b'],
        processor: 'CPU',
        horovod: 'true',
        region: 'eu-west-1',
      },
      {
        kind: 'create',
        input: {
          region: 'eu-west-1',
          properties: {
            ImageName: 'pytorch',
            BaseImage: "it's",
            Alias: 'a',
            Aliases: ['2', 'b'],
            Processor: 'CPU',
            Horovod: true,
          },
        },
      },
    ],
    [
      'UPDATE',
      DOCUMENT.update,
      { image_version_arn: arn, region: 'us-east-1', aliases: ['2'], release_notes: null },
      {
        kind: 'update',
        input: { region: 'us-east-1', identifier: arn, properties: { Aliases: ['2'], ReleaseNotes: null } },
      },
    ],
    [
      'UPDATE by a JSON Patch',
      `UPDATE ${LIVE} SET PatchDocument = '[{"op": "add", "path": "/Processor", "value": "GPU"}]' WHERE Identifier = '${arn}'`,
      {},
      {
        kind: 'update',
        input: {
          region: 'us-east-1',
          identifier: arn,
          patch: [{ op: 'add', path: '/Processor', value: 'GPU' }],
        },
      },
    ],
    [
      'DELETE',
      DOCUMENT.delete,
      { image_version_arn: arn },
      { kind: 'delete', input: { region: 'us-east-1', identifier: arn } },
    ],
  ])(
    'by %s is handed in once, with its caller and key, and answered as it stands',
    async (_, sql, params, order) => {
      const world = worldOf();
      const reply = await world.ask(sql, params, { headers: { 'idempotency-key': 'a key' } });
      expect(reply.status).toBe(202);
      expect(reply.headers).toMatchObject({ location: '/operations/operation-1', 'retry-after': '5' });
      expect(reply.body).toMatchObject({
        operation: { operationId: 'operation-1', status: 'QUEUED', position: 2 },
      });
      expect(world.api.orders).toEqual([
        { ...order, caller: 'arn:aws:iam::123456789012:user/ann', idempotencyKey: 'a key' },
      ]);
      // Whatever is to be sent, its workflow sends.
      expect(world.calls).toEqual([]);
    },
  );

  test('with the hint await is held until it has ended', async () => {
    const ended = operationRecord({ status: 'CANCELLED' });
    const world = worldOf({ find: async () => ended });
    const reply = await world.ask(`/*+ delete, await */ ${DOCUMENT.delete.replace('/*+ delete */', '')}`, {
      image_version_arn: arn,
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ operation: { status: 'CANCELLED' } });
  });

  test('with the hint await is answered as it stands after 20 s', async () => {
    const world = worldOf({ find: async () => operationRecord({ status: 'RUNNING' }) });
    const sql = `/*+ await */ DELETE FROM ${LIVE} WHERE Identifier = '${arn}'`;
    const reply = await world.ask(sql);
    expect(reply.status).toBe(202);
    expect(reply.headers['retry-after']).toBe('5');
    expect(world.api.patience.sleeps.reduce((sum, one) => sum + one, 0)).toBe(20_000);
  });

  test('is held for as long as the request prefers', async () => {
    const world = worldOf({ find: async () => operationRecord({ status: 'RUNNING' }) });
    const reply = await world.ask(
      `DELETE FROM ${LIVE} WHERE Identifier = '${arn}'`,
      {},
      { headers: { prefer: 'wait=3' } },
    );
    expect(reply.headers['preference-applied']).toBe('wait=3');
  });

  test('that was asked for under its key already is that one', async () => {
    const world = worldOf({
      accept: async () => ({ outcome: 'repeated', record: operationRecord({ status: 'SUCCEEDED' }) }),
    });
    const reply = await world.ask(`DELETE FROM ${LIVE} WHERE Identifier = '${arn}'`);
    expect([reply.status, reply.body.operation]).toMatchObject([200, { status: 'SUCCEEDED' }]);
  });

  test('under a key that was used for something else is refused', async () => {
    const world = worldOf({ accept: async () => ({ outcome: 'key-reused', operationId: 'key-1' }) });
    const reply = await world.ask(`DELETE FROM ${LIVE} WHERE Identifier = '${arn}'`);
    expect([reply.status, problemOf(reply), reply.body.operationId]).toEqual([
      422,
      'idempotency-key-reused',
      'key-1',
    ]);
  });

  test('that no workflow would take is told by property, every fault at once', async () => {
    const world = worldOf({
      accept: async () => ({
        outcome: 'invalid',
        faults: [
          { path: '/properties/Processor', message: 'given "TPU", wanted CPU or GPU' },
          { path: '/region', message: 'given "mars-1", wanted another' },
        ],
      }),
    });
    const reply = await world.ask(DOCUMENT.insertRequired, {
      image_name: 'a',
      base_image: 'b',
      region: 'mars-1',
    });
    expect([reply.status, problemOf(reply)]).toEqual([400, 'invalid-statement']);
    expect(reply.body.errors).toEqual([
      { parameter: 'Processor', detail: 'given "TPU", wanted CPU or GPU' },
      { parameter: 'region', detail: 'given "mars-1", wanted another' },
    ]);
  });

  test('is refused by the route that only reads', async () => {
    const world = worldOf();
    const reply = await world.ask(
      `DELETE FROM ${LIVE} WHERE Identifier = '${arn}'`,
      {},
      { path: '/query/read' },
    );
    expect([reply.status, problemOf(reply)]).toEqual([400, 'invalid-statement']);
    expect(reply.body.detail).toMatch(/send what changes something to POST \/query$/);
    expect(world.api.orders).toEqual([]);
  });
});

describe('statements that tell', () => {
  const told = async (sql: string, params: object = {}) => {
    const world = worldOf();
    const { status, body } = await world.ask(sql, params, { path: '/query/read' });
    expect(status).toBe(200);
    expect(world.calls).toEqual([]);
    expect(world.api.orders).toEqual([]);
    expect(body.calls).toBe(0);
    return body.rows as readonly Readonly<Record<string, unknown>>[];
  };

  test('DESCRIBE has the columns with their types', async () => {
    const rows = await told(`DESCRIBE EXTENDED ${LIVE};`);
    expect(rows.map(({ name, type }) => [name, type])).toEqual(
      TABLES[LIVE].map(({ name, type }) => [name, type]),
    );
    expect(rows).toHaveLength(16);
    expect(await told('DESCRIBE awscc.sagemaker.image_versions_list_only')).toHaveLength(3);
  });

  test('SHOW METHODS has the five of the document', async () => {
    const rows = await told(`SHOW METHODS IN ${LIVE}`);
    expect(
      rows.map(({ MethodName, RequiredParams, SQLVerb }) => `${SQLVerb} ${MethodName}: ${RequiredParams}`),
    ).toEqual([
      'INSERT create_resource: ImageName, BaseImage, region',
      'DELETE delete_resource: Identifier, region',
      'UPDATE update_resource: Identifier, PatchDocument, region',
      'SELECT list_resources: region',
      'SELECT get_resource: Identifier, region',
    ]);
    expect(await told('SHOW METHODS IN inventory.changes')).toEqual([
      { MethodName: 'select', RequiredParams: '', SQLVerb: 'SELECT' },
    ]);
  });

  const calls = (rows: readonly Readonly<Record<string, unknown>>[]) =>
    rows.map(({ step, operation, times }) => `${step} ${operation}: ${times}`);

  test('EXPLAIN has the calls that a statement would make', async () => {
    expect(calls(await told(`EXPLAIN ${DOCUMENT.get}`, { image_version_arn: arnOf(1) }))).toEqual([
      '1 GetResource: 1',
      '2 ListAliases: 1',
    ]);
    expect(calls(await told(`EXPLAIN ${DOCUMENT.list}`))).toEqual([
      '1 ListResources: 1 for each page',
      '2 ListResources: 1 for each image',
    ]);
    expect(calls(await told(`EXPLAIN ${LIST} AND image_name IN ('a', 'b')`))).toEqual([
      '1 Query: 1 for each MB of rows',
      '2 ListImageVersions: 2, and for each further 100 versions',
      '3 ListAliases: 2',
      '4 DescribeImageVersion: 1 for each alias of an image that changed since',
      '5 GetResource: 1 for each version that changed since',
    ]);
    expect(calls(await told('EXPLAIN SELECT count(*) FROM inventory.changes'))).toEqual([
      '1 Query: 1 for each MB of rows',
    ]);
    expect(calls(await told(`EXPLAIN ${DOCUMENT.delete}`, { image_version_arn: arnOf(1) }))).toEqual([
      '1 StartExecution: 1',
      '2 DeleteResource: 1',
      '3 GetResourceRequestStatus: until each request has ended',
    ]);
  });

  test('EXPLAIN understands every statement of docs/stackql.md', async () => {
    const document = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'stackql.md'), 'utf8');
    const [, sql = ''] = /^```sql\n(.*?)^```$/ms.exec(document) ?? [];
    const statements = sql.split(';').filter((one) => one.trim() !== '');
    expect(statements).toHaveLength(3);
    for (const statement of statements) expect(await told(`EXPLAIN ${statement}`)).not.toEqual([]);
  });

  test('EXPLAIN of what no workflow would take says so', async () => {
    const world = worldOf();
    const reply = await world.ask(`EXPLAIN ${DOCUMENT.insertAll}`, {
      image_name: 'a',
      base_image: 'b',
      region: 'us-east-1',
      processor: 'TPU',
    });
    expect([reply.status, problemOf(reply)]).toEqual([400, 'invalid-statement']);
    expect(reply.body.errors).toEqual([{ parameter: 'Processor', detail: 'given "TPU", wanted CPU or GPU' }]);
  });
});
