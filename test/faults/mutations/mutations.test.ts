import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemblyDirectory } from '../../synthesized.ts';
import { breaches, INVARIANTS } from '../invariants.ts';
import { assembliesOf, simulatedAssemblies } from '../simulated-assembly.ts';
import { Simulator } from '../simulator.ts';
import { mutantAssembly } from './mutant.ts';
import { MUTATIONS } from './mutations.ts';

/** The test of the test: a run of a schedule on an app with a mistake in it has to fail, by the right invariant. */

const MINUTES = 60_000;

const app = new Simulator(simulatedAssemblies());
afterAll(() => app.stop());

test('there are mutations for each invariant', () => {
  const mutated = new Set(MUTATIONS.map(({ invariant }) => invariant));
  expect([...mutated].toSorted()).toEqual(Object.keys(INVARIANTS).toSorted());
});

describe.each(MUTATIONS)('"$invariant"', (mutation) => {
  const { invariant, mistake, schedule } = mutation;

  test(
    `breaks where ${mistake}`,
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'mutant-'));
      try {
        await mutantAssembly(assemblyDirectory(), join(directory, 'app'), mutation);
        const mutant = new Simulator(assembliesOf(join(directory, 'app')));
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
