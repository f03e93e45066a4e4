import { CallError } from '../../../lambda/core/ports.ts';
import { ApiWorld, NOW } from '../../fixtures/api.ts';
import {
  ask,
  CREATED,
  driftingRegion,
  items,
  moment,
  one,
  problem,
  takenAt,
  worldOf,
} from '../../fixtures/drifting-region.ts';
import { RecordedRegion, versionState } from '../../fixtures/recorded-region.ts';
import { arnOf } from '../../fixtures/scope.ts';

describe('asking for a snapshot', () => {
  test('is told to the bus, and answered with where it will be', async () => {
    const world = new ApiWorld();
    const reply = await world.send('POST', '/snapshots');
    const requestedAt = new Date(NOW).toISOString();
    expect(world.snapshotsAsked).toEqual([['us-east-1', requestedAt]]);
    expect(reply).toMatchObject({
      status: 202,
      headers: { location: '/snapshots/latest?region=us-east-1' },
      body: {
        region: 'us-east-1',
        requestedAt,
        links: {
          latest: '/snapshots/latest?region=us-east-1',
          snapshots: '/snapshots?region=us-east-1',
        },
      },
    });
  });

  test('of a region, with a body that says nothing', async () => {
    const world = new ApiWorld();
    await world.send('POST', '/snapshots?region=eu-west-1', { body: {} });
    expect(world.snapshotsAsked).toMatchObject([['eu-west-1', expect.anything()]]);
  });

  test.each([
    ['?region=mars-north-1', undefined],
    ['?full=true', undefined],
    ['', { region: 'us-east-1' }],
  ])('by %j and %j is refused', async (query, body) => {
    const world = new ApiWorld();
    expect((await world.send('POST', `/snapshots${query}`, { body })).status).toBe(400);
    expect(world.snapshotsAsked).toEqual([]);
  });

  test('of which nobody heard is a problem that may pass', async () => {
    const ask = async () => Promise.reject(new CallError('InternalFailure', 'unwell', true));
    const reply = await new ApiWorld({ ask }).send('POST', '/snapshots');
    expect(problem(reply)).toEqual([503, 'unavailable']);
    expect(reply.headers['retry-after']).toBe('5');
  });
});

describe('snapshots', () => {
  test('are listed newest first, with what they saw and cost', async () => {
    const reply = await ask('/snapshots');
    expect(items(reply).map(({ snapshotId }) => snapshotId)).toEqual([
      'us-east-1-4',
      'us-east-1-3',
      'us-east-1-2',
      'us-east-1-1',
    ]);
    expect(items(reply)[1]).toEqual({
      ...moment(3),
      region: 'us-east-1',
      startedAt: new Date(Date.parse(takenAt(3)) - 5_500).toISOString(),
      trigger: 'schedule',
      full: false,
      counts: { images: 1, versions: 2, added: 0, changed: 2, removed: 0 },
      calls: 12,
      throttled: 0,
      durationSeconds: 5.5,
      links: {
        self: '/snapshots/us-east-1-3',
        previous: '/snapshots/us-east-1-2',
        diff: '/snapshots/us-east-1-2/diff/us-east-1-3',
      },
    });
    expect(items(reply)[3]?.links).toEqual({ self: '/snapshots/us-east-1-1' });
    expect(reply.body.nextCursor).toBeNull();
  });

  test('since a time begin with the one that was taken then', async () => {
    const since = encodeURIComponent(takenAt(3).replace('Z', '+00:00'));
    expect(items(await ask(`/snapshots?since=${since}`))).toHaveLength(2);
    expect(items(await ask(`/snapshots?since=${new Date(NOW).toISOString()}`))).toEqual([]);
  });

  test('on their way are not told of', async () => {
    const world = worldOf(driftingRegion().take([], { status: 'dated' }));
    expect(items(await world.send('GET', '/snapshots'))).toHaveLength(4);
    const { body } = await world.send('GET', '/snapshots?limit=2');
    const rest = await world.send('GET', `/snapshots?limit=2&cursor=${body.nextCursor}`);
    expect(items(rest)).toHaveLength(2);
    expect(rest.body.nextCursor).toBeNull();
  });

  test('of a region without any are none', async () => {
    expect(items(await ask('/snapshots?region=eu-west-1'))).toEqual([]);
  });
});

describe('the rows of a snapshot', () => {
  test('are told in full, and nothing of when they end', async () => {
    const reply = await ask('/snapshots/us-east-1-2');
    expect(reply.headers).toMatchObject({ 'snapshot-id': 'us-east-1-2', vary: 'accept' });
    expect(reply.body.snapshot).toMatchObject({ snapshotId: 'us-east-1-2' });
    expect(items(reply)).toEqual([
      {
        identifier: arnOf(1),
        region: 'us-east-1',
        account: '123456789012',
        imageName: 'pytorch',
        version: 1,
        status: 'CREATED',
        createdAt: one.createdAt,
        modifiedAt: one.modifiedAt,
        firstSeenAt: takenAt(1),
        properties: { ...one.properties, Aliases: ['stable'] },
        validFrom: moment(1),
        links: {
          self: '/images/pytorch/versions/1?region=us-east-1',
          history: '/images/pytorch/versions/1/history?region=us-east-1',
        },
      },
      expect.objectContaining({ version: 2, validFrom: moment(2), cause: CREATED }),
    ]);
  });

  test('are the newest ones as latest, in its region', async () => {
    const far = new RecordedRegion('eu-west-1').take([versionState(9, { region: 'eu-west-1' })]);
    const world = worldOf(driftingRegion(), far);
    const here = await world.send('GET', '/snapshots/latest');
    expect(here.body.snapshot).toMatchObject({ snapshotId: 'us-east-1-4' });
    const there = await world.send('GET', '/snapshots/latest?region=eu-west-1');
    expect(there.body.snapshot).toMatchObject({ snapshotId: 'eu-west-1-1' });
    const byId = await world.send('GET', '/snapshots/eu-west-1-1');
    expect(items(byId)).toMatchObject([{ version: 9, region: 'eu-west-1' }]);
  });

  test('tell why a version failed', async () => {
    const failed = versionState(3, { status: 'CREATE_FAILED', failureReason: 'no such image' });
    const reply = await worldOf(new RecordedRegion().take([failed])).send('GET', '/snapshots/latest');
    expect(items(reply)).toMatchObject([{ status: 'CREATE_FAILED', failureReason: 'no such image' }]);
  });

  test.each([
    ['/snapshots/us-east-1-9', [404, 'unknown-snapshot']],
    ['/snapshots/eu-west-1-1', [404, 'unknown-snapshot']],
    ['/snapshots/latest?region=eu-west-1', [404, 'no-snapshot']],
    ['/snapshots/us-east-1-2?region=eu-west-1', [400, 'invalid-request']],
    ['/snapshots/us-west-2-1', [400, 'invalid-request']],
    ['/snapshots/us-east-1-0', [400, 'invalid-request']],
    ['/snapshots/us-east-1', [400, 'invalid-request']],
    ['/snapshots/42', [400, 'invalid-request']],
    ['/snapshots/LATEST', [400, 'invalid-request']],
    ['/snapshots/us-east-1-1234567890', [400, 'invalid-request']],
  ])('%s are none', async (target, expected) => {
    expect(problem(await ask(target))).toEqual(expected);
  });

  test('of one that is on its way are not there yet', async () => {
    const world = worldOf(driftingRegion().take([], { status: 'dated' }));
    expect((await world.send('GET', '/snapshots/us-east-1-5')).status).toBe(404);
    const latest = await world.send('GET', '/snapshots/latest');
    expect(latest.body.snapshot).toMatchObject({ snapshotId: 'us-east-1-4' });
    expect(items(latest)).toMatchObject([{ version: 2 }]);
  });
});
