import { once } from 'node:events';
import { createServer } from 'node:net';
import { command, type Ended, start } from './command.ts';
import { type Arrived, FakeApi, operation, problem, type Script } from './fake-api.ts';

/** What the command makes of answers that an API gives in bad times, and of none. */

const started: FakeApi[] = [];
afterEach(() => {
  for (const api of started.splice(0)) api.stop();
});

async function fake(script: Script): Promise<FakeApi> {
  const api = await FakeApi.start(script);
  started.push(api);
  return api;
}

async function against(script: Script, ...args: readonly string[]): Promise<Ended & { arrived: Arrived[] }> {
  const api = await fake(script);
  return { ...(await command([...args, '--api', api.url])), arrived: api.arrived };
}

const create = ['create', 'pytorch', '--base-image', 'registry/image:1'];

test('what passes is asked again under the same key, and done once', async () => {
  const { exit, out, err, arrived } = await against(
    (_request, nth) => {
      if (nth === 1) return 'cut';
      if (nth === 2) return { ...problem(429, 'throttled'), headers: { 'retry-after': '0' } };
      if (nth === 3) return { status: 503, body: { message: 'Service Unavailable' } };
      return { status: 202, body: operation('QUEUED', { position: 2 }) };
    },
    ...create,
  );
  expect(exit).toBe(0);
  expect(arrived).toHaveLength(4);
  expect(new Set(arrived.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  expect(arrived[0]?.headers['idempotency-key']).toMatch(/^cli-[0-9a-f-]{36}$/);
  expect(out).toContain('QUEUED, 2 before it');
  expect(err).toContain('image-versions operations watch op-1');
});

test('an operation that names no image is listed and watched as any other', async () => {
  const refused = { ...operation('FAILED'), imageName: undefined, version: undefined };
  const api = await fake(({ url }) => ({
    body: url.startsWith('/operations?') ? { items: [refused], nextCursor: null } : refused,
  }));
  const listed = await command(['operations', 'list', '--api', api.url, '-o', 'csv']);
  expect(listed).toMatchObject({ exit: 0, out: expect.stringContaining('op-1') });
  const watched = await command(['operations', 'watch', 'op-1', '--api', api.url]);
  expect(watched).toMatchObject({ exit: 1, err: expect.stringContaining('The create has ended as FAILED.') });
});

test('what does not say when it passes, or says an hour, is not asked again', async () => {
  const script: Script = ({ headers }) =>
    headers['idempotency-key'] === 'a'
      ? problem(500, 'permission-missing')
      : { ...problem(503, 'unavailable'), headers: { 'retry-after': '3600' } };
  const api = await fake(script);
  const ended = await Promise.all(
    ['a', 'b'].map((key) => command([...create, '--key', key, '--api', api.url])),
  );
  expect(ended.map(({ exit }) => exit)).toEqual([3, 3]);
  expect(api.arrived).toHaveLength(2);
});

test('what does not pass is given up after five tries, and the key tells how to find out', async () => {
  const { exit, err, arrived } = await against(
    () => ({ ...problem(503, 'unavailable'), headers: { 'retry-after': '0' } }),
    ...create,
    '--key',
    'release-7',
  );
  expect(exit).toBe(3);
  expect(arrived).toHaveLength(5);
  expect(arrived.every(({ headers }) => headers['idempotency-key'] === 'release-7')).toBe(true);
  expect(err).toContain('Detail of unavailable');
  expect(err).toContain('request request-1');
  expect(err).toContain('the same command with --key release-7 tells, and does nothing twice');
});

test('where nobody listens, it says so at once and what to do', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  server.close();
  await once(server, 'close');
  const { exit, out, err } = await command(['list'], {
    env: { IMAGE_VERSIONS_API: `http://127.0.0.1:${port}` },
  });
  expect({ exit, out }).toEqual({ exit: 3, out: '' });
  expect(err).toBe(
    `image-versions: http://127.0.0.1:${port} cannot be reached: nothing listens there (ECONNREFUSED).\n` +
      'Next: start the local cloud in the project: npm start\n' +
      'Next: say where the API is: --api URL, or the variable IMAGE_VERSIONS_API\n',
  );
});

test('a problem is told with every fault and with what to do next', async () => {
  const faulty = problem(422, 'idempotency-key-reused', {
    operationId: 'op-7',
    errors: [
      { pointer: '/Aliases/0', detail: 'given 1, wanted an alias' },
      { parameter: 'region', detail: 'given "mars", wanted a region' },
      { header: 'Idempotency-Key', detail: 'given twice' },
    ],
  });
  const { exit, err } = await against(() => faulty, ...create);
  expect(exit).toBe(2);
  expect(err).toBe(
    [
      'image-versions: Title of idempotency-key-reused (422).',
      '  Detail of idempotency-key-reused',
      '  Aliases/0: given 1, wanted an alias',
      '  region: given "mars", wanted a region',
      '  Idempotency-Key: given twice',
      'Next: image-versions operations show op-7   tells what came of it',
      'Next: give another --key',
      '',
    ].join('\n'),
  );
});

test('a fault of a statement is shown where it stands', async () => {
  const sql = "SELECT version,\n  colour\nFROM awscc.sagemaker.image_versions WHERE region = 'us-east-1'";
  const { exit, err, arrived } = await against(
    () =>
      problem(400, 'invalid-statement', {
        errors: [{ line: 2, column: 3, detail: 'there is no column colour' }],
      }),
    'query',
    sql,
    '--param',
    'a=2',
    '--param',
    'b:=2',
  );
  expect(exit).toBe(2);
  expect(err).toContain('  line 2, column 3: there is no column colour\n      colour\n      ^\n');
  expect(JSON.parse(arrived[0]?.body ?? '')).toEqual({ sql, params: { a: '2', b: 2 } });
});

test('an answer of somebody else is not taken for one of the API', async () => {
  const [stranger, gateway, moved] = await Promise.all([
    against(() => ({ body: { hello: 'world' } }), 'list'),
    against(() => ({ status: 403, body: { message: 'Forbidden' } }), 'list'),
    against(() => ({ status: 301, headers: { location: 'http://127.0.0.1:9/' } }), 'list'),
  ]);
  expect(stranger).toMatchObject({ exit: 3, err: expect.stringContaining('check --api') });
  expect(gateway).toMatchObject({ exit: 3, err: expect.stringContaining('OperatorPolicyArn') });
  expect(moved).toMatchObject({ exit: 3, err: expect.stringContaining('answered 301') });
});

test('interrupted while it waits, it says that the operation goes on and how to follow it', async () => {
  const api = await fake((request) => {
    if (request.method === 'POST') return { status: 202, body: operation('QUEUED', { position: 0 }) };
    return 'hang';
  });
  const running = start([...create, '--wait', '--api', api.url]);
  await api.arrivals(2);
  running.interrupt();
  const { exit, out, err } = await running.ended;
  expect({ exit, out }).toEqual({ exit: 130, out: '' });
  expect(err).toBe(
    'create pytorch: QUEUED, the next one\n' +
      'The operation goes on. Follow it: image-versions operations watch op-1\n',
  );
});

test('interrupted before the answer, it says under which key to ask again', async () => {
  const api = await fake(() => 'hang');
  const running = start([...create, '--key', 'release-8', '--api', api.url]);
  await api.arrivals(1);
  running.interrupt();
  const { exit, err } = await running.ended;
  expect(exit).toBe(130);
  expect(err).toContain('the same command with --key release-8 tells');
});

test('where the API goes away meanwhile, it says that the operation goes on', async () => {
  const api = await fake((request, nth) => {
    if (nth > 2) api.stop();
    return request.method === 'POST'
      ? { status: 202, body: operation('RUNNING') }
      : { body: operation('RUNNING') };
  });
  const { exit, err } = await command([...create, '--wait', '--api', api.url]);
  expect(exit).toBe(3);
  expect(err).toContain('cannot be reached');
  expect(err).toContain('Next: The operation goes on. Follow it: image-versions operations watch op-1\n');
});

test('CSV of the inventory is what the API writes, page after page under one line of names', async () => {
  const script: Script = ({ url }) => {
    const cursor = new URL(url, 'http://api').searchParams.get('cursor');
    if (cursor === null) {
      return {
        headers: { link: '</inventory?processor=GPU&limit=1000&cursor=a%2Bb>; rel="next"' },
        body: 'imageName,note\r\na,"1\r\n2"\r\n',
      };
    }
    return { body: 'imageName,note\r\nb,\r\n' };
  };
  const all = await against(script, 'inventory', '--processor', 'GPU', '-o', 'csv');
  expect(all).toMatchObject({ exit: 0, out: 'imageName,note\r\na,"1\r\n2"\r\nb,\r\n', err: '' });
  expect(all.arrived.map(({ url }) => url)).toEqual([
    '/inventory?processor=GPU&limit=1000',
    '/inventory?processor=GPU&limit=1000&cursor=a%2Bb',
  ]);
  expect(all.arrived[0]?.headers.accept).toBe('text/csv');
});

test('what others wrote does not steer the terminal', async () => {
  const version = {
    identifier: 'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch/1',
    imageName: 'pytorch',
    version: 1,
    region: 'us-east-1',
    properties: { ReleaseNotes: 'a\u001b[2Jb\nc\u202ed\u009b31m', Aliases: ['x'] },
  };
  const { out } = await against(() => ({ body: version }), 'get', 'pytorch', 'x');
  expect(out).toContain('ReleaseNotes  a [2Jb c d 31m\n');
});

test('where nobody reads any more, the command ends as its work does', async () => {
  const resources = Array.from({ length: 2_000 }, (_, nth) => ({
    name: `resource-${nth}`,
    action: 'create',
    status: 'failed',
    changes: [],
    exports: {},
    error: { name: 'GeneralServiceException', message: 'CannotPull' },
  }));
  const api = await fake(({ url }) => ({
    body: url.startsWith('/manifests/')
      ? { name: 'training', done: true, resources }
      : { items: [operation('SUCCEEDED')], nextCursor: null },
  }));
  const ended = await Promise.all([
    command(['build', '-', '--api', api.url], { unread: true }),
    command(['build', '-', '--api', api.url, '-o', 'csv', '--wait'], { unread: true }),
    command(['operations', 'list', '--api', api.url], { unread: true }),
    command(['frobnicate'], { unread: true }),
  ]);
  expect(ended.map(({ exit }) => exit)).toEqual([1, 1, 0, 2]);
});

test.each([
  ['delete', 'pytorch', '999'],
  ['update', 'pytorch', '999', '--processor', 'CPU'],
  ['create', 'tensorflow'],
])('an answer about something else than was asked for (%s %s) makes the command fail', async (...args) => {
  const other = operation('QUEUED', { imageName: 'pytorch', version: 2, position: 0 });
  const { exit, out, err } = await against(() => ({ status: 202, body: other }), ...args);
  expect({ exit, out }).toEqual({ exit: 1, out: '' });
  expect(err).toMatch(/^image-versions: The API answered about version 2 of pytorch, not about \S/);
  expect(err).toContain('Next: image-versions operations cancel op-1   cancels what was accepted\n');
});

test('an answer with another operation or version makes what reads fail, too', async () => {
  const version = {
    identifier: 'arn',
    imageName: 'pytorch',
    version: 2,
    region: 'us-east-1',
    properties: {},
  };
  const [shown, got] = await Promise.all([
    against(() => ({ body: operation('SUCCEEDED') }), 'operations', 'show', 'op-2'),
    against(() => ({ body: version }), 'get', 'pytorch', '1'),
  ]);
  expect(shown).toMatchObject({
    exit: 1,
    out: '',
    err: expect.stringContaining('not about operation op-2,'),
  });
  expect(got).toMatchObject({ exit: 1, out: '', err: expect.stringContaining('not about version 1 of') });
});

const ID = `key-${'0'.repeat(36)}`;
const TIME = '2026-11-24T08:00:00.000Z';

test('in 80 columns a list of operations has whole ids and how old each is', async () => {
  const item = operation('FAILED', {
    operationId: ID,
    imageName: 'huggingface-pytorch-training',
    version: 12,
  });
  const list = { body: { items: [item], nextCursor: null } };
  const [narrow, wide] = await Promise.all(
    ['80', '160'].map((width) => against(() => list, 'operations', 'list', '--width', width)),
  );
  expect(narrow?.out).toMatch(/^operationId +kind +status +imageName +age\n/);
  expect(narrow?.out).toMatch(new RegExp(`^${ID} +create +FAILED +huggingface\\S*… +\\d+[smhd]$`, 'm'));
  expect(wide?.out).toMatch(
    new RegExp(`^${ID} +create +FAILED +huggingface-pytorch-training +12 +${TIME}$`, 'm'),
  );
});

test('rows that do not fit as a table come as records, and a table where that is asked for', async () => {
  const names = Array.from({ length: 14 }, (_, nth) => `column_${nth}`);
  const row = Object.fromEntries(names.map((name, nth) => [name, nth === 3 ? null : `value ${nth} in full`]));
  const answer = { columns: names.map((name) => ({ name, type: 'string' })), rows: [row], calls: 1 };
  const query = (...more: readonly string[]) => against(() => ({ body: answer }), 'query', 'SELECT', ...more);
  const [narrow, asTable, piped, records] = await Promise.all([
    query('--width', '80'),
    query('--width', '80', '-o', 'table'),
    query(),
    query('-o', 'records'),
  ]);
  expect(narrow.out).toMatch(
    /^── 1 ─+\ncolumn_0 {3}value 0 in full\n(.*\n){11}column_13 {2}value 13 in full\n$/,
  );
  expect(narrow.out).not.toContain('column_3');
  expect(narrow.err).toBe('1 row, 1 call of AWS\n');
  expect(asTable.out.split('\n')).toHaveLength(3);
  expect(piped.out).toMatch(/^column_0 .* column_13\n/);
  expect(records.out).toMatch(/^── 1 ─/);
});

test('in 80 columns a diff keeps times and ids whole, version by version', async () => {
  const difference = {
    kind: 'changed',
    imageName: 'huggingface-pytorch-training',
    version: 2,
    changes: [{ property: 'modifiedAt', before: TIME, after: TIME.replace('08', '09') }],
    cause: { drift: false, operationId: ID },
  };
  const { out } = await against(
    () => ({ body: { items: [difference], nextCursor: null } }),
    ...['snapshots', 'diff', 'us-east-1-1', '--width', '80'],
  );
  expect(out).toBe(
    [
      `changed huggingface-pytorch-training 2, by ${ID}`,
      'property    before                    after',
      `modifiedAt  ${TIME}  ${TIME.replace('08', '09')}`,
      '',
    ].join('\n'),
  );
});

test('status words have colours where the terminal has them, and nowhere in JSON', async () => {
  const api = await fake(() => ({ body: { items: [operation('SUCCEEDED')], nextCursor: null } }));
  const list = ['operations', 'list', '--api', api.url];
  const [coloured, plain, json] = await Promise.all([
    command(list, { env: { FORCE_COLOR: '1' } }),
    command(list, { env: { NO_COLOR: '1' } }),
    command([...list, '-o', 'json'], { env: { FORCE_COLOR: '1' } }),
  ]);
  expect(coloured.out).toContain(' \u001b[32mSUCCEEDED\u001b[39m ');
  expect(plain.out + json.out).not.toContain('\u001b');
});

test('what a service says ends with one full stop', async () => {
  const { err } = await against(() => ({ status: 404, body: { message: 'Nothing answers here.' } }), 'list');
  expect(err).toContain('answered 404: Nothing answers here.\n');
});

test('a day is its start in UTC, and another time is as it was given', async () => {
  const api = await fake(() => ({ body: { items: [], nextCursor: null } }));
  const ask = (...args: readonly string[]) => command([...args, '--api', api.url]);
  await ask('inventory', '--at', '2026-11-25');
  await ask('operations', 'list', '--since', '2026-11-25');
  await ask('snapshots', 'list', '--since', '2026-11-25T08:00:00+01:00');
  const times = api.arrived.map(({ url }) => {
    const { searchParams } = new URL(url, 'http://api');
    return searchParams.get('at') ?? searchParams.get('since');
  });
  expect(times).toEqual(['2026-11-25T00:00:00Z', '2026-11-25T00:00:00Z', '2026-11-25T08:00:00+01:00']);
});
