import {
  ask,
  driftingRegion,
  faulty,
  items,
  movedTo,
  one,
  problem,
  takenAt,
  two,
  worldOf,
} from '../../fixtures/drifting-region.ts';
import { RecordedRegion, versionState } from '../../fixtures/recorded-region.ts';

describe('a cursor', () => {
  const LISTS = [
    '/snapshots',
    `/snapshots?since=${takenAt(1)}`,
    '/snapshots/latest',
    '/snapshots/us-east-1-2',
    '/snapshots/us-east-1-3',
    '/snapshots/us-east-1-1/diff/us-east-1-4',
    '/snapshots/us-east-1-4/diff/us-east-1-1',
    '/snapshots/us-east-1-1/diff/us-east-1-3',
    '/images/pytorch/versions/1/history',
    '/images/pytorch/versions/2/history',
    '/images/pytorch/aliases/stable/history',
    `/inventory?at=${takenAt(2)}`,
    `/inventory?at=${takenAt(3)}`,
    `/inventory?at=${takenAt(3)}&image=pytorch`,
  ];
  const paged = (target: string, cursor?: unknown) =>
    `${target}${target.includes('?') ? '&' : '?'}limit=1${cursor === undefined ? '' : `&cursor=${cursor}`}`;

  test('leads on in its own list and into no other', async () => {
    const world = worldOf(driftingRegion().take([movedTo, versionState(3)]));
    for (const target of LISTS) {
      const first = await world.send('GET', paged(target));
      const { nextCursor } = first.body;
      expect(typeof nextCursor).toBe('string');
      for (const other of LISTS) {
        const reply = await world.send('GET', paged(other, nextCursor));
        if (other === target) {
          expect(reply.status).toBe(200);
          expect(items(reply)).toHaveLength(1);
          expect(items(reply)).not.toEqual(items(first));
        } else {
          expect(problem(reply)).toEqual([400, 'invalid-request']);
          expect(faulty(reply)).toEqual(['cursor']);
        }
      }
    }
  });

  test.each([['/inventory'], ['/snapshots/latest']])(
    'of %s stays with the snapshot that was the newest',
    async (target) => {
      const recorded = new RecordedRegion().take([one, two]);
      const world = worldOf(recorded);
      const { body } = await world.send('GET', paged(target));
      recorded.take([versionState(9)]);
      const next = await world.send('GET', paged(target, body.nextCursor));
      expect(next.body.snapshot).toMatchObject({ snapshotId: 'us-east-1-1' });
      expect(items(next)).toMatchObject([{ version: 2 }]);
    },
  );

  const tampered = (list: unknown, place: unknown) =>
    Buffer.from(JSON.stringify([list, place])).toString('base64url');
  const LIST = 'inventory {"region":"us-east-1","imageName":"pytorch"}';
  const after = { imageName: 'pytorch', version: 1, from: 1 };

  test('is what the tampered ones below are made of', async () => {
    const cursor = tampered(LIST, { snapshot: 4, after });
    const reply = await ask(`/inventory?image=pytorch&cursor=${cursor}`);
    expect(items(reply)).toMatchObject([{ version: 2 }]);
  });

  test.each<[string, string]>([
    ['no JSON', 'x'],
    ['another list', tampered('inventory {}', { snapshot: 4, after })],
    ['no place', tampered(LIST, {})],
    ['a snapshot that is not there', tampered(LIST, { snapshot: 9, after })],
    ['a snapshot of no number', tampered(LIST, { snapshot: 0, after })],
    ['a place outside of the image', tampered(LIST, { snapshot: 4, after: { ...after, imageName: 'a' } })],
    ['a place that is no name', tampered(LIST, { snapshot: 4, after: { ...after, imageName: 'a#b' } })],
    ['a place below all', tampered(LIST, { snapshot: 4, after: { ...after, from: -1 } })],
    ['a place beyond all', tampered(LIST, { snapshot: 4, after: { ...after, version: 1e10 } })],
    ['half a version', tampered(LIST, { snapshot: 4, after: { ...after, version: 1.5 } })],
    ['more than a place', tampered(LIST, { snapshot: 4, after: { ...after, part: 'x' } })],
    ['null', tampered(LIST, null)],
  ])('of %s is refused', async (_what, cursor) => {
    const reply = await ask(`/inventory?image=pytorch&cursor=${cursor}`);
    expect(problem(reply)).toEqual([400, 'invalid-request']);
    expect(faulty(reply)).toEqual(['cursor']);
  });

  test.each<[string, string, unknown]>([
    [
      '/snapshots/us-east-1-2',
      'snapshot {"region":"us-east-1","snapshotId":"us-east-1-2"}',
      { snapshot: 3, after },
    ],
    [
      `/inventory?at=${takenAt(2)}`,
      `inventory {"region":"us-east-1","at":"${takenAt(2)}"}`,
      { snapshot: 3, after },
    ],
    [
      '/images/pytorch/versions/1/history',
      'version {"region":"us-east-1","imageName":"pytorch","version":1}',
      { snapshot: 4, after: 2 },
    ],
  ])('of %s that means another snapshot is refused', async (target, list, place) => {
    const cursor = tampered(list, place);
    expect(faulty(await ask(`${target}${target.includes('?') ? '&' : '?'}cursor=${cursor}`))).toEqual([
      'cursor',
    ]);
  });
});
