import { ApiWorld, eventOf } from '../../fixtures/api.ts';

/** A path whose parts do not add up to what was asked is refused, as far as API Gateway shows it. */

test.each([
  ['DELETE', '/images/pytorch/versions/3%253Fdry-run', '3?dry-run'],
  ['DELETE', '/images/pytorch/versions/3%252F', '3/'],
  ['DELETE', '/images/pytorch%252Fversions%252F4/versions/3', 'pytorch/versions/4'],
  ['PATCH', '/images/pytorch/versions/3%2523', '3#'],
  ['POST', '/operations/operation-1%252Fcancel/cancel', 'operation-1/cancel'],
])('%s %s is refused', async (method, path, parameter) => {
  expect(Object.values(eventOf(method, path).pathParameters ?? {})).toContain(parameter);
  const world = new ApiWorld();
  const body = method === 'PATCH' ? { Horovod: true } : undefined;
  const reply = await world.send(method, path, { body });
  expect(reply).toMatchObject({ status: 400, body: { type: '/openapi.json#/x-problems/invalid-request' } });
  expect([...world.orders, ...world.cancelled]).toEqual([]);
});

test('a parameter with a slash does not lead to the route that its path looks like', async () => {
  const path = '/snapshots/us-east-1-1%252Fdiff%252Flatest';
  expect(eventOf('GET', path)).toMatchObject({
    routeKey: 'GET /snapshots/{snapshotId}',
    rawPath: '/snapshots/us-east-1-1/diff/latest',
  });
  expect(await new ApiWorld().send('GET', path)).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('/snapshots/us-east-1-1/diff/latest') },
  });
});

test.each([
  [{ rawPath: '/images/pytorch/versions/4' }],
  [
    {
      requestContext: {
        requestId: 'r',
        http: { method: 'DELETE', path: '/images/pytorch/versions/3?dry-run' },
      },
    },
  ],
  [{ pathParameters: { imageName: 'pytorch', version: '4' } }],
])('an event that names two versions is refused: %j', async (other) => {
  const world = new ApiWorld();
  const event = { ...eventOf('DELETE', '/images/pytorch/versions/3'), ...other };
  expect(await world.call(event)).toMatchObject({ status: 400 });
  expect(world.orders).toEqual([]);
});

test('a custom domain that maps the API below a path is refused, and the answer says why', async () => {
  const event = eventOf('GET', '/images/pytorch/versions/3');
  const path = `/base${event.rawPath}`;
  const http = { ...event.requestContext.http, path };
  const reply = await new ApiWorld().call({
    ...event,
    rawPath: path,
    requestContext: { ...event.requestContext, http },
  });
  expect(reply).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('a custom domain maps the API below a path') },
  });
});

test('API Gateway cuts a path at a question mark that is encoded once, and nothing of it is left to see', () => {
  const whole = eventOf('DELETE', '/images/pytorch/versions/3');
  expect(eventOf('DELETE', '/images/pytorch/versions/3%3Fdry-run')).toEqual(whole);
});

test('the event of a route that the function does not serve is a fault, and does nothing', async () => {
  const world = new ApiWorld();
  await expect(world.callSide('read', eventOf('DELETE', '/images/pytorch/versions/3'))).rejects.toThrow(
    'The function does not serve the route DELETE /images/{imageName}/versions/{version}',
  );
  expect(world.orders).toEqual([]);
});
