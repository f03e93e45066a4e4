import type { OperationFilter } from '../../../lambda/core/operation/desk.ts';
import { InvalidCursor } from '../../../lambda/core/operation/desk.ts';
import type { HistoryEntry, OperationRecord } from '../../../lambda/core/operation/record.ts';
import { CallError } from '../../../lambda/core/ports.ts';
import { ApiWorld, NOW, operationRecord } from '../../fixtures/api.ts';
import { arnOf } from '../../fixtures/scope.ts';

const AT = new Date(NOW).toISOString();
const MODEL = { ImageName: 'pytorch', BaseImage: 'registry/pytorch:2.6', Version: 3, Horovod: false };

function withVersions(): ApiWorld {
  return new ApiWorld({
    read: async () => MODEL,
    lists: {
      images: async () => ({ identifiers: ['arn:aws:sagemaker:us-east-1:123456789012:image/pytorch'] }),
      versions: async () => ({ identifiers: [arnOf(3), arnOf(2), arnOf(1)] }),
    },
    versions: {
      aliases: async () => ['stable'],
      describeAlias: async () => ({ identifier: arnOf(3), status: 'CREATED' }),
    },
  });
}

describe('a version', () => {
  test('has all properties, aliases filled in', async () => {
    const reply = await withVersions().send('GET', '/images/pytorch/versions/3');
    expect(reply).toMatchObject({
      status: 200,
      body: {
        identifier: arnOf(3),
        imageName: 'pytorch',
        version: 3,
        region: 'us-east-1',
        properties: { ...MODEL, Aliases: ['stable'] },
        links: { self: '/images/pytorch/versions/3?region=us-east-1' },
      },
    });
  });

  test('is found by its alias', async () => {
    const reply = await withVersions().send('GET', '/images/pytorch/aliases/stable');
    expect(reply).toMatchObject({ status: 200, body: { version: 3 } });
  });

  test.each([['/images/pytorch/versions/9'], ['/images/pytorch/aliases/old']])(
    '%s is not there',
    async (path) => {
      expect((await new ApiWorld().send('GET', path)).status).toBe(404);
    },
  );

  test('is asked for in a configured region alone', async () => {
    const reply = await withVersions().send('GET', '/images/pytorch/versions/3?region=mars-north-1');
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ parameter: 'region' }] } });
  });
});

describe('lists', () => {
  test.each([
    ['/images/pytorch/versions', 3],
    ['/image-versions', 3],
    ['/images', 1],
  ])('%s comes whole', async (path, length) => {
    const reply = await withVersions().send('GET', path);
    expect(reply).toMatchObject({ status: 200, body: { nextCursor: null } });
    expect(reply.body.items).toHaveLength(length);
  });

  test.each([['/images/pytorch/versions'], ['/image-versions']])(
    '%s goes on from its cursor',
    async (path) => {
      const world = withVersions();
      const found: unknown[] = [];
      let cursor: unknown = '';
      while (cursor !== null) {
        const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
        const { body } = await world.send('GET', `${path}?limit=1${more}`);
        found.push(...(Array.isArray(body.items) ? body.items : []));
        cursor = body.nextCursor;
      }
      expect(found).toMatchObject([{ version: 3 }, { version: 2 }, { version: 1 }]);
    },
  );

  test('no cursor leads from one list into another', async () => {
    const world = withVersions();
    const { body } = await world.send('GET', '/images/pytorch/versions?limit=1');
    const other = await world.send('GET', `/images/other/versions?cursor=${String(body.nextCursor)}`);
    expect(other).toMatchObject({ status: 400, body: { errors: [{ parameter: 'cursor' }] } });
  });

  test('a place that AWS does not know any more is told with AWS’s words', async () => {
    const expired = new CallError('ValidationException', 'Invalid NextToken', false);
    let calls = 0;
    const world = new ApiWorld({
      lists: {
        images: async () => {
          calls += 1;
          if (calls > 1) throw expired;
          return { identifiers: [], nextToken: 'a token' };
        },
      },
    });
    expect((await world.send('GET', '/images')).status).toBe(502);
    calls = 0;
    const images = async () => {
      calls += 1;
      if (calls > 1) throw expired;
      return {
        identifiers: ['a', 'b'].map((name) => `arn:aws:sagemaker:us-east-1:123456789012:image/${name}`),
      };
    };
    const other = new ApiWorld({ lists: { images } });
    const { body } = await other.send('GET', '/images?limit=1');
    const reply = await other.send('GET', `/images?limit=1&cursor=${String(body.nextCursor)}`);
    expect(reply).toMatchObject({ status: 400, body: { awsError: { name: 'ValidationException' } } });
  });

  test('of an image that is not there is not empty but a 404', async () => {
    const world = new ApiWorld({ lists: { versions: async () => undefined } });
    expect((await world.send('GET', '/images/pytorch/versions')).status).toBe(404);
  });

  test.each([
    ['limit=0'],
    ['limit=51'],
    ['limit=1e1'],
    ['limit='],
    ['cursor='],
    ['page=2'],
    ['limit=1&limit=2'],
  ])('%s is told', async (query) => {
    expect((await withVersions().send('GET', `/images?${query}`)).status).toBe(400);
  });
});

describe('an operation', () => {
  const history: HistoryEntry[] = [
    {
      event: 'request',
      at: AT,
      step: 'create',
      attempt: 1,
      requestToken: 'r',
      status: 'FAILED',
      errorCode: 'Throttling',
      polls: 2,
    },
    { event: 'error', at: AT, step: 'create', name: 'Throttling', message: 'Rate exceeded' },
    { event: 'wait', at: AT, step: 'create', seconds: 8 },
  ];

  test('is told with its history, its result and its links', async () => {
    const record: OperationRecord = operationRecord({
      status: 'SUCCEEDED',
      version: 3,
      identifier: arnOf(3),
      history,
      executionArn: 'arn:aws:states:us-east-1:123456789012:execution:create-image-version-dev:operation-1',
      startedAt: AT,
      finishedAt: AT,
      result: {
        operationId: 'operation-1',
        kind: 'create',
        effect: 'created',
        identifier: arnOf(3),
        imageName: 'pytorch',
        version: 3,
        region: 'us-east-1',
        properties: { ...MODEL, Aliases: ['stable'] },
        requests: 2,
        polls: 4,
        attempts: 2,
        durationSeconds: 101.2,
      },
    });
    const reply = await new ApiWorld({ find: async () => record }).send('GET', '/operations/operation-1');
    expect(reply).toMatchObject({ status: 200, body: { history, result: { effect: 'created' } } });
    expect(reply.body.links).toEqual({
      self: '/operations/operation-1',
      imageVersion: '/images/pytorch/versions/3?region=us-east-1',
      execution:
        'https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/arn%3Aaws%3Astates%3Aus-east-1%3A123456789012%3Aexecution%3Acreate-image-version-dev%3Aoperation-1',
    });
  });

  test('that failed says why, in AWS’s words', async () => {
    const error = { name: 'InvalidRequest', message: 'no', faults: [{ path: '/patch/0', message: 'no' }] };
    const record = operationRecord({ status: 'FAILED', error });
    const reply = await new ApiWorld({ find: async () => record }).send('GET', '/operations/operation-1');
    expect(reply).toMatchObject({ status: 200, body: { error } });
  });

  test('may be waited for', async () => {
    const world = new ApiWorld({ find: async () => operationRecord({ status: 'RUNNING' }) });
    const reply = await world.send('GET', '/operations/operation-1', { headers: { prefer: 'wait=2' } });
    expect(reply).toMatchObject({
      status: 200,
      headers: { 'retry-after': '5' },
      body: { status: 'RUNNING' },
    });
    expect(world.patience.sleeps).toEqual([1000, 1000]);
  });

  test('that is not there is a 404', async () => {
    expect((await new ApiWorld().send('GET', '/operations/operation-1')).status).toBe(404);
  });
});

describe('operations', () => {
  test('are listed by what is asked for', async () => {
    const asked: [OperationFilter, number, string | undefined][] = [];
    const world = new ApiWorld({
      list: async (filter, limit, cursor) => {
        asked.push([filter, limit, cursor]);
        return { records: [operationRecord()], cursor: 'more' };
      },
    });
    const query = 'image=pytorch&status=QUEUED&since=2026-11-24T10:00:00%2B02:00&limit=5&cursor=abc';
    const reply = await world.send('GET', `/operations?${query}`);
    expect(reply).toMatchObject({ status: 200, body: { nextCursor: 'more' } });
    const filter = { region: 'us-east-1', imageName: 'pytorch', status: 'QUEUED', since: AT };
    expect(asked).toEqual([[filter, 5, 'abc']]);
  });

  test('of a cursor that the desk does not know', async () => {
    const world = new ApiWorld({
      list: async () => {
        throw new InvalidCursor('no');
      },
    });
    expect((await world.send('GET', '/operations?cursor=abc')).status).toBe(400);
  });

  test.each([['status=DONE'], ['since=yesterday'], ['since=2026-02-30T00:00:00Z'], ['image=a/b']])(
    '%s is told',
    async (query) => {
      expect((await new ApiWorld().send('GET', `/operations?${query}`)).status).toBe(400);
    },
  );
});

describe('health', () => {
  test('is good while every part answers', async () => {
    const reply = await new ApiWorld().send('GET', '/health');
    expect(reply).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  test('tells which part does not answer, and with which words', async () => {
    const world = new ApiWorld({
      lists: {
        images: async () => {
          throw new CallError('AccessDeniedException', 'not allowed', false);
        },
      },
    });
    const reply = await world.send('GET', '/health');
    expect(reply.status).toBe(503);
    expect(reply.body.parts).toEqual([
      { name: 'operations-table', status: 'ok', milliseconds: 0 },
      {
        name: 'cloud-control',
        status: 'failing',
        milliseconds: 0,
        error: { name: 'AccessDeniedException', message: 'not allowed' },
      },
      { name: 'sagemaker', status: 'ok', milliseconds: 0 },
    ]);
  });
});

test('the document is served as it is', async () => {
  const reply = await new ApiWorld().send('GET', '/openapi.json');
  expect(reply).toMatchObject({ status: 200, body: { openapi: '3.1.1' } });
});
