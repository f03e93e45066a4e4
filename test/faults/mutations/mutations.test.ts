import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breaches, INVARIANTS } from '../invariants.ts';
import { simulatedAssembly } from '../simulated-assembly.ts';
import { Simulator } from '../simulator.ts';
import { mutantAssembly } from './mutant.ts';
import { MUTATIONS } from './mutations.ts';

/** The test of the test: a run of a schedule on an app with a mistake in it has to fail, by the right invariant. */

const MINUTES = 60_000;

let assembly: string;
let app: Simulator;
beforeAll(async () => {
  assembly = await simulatedAssembly();
  app = await Simulator.start(assembly);
}, 5 * MINUTES);
afterAll(() => app.stop());

test('there is a mutation for each invariant', () => {
  expect(MUTATIONS.map(({ invariant }) => invariant).toSorted()).toEqual(Object.keys(INVARIANTS).toSorted());
});

describe.each(MUTATIONS)('"$invariant"', (mutation) => {
  const { invariant, mistake, schedule } = mutation;

  test(
    `breaks where ${mistake}`,
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'mutant-'));
      try {
        await mutantAssembly(assembly, directory, mutation);
        const mutant = await Simulator.start(directory);
        try {
          const broken = breaches(await mutant.run(schedule)).map((breach) => breach.invariant);
          expect(broken).toContain(invariant);
        } finally {
          await mutant.stop();
        }
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
    5 * MINUTES,
  );

  test(
    'holds on the same schedule for the app as it is',
    async () => {
      expect(breaches(await app.run(schedule))).toEqual([]);
    },
    5 * MINUTES,
  );
});
