import {
  ask,
  CREATED,
  driftingRegion,
  faulty,
  items,
  moment,
  movedFrom,
  movedTo,
  one,
  problem,
  takenAt,
  two,
  worldOf,
} from '../../fixtures/drifting-region.ts';
import { RecordedRegion } from '../../fixtures/recorded-region.ts';
import { arnOf } from '../../fixtures/scope.ts';

describe('a diff', () => {
  const PATH = '/snapshots/us-east-1-1/diff/us-east-1-4';

  test('has what came, what went and what changed, with each property', async () => {
    const reply = await ask('/snapshots/us-east-1-2/diff/us-east-1-3');
    expect(reply.headers['snapshot-id']).toBe('us-east-1-2, us-east-1-3');
    expect(reply.body).toMatchObject({
      from: { snapshotId: 'us-east-1-2' },
      to: { snapshotId: 'us-east-1-3' },
      nextCursor: null,
    });
    const about = { kind: 'changed', region: 'us-east-1', imageName: 'pytorch', cause: { drift: true } };
    expect(items(reply)).toEqual([
      {
        ...about,
        identifier: arnOf(1),
        version: 1,
        changes: [{ property: 'Aliases', before: ['stable'], after: [] }],
      },
      {
        ...about,
        identifier: arnOf(2),
        version: 2,
        changes: [
          { property: 'Aliases', before: [], after: ['latest', 'stable'] },
          { property: 'modifiedAt', before: two.modifiedAt, after: movedTo.modifiedAt },
        ],
      },
    ]);
  });

  test('of what came or went lists every property', async () => {
    const [removed, added] = items(await ask(PATH));
    expect(removed).toMatchObject({ kind: 'removed', version: 1 });
    expect(removed?.changes).toContainEqual({ property: 'MLFramework', before: 'PyTorch 2.6.0' });
    expect(added).toMatchObject({ kind: 'added', version: 2 });
    expect(added?.changes).toContainEqual({ property: 'Processor', after: 'GPU' });
    expect(added?.changes).toContainEqual({ property: 'status', after: 'CREATED' });
  });

  test('backwards is the other way round', async () => {
    const [added, removed] = items(await ask('/snapshots/us-east-1-4/diff/us-east-1-1'));
    expect(added).toMatchObject({ kind: 'added', version: 1 });
    expect(added?.changes).toContainEqual({ property: 'MLFramework', after: 'PyTorch 2.6.0' });
    expect(removed).toMatchObject({ kind: 'removed', version: 2 });
  });

  test('over several snapshots is drift where anything in between was', async () => {
    expect(items(await ask('/snapshots/us-east-1-1/diff/us-east-1-2'))).toMatchObject([{ cause: CREATED }]);
    expect(items(await ask('/snapshots/us-east-1-1/diff/us-east-1-3'))[1]).toMatchObject({
      kind: 'added',
      cause: { drift: true },
    });
  });

  test.each([
    ['/snapshots/us-east-1-3/diff/us-east-1-3', 'us-east-1-3'],
    ['/snapshots/latest/diff/latest', 'us-east-1-4'],
    ['/snapshots/latest/diff/us-east-1-4', 'us-east-1-4'],
  ])('%s is empty', async (target, snapshotId) => {
    const reply = await ask(target);
    expect(reply.body).toMatchObject({ from: { snapshotId }, to: { snapshotId }, items: [] });
  });

  test.each([['/snapshots/latest/diff/us-east-1-3'], ['/snapshots/us-east-1-3/diff/latest']])(
    '%s takes the region from the id',
    async (target) => {
      expect((await ask(target)).status).toBe(200);
    },
  );

  test.each([
    ['/snapshots/us-east-1-1/diff/eu-west-1-1', ['otherId']],
    ['/snapshots/us-east-1-1/diff/us-east-1-2?region=eu-west-1', ['snapshotId', 'otherId']],
    ['/snapshots/latest/diff/us-east-1-2?region=eu-west-1', ['otherId']],
    ['/snapshots/x/diff/y', ['snapshotId', 'otherId']],
  ])('%s is none', async (target, parameters) => {
    const reply = await ask(target);
    expect(reply.status).toBe(400);
    expect(faulty(reply)).toEqual(parameters);
  });

  test('with a snapshot that is not there is none', async () => {
    expect(problem(await ask('/snapshots/us-east-1-1/diff/us-east-1-9'))).toEqual([404, 'unknown-snapshot']);
  });
});

describe('the history of a version', () => {
  test('has its periods, oldest first, with what changed and why', async () => {
    const reply = await ask('/images/pytorch/versions/1/history');
    expect(items(reply)).toMatchObject([
      { validFrom: moment(1), validTo: moment(3), firstSeenAt: takenAt(1), changes: [] },
      {
        validFrom: moment(3),
        validTo: moment(4),
        properties: { Aliases: [], MLFramework: 'PyTorch 2.6.0' },
        changes: [{ property: 'Aliases', before: ['stable'], after: [] }],
        cause: { drift: true },
        removal: { drift: true },
      },
    ]);
    expect(reply.headers['snapshot-id']).toBe('us-east-1-4');
  });

  test('is open where the version is there', async () => {
    expect(items(await ask('/images/pytorch/versions/2/history'))).toMatchObject([
      { validFrom: moment(2), validTo: moment(3), cause: CREATED },
      { validFrom: moment(3), validTo: null },
    ]);
  });

  test('knows nothing of a snapshot that is on its way', async () => {
    const world = worldOf(driftingRegion().take([], { status: 'dated' }));
    const [, last] = items(await world.send('GET', '/images/pytorch/versions/2/history'));
    expect(last).toMatchObject({ validTo: null });
    expect(last).not.toHaveProperty('removal');
  });

  test.each([
    ['/images/pytorch/versions/9/history', [404, 'unknown-image-version']],
    ['/images/pytorch-cpu/versions/1/history', [404, 'unknown-image-version']],
    ['/images/pytorch/versions/1/history?region=eu-west-1', [404, 'no-snapshot']],
    ['/images/pytorch/versions/0/history', [400, 'invalid-request']],
  ])('%s is none', async (target, expected) => {
    expect(problem(await ask(target))).toEqual(expected);
  });
});

describe('the history of an alias', () => {
  test('has the versions that it pointed to, oldest first', async () => {
    expect(items(await ask('/images/pytorch/aliases/stable/history'))).toEqual([
      { version: 1, identifier: arnOf(1), from: moment(1), to: moment(3) },
      { version: 2, identifier: arnOf(2), from: moment(3), to: null, cause: { drift: true } },
    ]);
  });

  test('goes on while the version changes otherwise, and ends while no version has it', async () => {
    const changed = { ...one, status: 'DELETING' };
    const recorded = new RecordedRegion()
      .take([one])
      .take([changed])
      .take([movedFrom])
      .take([one])
      .take([one], { status: 'dated' });
    expect(
      items(await worldOf(recorded).send('GET', '/images/pytorch/aliases/stable/history')),
    ).toMatchObject([
      { version: 1, from: moment(1), to: moment(3) },
      { version: 1, from: moment(4), to: null },
    ]);
  });

  test('ends a period where the image was deleted and made again, though name and number are the same', async () => {
    const again = { ...one, createdAt: '2026-11-20T08:00:00.000Z', modifiedAt: '2026-11-20T08:01:35.000Z' };
    const recorded = new RecordedRegion().take([one]).take([one, two]).take([again]).take([again]);
    const periods = items(await worldOf(recorded).send('GET', '/images/pytorch/aliases/stable/history'));
    expect(periods).toMatchObject([
      { version: 1, from: moment(1), to: moment(3) },
      { version: 1, from: moment(3), to: null },
    ]);

    // Page by page as well.
    const first = await worldOf(recorded).send('GET', '/images/pytorch/aliases/stable/history?limit=1');
    const rest = await worldOf(recorded).send(
      'GET',
      `/images/pytorch/aliases/stable/history?limit=1&cursor=${encodeURIComponent(String(first.body.nextCursor))}`,
    );
    expect([...items(first), ...items(rest)]).toEqual(periods);
  });

  test('of an alias that no version ever had is none', async () => {
    expect(problem(await ask('/images/pytorch/aliases/unstable/history'))).toEqual([404, 'unknown-alias']);
    expect(problem(await ask('/images/pytorch/aliases/stable/history?region=eu-west-1'))).toEqual([
      404,
      'no-snapshot',
    ]);
  });
});
