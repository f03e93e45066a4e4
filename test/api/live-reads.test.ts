import { BASE_IMAGE, TestCloud } from '../workflows/cloud.ts';
import { ApiCloud } from './api-cloud.ts';

/** The live reads through the whole: API, function, Cloud Control and SageMaker. */

let api: ApiCloud;
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.start();
  api = new ApiCloud(cloud);
});
afterAll(async () => {
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});

interface Listed {
  readonly imageName: string;
  readonly version?: number;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** Follows a list to its end. */
async function all(path: string): Promise<{ pages: number; items: Listed[] }> {
  const items: Listed[] = [];
  let cursor: unknown;
  for (let pages = 1; ; pages += 1) {
    const more = cursor === undefined ? '' : `&cursor=${encodeURIComponent(String(cursor))}`;
    const { status, body } = await api.ask('GET', `${path}${more}`);
    expect(status).toBe(200);
    items.push(...(body.items as Listed[]));
    if (body.nextCursor === null) return { pages, items };
    cursor = body.nextCursor;
  }
}

const label = ({ imageName, version }: Listed) => `${imageName} ${version}`;

describe('two regions', () => {
  beforeAll(async () => {
    await cloud.reset();
    // AWS's pages and the caller's never fall together.
    cloud.cloud.settings.change({ pageSize: 2 });
    for (const name of ['alpha', 'beta', 'gamma']) await cloud.image(name);
    await cloud.image('delta', 'eu-west-1');
    await cloud.version('alpha', { Aliases: ['stable', 'cpu'], Processor: 'CPU' });
    await cloud.version('alpha');
    await cloud.version('alpha', { Aliases: ['next'] });
    await cloud.version('gamma', { Aliases: ['stable'] });
  });

  test('a region’s versions are found with nothing but the region', async () => {
    for (const limit of [1, 3, 20]) {
      const { items } = await all(`/image-versions?limit=${limit}`);
      expect(items.map(label)).toEqual(['alpha 3', 'alpha 2', 'alpha 1', 'gamma 1']);
    }
    expect(await all('/image-versions?region=eu-west-1')).toEqual({ pages: 1, items: [] });
  });

  test('every version comes with its properties and aliases', async () => {
    const { items } = await all('/images/alpha/versions?limit=2');
    expect(items.map(({ properties }) => properties?.Aliases)).toEqual([
      ['next'],
      [],
      expect.arrayContaining(['stable', 'cpu']),
    ]);
    expect(items[2]?.properties).toMatchObject({ ImageName: 'alpha', Version: 1, Processor: 'CPU' });
  });

  test('images are listed', async () => {
    const { items } = await all('/images?limit=1');
    expect(items.map(({ imageName }) => imageName)).toEqual(['alpha', 'beta', 'gamma']);
    expect((await all('/images?region=eu-west-1')).items).toMatchObject([{ imageName: 'delta' }]);
  });

  test('one version, by its number and by its alias', async () => {
    const byNumber = await api.ask('GET', '/images/alpha/versions/1');
    expect(byNumber).toMatchObject({ status: 200, body: { imageName: 'alpha', version: 1 } });
    expect((await api.ask('GET', '/images/alpha/aliases/cpu')).body).toEqual(byNumber.body);
  });

  test('a version of another region is read there: by its number, by its alias, and in lists', async () => {
    await cloud.image('epsilon', 'eu-west-1');
    const properties = { ImageName: 'epsilon', BaseImage: BASE_IMAGE, Aliases: ['stable'] };
    await cloud.run('create', { region: 'eu-west-1', properties });
    const { body } = await api.ask('GET', '/images/epsilon/versions/1?region=eu-west-1');
    expect(body).toMatchObject({ imageName: 'epsilon', region: 'eu-west-1', properties });
    expect((await api.ask('GET', '/images/epsilon/aliases/stable?region=eu-west-1')).body).toEqual(body);
    expect((await all('/images/epsilon/versions?region=eu-west-1')).items).toEqual([body]);
    expect((await all('/image-versions?region=eu-west-1')).items).toEqual([body]);
    expect((await api.ask('GET', '/images/epsilon/versions/1')).status).toBe(404);
  });

  test.each([
    ['/images/alpha/versions/9', 'unknown-image-version'],
    ['/images/nothing/versions/1', 'unknown-image-version'],
    ['/images/nothing/versions', 'unknown-image'],
    ['/images/alpha/aliases/old', 'unknown-alias'],
    ['/operations/nothing', 'unknown-operation'],
  ])('%s: %s', async (path, problem) => {
    const { status, headers, body } = await api.ask('GET', path);
    expect({ status, type: body.type }).toEqual({
      status: 404,
      type: `/openapi.json#/x-problems/${problem}`,
    });
    expect(headers.get('content-type')).toBe('application/problem+json');
  });

  test('a cursor that was tampered with leads nowhere', async () => {
    const cursor = Buffer.from('["images us-east-1",{"token":"x","offset":0}]').toString('base64url');
    const { status, body } = await api.ask('GET', `/images?cursor=${cursor}`);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'cursor' }], awsError: { name: 'ValidationException' } },
    });
  });

  test('every part is well', async () => {
    expect(await api.ask('GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  test('a list is never told in part: AWS’s refusal of one read is the answer', async () => {
    cloud.fault({
      match: { operation: 'GetResource' },
      times: 'always',
      effect: { kind: 'error', name: 'AccessDeniedException', message: 'not for you' },
    });
    const { status, body } = await api.ask('GET', '/image-versions');
    cloud.cloud.faults.remove();
    expect({ status, body }).toMatchObject({
      status: 500,
      body: { awsError: { name: 'AccessDeniedException', message: 'not for you' } },
    });
  });

  test('throttling that outlasts the client’s retries is a 429', async () => {
    cloud.fault({ match: { operation: 'ListResources' }, times: 'always', effect: { kind: 'throttle' } });
    const { status, headers, body } = await api.ask('GET', '/images');
    cloud.cloud.faults.remove();
    expect({ status, body }).toMatchObject({
      status: 429,
      body: { awsError: { name: 'ThrottlingException' } },
    });
    expect(headers.get('retry-after')).toBe('5');
  });
});
