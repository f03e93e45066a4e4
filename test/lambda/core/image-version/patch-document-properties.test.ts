import fc from 'fast-check';
import { applyPatch, type Operation } from 'rfc6902';
import { type PatchStep, planUpdate } from '../../../../lambda/core/image-version/patch-document.ts';
import type { UpdateRequest } from '../../../../lambda/core/image-version/request.ts';
import { parseUpdate } from '../../../../lambda/core/image-version/request.ts';
import { alias, aliases, mutableProperties, readableModel } from '../../../fixtures/arbitraries.ts';
import { SCOPE } from '../../../fixtures/scope.ts';

const NEVER_NAMED = [
  'ImageName',
  'BaseImage',
  'ImageArn',
  'ImageVersionArn',
  'ContainerImage',
  'Version',
  'Alias',
];

function nullable<T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(values, { freq: 4 });
}

const wanted = fc.record(
  {
    Alias: alias,
    Aliases: nullable(aliases),
    VendorGuidance: nullable(mutableProperties.VendorGuidance),
    JobType: nullable(mutableProperties.JobType),
    MLFramework: nullable(mutableProperties.MLFramework),
    ProgrammingLang: nullable(mutableProperties.ProgrammingLang),
    Processor: nullable(mutableProperties.Processor),
    Horovod: nullable(mutableProperties.Horovod),
    ReleaseNotes: nullable(mutableProperties.ReleaseNotes),
  },
  { requiredKeys: [] },
);

const change = fc.record({ properties: wanted, aliasesToAdd: aliases, aliasesToDelete: aliases });

function requestOf(input: object): UpdateRequest {
  const parsed = parseUpdate({ imageName: 'pytorch', version: 3, ...input }, SCOPE);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.request;
}

/** What Cloud Control makes of a patch: it applies to the readable model, in which no aliases are. */
function afterUpdate(model: object, patch: readonly PatchStep[]): Record<string, unknown> {
  const after = { ...model };
  const refusals = applyPatch(after, patch as Operation[]);
  expect(refusals.filter((refusal) => refusal !== null)).toEqual([]);
  return after;
}

interface Wish {
  readonly properties: { readonly Alias?: string; readonly Aliases?: readonly string[] | null };
  readonly aliasesToAdd: readonly string[];
  readonly aliasesToDelete: readonly string[];
}

function aliasesWanted(current: readonly string[], input: Wish): string[] {
  const { Alias, Aliases } = input.properties;
  const stated = [
    ...(Aliases === undefined ? current : (Aliases ?? [])),
    ...(Alias === undefined ? [] : [Alias]),
  ];
  return [...stated.filter((one) => !input.aliasesToDelete.includes(one)), ...input.aliasesToAdd];
}

test('the patch leads from what is to what is wanted, and there is nothing left to do then', () => {
  fc.assert(
    fc.property(readableModel, aliases, change, (model, current, input) => {
      const request = requestOf(input);
      const plan = planUpdate(request, model, current);
      const after = plan.outcome === 'patch' ? afterUpdate(model, plan.patch) : model;
      const stands = plan.outcome === 'patch' ? plan.aliases : current;

      const { Alias: _alias, Aliases: _aliases, ...scalars } = input.properties;
      const expected = { ...model, ...scalars };
      const present = Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== null));
      const { Aliases = current, ...readable }: Record<string, unknown> = { ...after };
      expect(readable).toEqual(present);
      expect(Aliases).toEqual(stands);
      expect(new Set(stands)).toEqual(new Set(aliasesWanted(current, input)));
      expect(planUpdate(request, readable, stands)).toEqual({ outcome: 'unchanged' });
    }),
  );
});

test('it names what differs once, nothing that cannot be changed, and the full set of aliases last', () => {
  fc.assert(
    fc.property(readableModel, aliases, change, (model, current, input) => {
      const plan = planUpdate(requestOf(input), model, current);
      if (plan.outcome !== 'patch') return;
      const names = plan.patch.map(({ path }) => path.slice(1));
      expect(names.filter((name) => NEVER_NAMED.includes(name))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
      expect(plan.patch.at(-1)).toEqual({ op: 'add', path: '/Aliases', value: plan.aliases });
      const before: Record<string, unknown> = model;
      for (const step of plan.patch.slice(0, -1)) {
        const value = step.op === 'remove' ? undefined : step.value;
        expect(value).not.toEqual(before[step.path.slice(1)]);
      }
    }),
  );
});

const place = fc.constantFrom('/ReleaseNotes', '/Horovod', '/BaseImage', '/Aliases', '/Alias', '/Aliases/0');
const value = fc.oneof(
  fc.constantFrom(null, true, 3, 'a', '-'),
  fc.array(fc.constantFrom('a', 'b', '-'), { maxLength: 3 }),
);
const patchOperation = fc.oneof(
  fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: place, value }),
  fc.record({ op: fc.constant('remove'), path: place }),
  fc.record({
    op: fc.constantFrom('move', 'copy'),
    path: fc.oneof(place, fc.constant('/Aliases/-')),
    from: place,
  }),
);

test('whatever a JSON Patch does, what comes of it is sound', () => {
  fc.assert(
    fc.property(
      readableModel,
      aliases,
      fc.array(patchOperation, { maxLength: 8 }),
      (model, current, patch) => {
        const before = structuredClone(model);
        const parsed = parseUpdate({ imageName: 'pytorch', version: 3, patch }, SCOPE);
        fc.pre(parsed.ok);
        const plan = planUpdate(parsed.request, model, current);
        expect(model).toEqual(before);
        if (plan.outcome === 'invalid') expect(plan.faults.length).toBeGreaterThan(0);
        if (plan.outcome !== 'patch') return;
        expect(
          plan.patch.map(({ path }) => path.slice(1)).filter((name) => NEVER_NAMED.includes(name)),
        ).toEqual([]);
        expect(afterUpdate(model, plan.patch).Aliases).toEqual(plan.aliases);
      },
    ),
    { numRuns: 500 },
  );
});
