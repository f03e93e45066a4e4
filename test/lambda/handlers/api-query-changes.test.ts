import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TABLES } from '../../../lambda/query/tables.ts';
import { operationRecord } from '../../fixtures/api.ts';
import { problemOf, twoVersions } from '../../fixtures/query-world.ts';
import { arnOf } from '../../fixtures/scope.ts';
import { DOCUMENT } from '../../fixtures/stackql-document.ts';

/** Statements that change something, and those that only tell of tables and of statements. */

const LIVE = 'awscc.sagemaker.image_versions';
const LIST = `SELECT image_name, version, aliases, horovod FROM ${LIVE} WHERE region = 'us-east-1'`;

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
      const world = twoVersions();
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
    const world = twoVersions({ find: async () => ended });
    const reply = await world.ask(`/*+ delete, await */ ${DOCUMENT.delete.replace('/*+ delete */', '')}`, {
      image_version_arn: arn,
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ operation: { status: 'CANCELLED' } });
  });

  test('with the hint await is answered as it stands after 20 s', async () => {
    const world = twoVersions({ find: async () => operationRecord({ status: 'RUNNING' }) });
    const sql = `/*+ await */ DELETE FROM ${LIVE} WHERE Identifier = '${arn}'`;
    const reply = await world.ask(sql);
    expect(reply.status).toBe(202);
    expect(reply.headers['retry-after']).toBe('5');
    expect(world.api.patience.sleeps.reduce((sum, one) => sum + one, 0)).toBe(20_000);
  });

  test('is held for as long as the request prefers', async () => {
    const world = twoVersions({ find: async () => operationRecord({ status: 'RUNNING' }) });
    const reply = await world.ask(
      `DELETE FROM ${LIVE} WHERE Identifier = '${arn}'`,
      {},
      { headers: { prefer: 'wait=3' } },
    );
    expect(reply.headers['preference-applied']).toBe('wait=3');
  });

  test('that was asked for under its key already is that one', async () => {
    const world = twoVersions({
      accept: async () => ({ outcome: 'repeated', record: operationRecord({ status: 'SUCCEEDED' }) }),
    });
    const reply = await world.ask(`DELETE FROM ${LIVE} WHERE Identifier = '${arn}'`);
    expect([reply.status, reply.body.operation]).toMatchObject([200, { status: 'SUCCEEDED' }]);
  });

  test('under a key that was used for something else is refused', async () => {
    const world = twoVersions({ accept: async () => ({ outcome: 'key-reused', operationId: 'key-1' }) });
    const reply = await world.ask(`DELETE FROM ${LIVE} WHERE Identifier = '${arn}'`);
    expect([reply.status, problemOf(reply), reply.body.operationId]).toEqual([
      422,
      'idempotency-key-reused',
      'key-1',
    ]);
  });

  test('that no workflow would take is told by property, every fault at once', async () => {
    const world = twoVersions({
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
    const world = twoVersions();
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
    const world = twoVersions();
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
    const world = twoVersions();
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
