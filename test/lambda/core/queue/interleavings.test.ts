import fc from 'fast-check';
import { isFinal } from '../../../../lambda/core/operation/record.ts';
import { type Action, QueueModel } from '../../../fixtures/queue-model.ts';

const key = fc.nat(5);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('accept'), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel'), key }) },
  { weight: 2, arbitrary: fc.constant<Action>({ do: 'sweep' }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tell'), key }) },
);
/** What is done at the same time, and then, when all of it has come to rest, the next. */
const rounds = fc.array(fc.array(action, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 3 });
/** Numbers of any size are as likely as others, so that a call goes wrong as often as the model says. */
const tape = fc.array(fc.integer({ min: 0, max: 99_999 }), { maxLength: 400, size: 'max' });
/** Of a hundred calls, how many go wrong: seldom, so that much is done between, to so often that little is. */
const faults = fc.constantFrom(3, 10, 25, 50);

const SWEEP: readonly Action[] = [{ do: 'sweep' }];
/** One each minute: what was cut off wherever is done within two. */
const SWEEPS = 2;

async function played(actions: readonly (readonly Action[])[], numbers: readonly number[], faults: number) {
  const model = new QueueModel(numbers, faults);
  for (const round of actions) await model.run(round);
  model.faults = 0;
  for (let sweeps = 0; sweeps < SWEEPS; sweeps += 1) await model.run(SWEEP);
  return model;
}

/** What holds of every play, whatever went wrong in it. */
function expectDone(model: QueueModel): void {
  const { world } = model;
  expect(model.unexpected).toEqual([]);
  for (const { operationId, status, open, error } of world.records.all()) {
    expect({ operationId, final: isFinal(status), open }).toEqual({ operationId, final: true, open: false });
    const told = world.published.filter((one) => one.operationId === operationId);
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told.map((one) => one.status))).toEqual(new Set([status]));
    // What was not cancelled has had its workflow, and no record ends for want of it.
    if (status !== 'CANCELLED') expect(world.executionOf(operationId)).toBeDefined();
    if (status === 'FAILED') expect(error?.name).not.toBe('OperationIdTaken');
  }
  expect(model.overlaps()).toEqual([]);
  expect(model.overtakings()).toEqual([]);
}

test('whoever dies wherever: every operation ends, once, in order, alone on its image, and is told of', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, tape, faults, async (actions, numbers, percent) => {
      const model = await played(actions, numbers, percent);
      expectDone(model);
      // What a dead process left lying in a queue is in nobody's way for longer than until the next sweep.
      const further: Action[] = [
        { do: 'accept', key: 6 },
        { do: 'accept', key: 7 },
      ];
      await model.run(further);
      await model.run(SWEEP);
      expectDone(model);
      expect(model.world.queues.clear).toBe(true);
    }),
    { numRuns: 500, endOnFailure: true },
  );
});

/** A place that a sweep entered anew for an operation which had ended: the one that came after it was not started. */
const ENTERED_AGAIN: Action[][] = [
  [
    { do: 'accept', key: 1 },
    { do: 'sweep' },
    { do: 'cancel', key: 0 },
    { do: 'accept', key: 2 },
    { do: 'cancel', key: 1 },
    { do: 'tell', key: 3 },
    { do: 'accept', key: 2 },
  ],
  [
    { do: 'accept', key: 5 },
    { do: 'sweep' },
    { do: 'cancel', key: 3 },
    { do: 'sweep' },
    { do: 'accept', key: 4 },
    { do: 'accept', key: 0 },
    { do: 'accept', key: 3 },
  ],
];
const ENTERED_AGAIN_TURNS = [
  99990, 8, 95658, 67227, 14625, 29766, 99987, 54171, 99999, 10470, 83468, 99998, 99996, 12, 47154, 98592, 15,
  84111, 99990, 65231, 71677, 23511, 99998, 47382, 43475, 49432, 51122, 46425, 7443, 66217, 29124, 99989,
  93527, 9, 99997, 11, 77896, 5, 55653, 5679, 88188, 11, 25627, 0, 82859, 4885, 99993, 44701, 9372, 99989,
  292, 1540, 93919, 83589, 17790, 93090, 9, 9634, 87699, 8,
];

test('where nothing goes wrong, in whatever order things come: no sweep is needed, and nothing is left lying', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, tape, async (actions, numbers) => {
      const model = new QueueModel(numbers, 0);
      for (const round of actions) await model.run(round);
      expectDone(model);
      expect(model.world.queues.clear).toBe(true);
      expect(model.world.reported).toEqual([]);
    }),
    { numRuns: 300, endOnFailure: true, examples: [[ENTERED_AGAIN, ENTERED_AGAIN_TURNS]] },
  );
});
