import fc from 'fast-check';
import type { Cause, VersionState } from '../../../lambda/core/inventory/snapshot.ts';
import { ApiWorld, NOW } from '../../fixtures/api.ts';
import { memoryInventory } from '../../fixtures/memory-inventory.ts';
import { RecordedRegion, versionState } from '../../fixtures/recorded-region.ts';

/**
 * Whatever happened in a region, in whatever pages it is read and whatever is committed while it is read: what the API
 * tells is what a model tells that keeps every snapshot whole.
 */

const IMAGES = ['a', 'a-b', 'b'];
const VERSIONS = [1, 2, 10];
const IDS = IMAGES.flatMap((imageName) => VERSIONS.map((version) => ({ imageName, version })));

const state = fc.record({
  aliases: fc.subarray(['old', 'stable']),
  status: fc.constantFrom('CREATED', 'DELETING'),
  guidance: fc.constantFrom(undefined, 'STABLE', 'ARCHIVED'),
});
/** What one snapshot sees of each version. Much of it stays as it was: there are few states to choose from. */
const sight = fc.array(fc.option(state, { nil: undefined, freq: 4 }), {
  minLength: IDS.length,
  maxLength: IDS.length,
});
const cause = fc.oneof(
  fc.constant<Cause>({ drift: true }),
  fc.constantFrom('x', 'y').map((operationId): Cause => ({ drift: false, operationId })),
);
const history = fc.record({
  taken: fc.array(fc.tuple(sight, cause), { minLength: 1, maxLength: 5 }),
  pending: fc.option(fc.tuple(sight, cause), { nil: undefined }),
});

type Sight = readonly ({ aliases: string[]; status: string; guidance: string | undefined } | undefined)[];

function statesOf(seen: Sight): VersionState[] {
  return seen.flatMap((one, index) => {
    const { imageName = '', version = 0 } = IDS[index] ?? {};
    if (!one) return [];
    const { guidance, ...about } = one;
    const properties = guidance === undefined ? {} : { VendorGuidance: guidance };
    return [versionState(version, { imageName, properties, ...about })];
  });
}

function recorded({ taken, pending }: typeof history extends fc.Arbitrary<infer Value> ? Value : never) {
  const region = new RecordedRegion();
  for (const [seen, why] of taken) region.take(statesOf(seen), { cause: why });
  if (pending) region.take(statesOf(pending[0]), { cause: pending[1], status: 'dated' });
  return { region, committed: taken.length };
}

/** How a list is read: pages of so many, so many rows with a read, and what happens after the first page. */
const reading = fc.record({
  limit: fc.integer({ min: 1, max: 4 }),
  perRead: fc.integer({ min: 1, max: 6 }),
  lag: fc.integer({ min: 0, max: 2 }),
  disturbed: fc.boolean(),
  ndjson: fc.boolean(),
});
type Reading = typeof reading extends fc.Arbitrary<infer Value> ? Value : never;

/** Every item of a list, page by page. */
async function all(region: RecordedRegion, how: Reading, target: string): Promise<unknown[]> {
  const world = new ApiWorld({ inventory: memoryInventory([region], how) });
  const items: unknown[] = [];
  let next: string | undefined = `${target}${target.includes('?') ? '&' : '?'}limit=${how.limit}`;
  let pages = 0;
  while (next !== undefined) {
    const reply = await world.send('GET', next, {
      headers: how.ndjson ? { accept: 'application/x-ndjson' } : {},
    });
    if (reply.status !== 200) throw new Error(`${next}: ${reply.text}`);
    const page = how.ndjson
      ? reply.text
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line))
      : [reply.body.items].flat();
    expect(page.length).toBeLessThanOrEqual(how.limit);
    items.push(...page);
    next = /^<(.*)>; rel="next"$/.exec(reply.headers.link ?? '')?.[1];
    if (!how.ndjson) expect(reply.body.nextCursor === null).toBe(next === undefined);
    pages += 1;
    expect(pages).toBeLessThan(200);
    if (pages === 1 && how.disturbed) {
      region.commit();
      region.take([], { takenAt: new Date(NOW).toISOString() });
    }
  }
  return items;
}

/** The model: what each snapshot has of a version, under one name for each property. */
function told(one: VersionState | undefined): Map<string, unknown> {
  if (!one) return new Map();
  const { properties, aliases, status, createdAt, modifiedAt } = one;
  return new Map(
    Object.entries({ ...properties, Aliases: aliases, status, createdAt, modifiedAt } as object),
  );
}
function changesOf(before: VersionState | undefined, after: VersionState | undefined) {
  const [left, right] = [told(before), told(after)];
  const names = [...new Set([...left.keys(), ...right.keys()])].sort();
  return names
    .filter((name) => JSON.stringify(left.get(name)) !== JSON.stringify(right.get(name)))
    .map((property) => ({
      property,
      ...(left.has(property) ? { before: left.get(property) } : {}),
      ...(right.has(property) ? { after: right.get(property) } : {}),
    }));
}
class Model {
  /** By number less one. */
  readonly seen: readonly (readonly VersionState[])[];
  readonly causes: readonly (Cause | undefined)[];
  readonly takenAt: readonly string[];

  constructor(region: RecordedRegion, causes: readonly Cause[]) {
    this.seen = region.seen.slice();
    this.causes = causes.map((one, index) => (index === 0 ? undefined : one));
    this.takenAt = region.snapshots.map((one) => one.takenAt);
  }

  of(number: number, { imageName, version }: (typeof IDS)[number]): VersionState | undefined {
    return this.seen[number - 1]?.find((one) => one.imageName === imageName && one.version === version);
  }

  moment(number: number) {
    return { snapshotId: `us-east-1-${number}`, takenAt: this.takenAt[number - 1] };
  }

  /** The first of the snapshots up to this one in which something holds without a break. */
  since(number: number, holds: (number: number) => boolean): number {
    let first = number;
    while (first > 1 && holds(first - 1)) first -= 1;
    return first;
  }

  row(number: number, id: (typeof IDS)[number]) {
    const state = this.of(number, id);
    if (!state) return [];
    const same = (other: number) => changesOf(this.of(other, id), state).length === 0;
    const from = this.since(number, same);
    const firstSeen = this.since(number, (other) => this.of(other, id) !== undefined);
    return [
      {
        identifier: state.identifier,
        status: state.status,
        properties: { ...state.properties, Aliases: state.aliases },
        validFrom: this.moment(from),
        firstSeenAt: this.takenAt[firstSeen - 1],
      },
    ];
  }

  difference(first: number, second: number, id: (typeof IDS)[number]) {
    const [before, after] = [this.of(first, id), this.of(second, id)];
    const changes = changesOf(before, after);
    if (changes.length === 0) return [];
    const causes: (Cause | undefined)[] = [];
    for (let number = Math.min(first, second) + 1; number <= Math.max(first, second); number += 1) {
      const changed = changesOf(this.of(number - 1, id), this.of(number, id)).length > 0;
      if (changed) causes.push(this.causes[number - 1]);
    }
    const kind = !before ? 'added' : !after ? 'removed' : 'changed';
    const why = causes.find((one) => one?.drift) ?? causes.at(-1);
    return [{ kind, ...id, changes, cause: why }];
  }

  periods(committed: number, id: (typeof IDS)[number]) {
    const periods: object[] = [];
    for (let number = 1; number <= committed; number += 1) {
      const state = this.of(number, id);
      const before = number > 1 ? this.of(number - 1, id) : undefined;
      if (!state || (before && changesOf(before, state).length === 0)) continue;
      let to = number + 1;
      while (to <= committed && changesOf(state, this.of(to, id)).length === 0) to += 1;
      const ended = to <= committed;
      periods.push({
        validFrom: this.moment(number),
        validTo: ended ? this.moment(to) : null,
        status: state.status,
        changes: before ? changesOf(before, state) : [],
        cause: this.causes[number - 1],
        removal: ended && !this.of(to, id) ? this.causes[to - 1] : undefined,
      });
    }
    return periods;
  }

  aliasPeriods(committed: number, imageName: string, alias: string) {
    const has = (number: number, version: number) =>
      this.of(number, { imageName, version })?.aliases.includes(alias) ?? false;
    const periods: object[] = [];
    for (let number = 1; number <= committed; number += 1) {
      for (const version of VERSIONS) {
        if (!has(number, version) || (number > 1 && has(number - 1, version))) continue;
        let to = number + 1;
        while (to <= committed && has(to, version)) to += 1;
        periods.push({
          version,
          from: this.moment(number),
          to: to <= committed ? this.moment(to) : null,
          cause: this.causes[number - 1],
        });
      }
    }
    return periods;
  }
}

function modelOf(given: Parameters<typeof recorded>[0]) {
  const { region, committed } = recorded(given);
  const causes = [...given.taken, ...(given.pending ? [given.pending] : [])].map(([, why]) => why);
  return { region, committed, model: new Model(region, causes) };
}

/** Of what the model has no word for nothing is compared; what it says is not there must not be there. */
function expectTold(items: readonly unknown[], expected: readonly object[]): void {
  const compared = items.map((item, index) => {
    const names = Object.keys(expected[index] ?? {});
    return Object.fromEntries(Object.entries(item ?? {}).filter(([name]) => names.includes(name)));
  });
  expect(compared).toEqual(expected);
}

const RUNS = { numRuns: 150 };

test('the inventory of a time is what the last snapshot before it saw', async () => {
  await fc.assert(
    fc.asyncProperty(history, reading, fc.integer({ min: -90, max: 400 }), async (given, how, minutes) => {
      const { region, committed, model } = modelOf(given);
      const at = new Date(Date.parse(model.takenAt[0] ?? '') + minutes * 60_000).toISOString();
      const number = model.takenAt.filter((one) => one <= at).length;
      const target = `/inventory?at=${at}`;
      if (number === 0 || number > committed) {
        const world = new ApiWorld({ inventory: memoryInventory([region], how) });
        const reply = await world.send('GET', target);
        const wanted = number === 0 ? [404, 'before-first-snapshot'] : [503, 'snapshot-pending'];
        expect([reply.status, String(reply.body.type).split('/').at(-1)]).toEqual(wanted);
        return;
      }
      expectTold(
        await all(region, how, target),
        IDS.flatMap((id) => model.row(number, id)),
      );
    }),
    RUNS,
  );
});

test('the newest snapshot, and each by its id, is what it saw', async () => {
  await fc.assert(
    fc.asyncProperty(history, reading, fc.nat(), async (given, how, chance) => {
      const { region, committed, model } = modelOf(given);
      const number = 1 + (chance % committed);
      const targets =
        number === committed
          ? ['/inventory', '/snapshots/latest', `/snapshots/us-east-1-${number}`]
          : [`/snapshots/us-east-1-${number}`];
      const [target = ''] = targets.slice(chance % targets.length);
      expectTold(
        await all(region, how, target),
        IDS.flatMap((id) => model.row(number, id)),
      );
    }),
    RUNS,
  );
});

test('a diff, forwards or backwards, is what the one has otherwise than the other', async () => {
  await fc.assert(
    fc.asyncProperty(history, reading, fc.nat(), fc.nat(), async (given, how, one, other) => {
      const { region, committed, model } = modelOf(given);
      const [first, second] = [1 + (one % committed), 1 + (other % committed)];
      expectTold(
        await all(region, how, `/snapshots/us-east-1-${first}/diff/us-east-1-${second}`),
        IDS.flatMap((id) => model.difference(first, second, id)),
      );
    }),
    RUNS,
  );
});

test('the history of a version is its states in order', async () => {
  await fc.assert(
    fc.asyncProperty(history, reading, fc.constantFrom(...IDS), async (given, how, id) => {
      const { region, committed, model } = modelOf(given);
      const target = `/images/${id.imageName}/versions/${id.version}/history`;
      const expected = model.periods(committed, id);
      if (expected.length > 0) return expectTold(await all(region, how, target), expected);
      const world = new ApiWorld({ inventory: memoryInventory([region], how) });
      expect((await world.send('GET', target)).status).toBe(404);
    }),
    RUNS,
  );
});

test('the history of an alias is the versions that had it in order', async () => {
  const aliases = fc.constantFrom('old', 'stable');
  await fc.assert(
    fc.asyncProperty(
      history,
      reading,
      fc.constantFrom(...IMAGES),
      aliases,
      async (given, how, image, alias) => {
        const { region, committed, model } = modelOf(given);
        const target = `/images/${image}/aliases/${alias}/history`;
        const expected = model.aliasPeriods(committed, image, alias);
        if (expected.length > 0) return expectTold(await all(region, how, target), expected);
        const world = new ApiWorld({ inventory: memoryInventory([region], how) });
        expect((await world.send('GET', target)).status).toBe(404);
      },
    ),
    RUNS,
  );
});
