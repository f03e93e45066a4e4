import { CallError } from '../../../lambda/core/ports.ts';
import { linesOf } from '../../fixtures/csv.ts';
import { problemOf, twoVersions } from '../../fixtures/query-world.ts';
import { arnOf } from '../../fixtures/scope.ts';

/** Statements by the door of their users: what is answered, what is refused, and what is sent for either. */

const LIVE = 'awscc.sagemaker.image_versions';
const LIST = `SELECT image_name, version, aliases, horovod FROM ${LIVE} WHERE region = 'us-east-1'`;

describe('what a statement finds', () => {
  const as = (accept: string) => twoVersions().ask(LIST, {}, { headers: { accept } });

  test('is JSON with the columns’ types, where nothing else is accepted', async () => {
    const { status, body } = await twoVersions().ask(LIST);
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
    const wide = await twoVersions().ask(
      `SELECT * FROM ${LIVE} WHERE region = 'us-east-1'`,
      {},
      { headers: { accept: 'text/plain' } },
    );
    const notes = await twoVersions().ask(
      `SELECT release_notes, '{{ long }}' AS long, 1 AS one FROM ${LIVE} WHERE Identifier = '${arnOf(1)}'`,
      { long: 'x'.repeat(300) },
      { headers: { accept: 'text/plain' } },
    );
    expect(wide.text.split('\n')).toHaveLength(5);
    for (const line of notes.text.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    expect(notes.text).toMatch(/^a "note", and more {2}x+… {2}1$/m);
  });

  test('is nothing that is not accepted, and nothing is asked for it', async () => {
    const world = twoVersions();
    const reply = await world.ask(LIST, {}, { headers: { accept: 'image/png' } });
    expect([reply.status, problemOf(reply)]).toEqual([406, 'not-acceptable']);
    expect(world.calls).toEqual([]);
  });

  test('is what SQL makes of it', async () => {
    const { body } = await twoVersions().ask(
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
    const world = twoVersions();
    const reply = await world.ask(sql);
    expect([reply.status, problemOf(reply)]).toEqual([400, 'invalid-statement']);
    if (errors) expect(reply.body.errors).toMatchObject(errors);
    expect(world.calls).toEqual([]);
    expect(world.api.orders).toEqual([]);
  });

  test('a region that is not configured is told with those that are', async () => {
    const { body } = await twoVersions().ask(`SELECT * FROM ${LIVE} WHERE region = 'mars-1'`);
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
    const reply = await twoVersions().api.send('POST', '/query', { body });
    expect([reply.status, problemOf(reply)]).toEqual([422, 'invalid-body']);
    expect((reply.body.errors as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test('one of a megabyte is too large', async () => {
    const reply = await twoVersions().ask(`SELECT '${'x'.repeat(1_000_000)}' AS x`);
    expect([reply.status, problemOf(reply)]).toEqual([413, 'body-too-large']);
  });
});

describe('what costs too much', () => {
  test('is given up after 18 s, and nothing more is asked', async () => {
    const { promise: asking, resolve: asked } = Promise.withResolvers<void>();
    const calls: string[] = [];
    const world = twoVersions({
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
    const world = twoVersions({
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
    const world = twoVersions({
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
    const world = twoVersions({
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
