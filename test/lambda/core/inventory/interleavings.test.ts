import fc from 'fast-check';
import { type Snapshot, snapshotIdOf } from '../../../../lambda/core/inventory/snapshot.ts';
import { type Action, InventoryModel } from '../../../fixtures/inventory-model.ts';

/** Whoever runs at once, whoever dies wherever, whatever changes meanwhile. */

const action = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Action>('schedule') },
  { weight: 2, arbitrary: fc.constant<Action>('request') },
  { weight: 2, arbitrary: fc.constant<Action>('repeat') },
  { weight: 3, arbitrary: fc.constant<Action>('change') },
);
const rounds = fc.array(fc.array(action, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 5 });
/** Numbers of any size are as likely as others, so that things go wrong as often as the model says. */
const tape = fc.array(fc.integer({ min: 0, max: 99_999 }), { maxLength: 1_500, size: 'max' });
const options = fc.record({
  faults: fc.constantFrom(0, 1, 3, 10, 30),
  changes: fc.constantFrom(0, 0, 3, 15),
  // From a run for each image to as long as it takes.
  calls: fc.constantFrom(8, 20, 1_000),
});

/** What holds at every moment. */
function expectSound(model: InventoryModel): void {
  expect(model.unexpected).toEqual([]);
  const snapshots = model.committed();
  expect(snapshots.map(({ number }) => number)).toEqual(snapshots.map((_one, index) => index + 1));
  const times = snapshots.map(({ takenAt }) => takenAt);
  expect(times).toEqual([...new Set(times)].toSorted());
  for (const snapshot of snapshots) {
    const id = snapshotIdOf(snapshot);
    expect({ id, rows: model.rowsAt(snapshot) }).toEqual({ id, rows: model.firstSeen.get(id) });
    expectSeen(model, snapshot);
  }
}

/** Nothing is in a snapshot, and nothing is missing in it, that was not so at some moment while it was taken. */
function expectSeen(model: InventoryModel, snapshot: Snapshot): void {
  const [start, end] = [Date.parse(snapshot.startedAt), Date.parse(snapshot.takenAt)];
  const seen = new Set(model.rowsAt(snapshot).map(({ state }) => `${state.imageName} ${state.version}`));
  for (const [key, { from, to }] of model.lives) {
    const there = from <= end && to >= start;
    const thereAllTheTime = from < start && to > end;
    if (seen.has(key)) expect({ key, there }).toEqual({ key, there: true });
    else expect({ key, thereAllTheTime }).toEqual({ key, thereAllTheTime: false });
  }
}

/** In the end all is told: of each snapshot but the first, each change, whatever it was told by before. */
function expectTold(model: InventoryModel): void {
  const told = new Map<unknown, object>();
  for (const { detail } of model.world.events) {
    const id = Reflect.get(detail, 'eventId');
    expect(detail).toEqual(told.get(id) ?? detail);
    told.set(id, detail);
  }
  const snapshots = model.committed().filter(({ number }) => number > 1);
  expect(snapshots.every(({ published }) => published)).toBe(true);
  for (const { number, counts } of snapshots) {
    const changes = [...told.keys()].filter((id) => {
      const [snapshotId = '', , version = ''] = String(id).split('/');
      return snapshotId === `us-east-1-${number}` && version !== 'aliases';
    });
    expect({ number, told: changes.length }).toEqual({
      number,
      told: counts.added + counts.changed + counts.removed,
    });
  }
}

test('a snapshot is whole or not there, never changes, and the next one after a quiet hour has all that there is', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, tape, options, async (plan, numbers, chosen) => {
      const model = new InventoryModel(numbers, chosen);
      for (const round of plan) await model.run(round);
      expectSound(model);

      // Nothing goes wrong and nothing changes any more: the schedule comes round once more.
      Object.assign(model, { faults: 0, changes: 0 });
      await model.run(['schedule']);
      expectSound(model);
      expectTold(model);
      const newest = model.committed().at(-1);
      expect(newest && model.rowsAt(newest).map(({ state }) => state)).toEqual(model.world.images.states());
    }),
    { numRuns: 300, endOnFailure: true },
  );
});
