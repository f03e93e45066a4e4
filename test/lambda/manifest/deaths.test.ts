import type { Fate } from '../../fixtures/queue-world.ts';
import { ManifestWorld, manifestOf } from './manifest-world.ts';

/** Whoever accepts dies, or gets no answer, at each of the calls for it in turn; asked again, all is done once. */

const BODY = {
  manifest: manifestOf({
    first: { image_name: 'pytorch', base_image: 'a', $: { exports: ['version'] } },
    second: { image_name: 'pytorch', base_image: 'b' },
    third: { image_name: 'pytorch', base_image: 'c', alias: 'v{{ version }}' },
  }),
};

/** Asks until it is done, as whoever gets a 5xx does as well. @returns whether the call was made on the way */
async function interrupted(
  verb: 'build' | 'teardown',
  nth: number,
  fate: Fate,
  world: ManifestWorld,
): Promise<boolean> {
  for (let asked = 0, calls = 0; asked < 50; asked += 1) {
    world.fate = () => {
      calls += 1;
      return calls === nth ? fate : 'done';
    };
    const { status } = await world.ask(verb, BODY);
    world.fate = () => 'done';
    if (status === 200) return calls >= nth;
    if (status !== 202) expect(status).toBeGreaterThanOrEqual(429);
    await world.work();
    await world.sweep();
    await world.pass(5);
  }
  throw new Error('It is never done');
}

test.each(['fails-before', 'fails-after', 'dies-before', 'dies-after'] as const)('%s', async (fate) => {
  let kills = 0;
  for (let nth = 1; ; nth += 1) {
    const world = new ManifestWorld();
    world.images.image('pytorch');
    const struck = await interrupted('build', nth, fate, world);
    expect(
      world.images
        .states()
        .map(({ properties }) => properties.BaseImage)
        .toSorted(),
    ).toEqual(['a', 'b', 'c']);
    expect(world.operations()).toHaveLength(3);
    await interrupted('teardown', nth, fate, world);
    expect(world.images.numbers('pytorch')).toEqual([]);
    expect(world.operations()).toHaveLength(6);
    if (!struck) break;
    kills += 1;
  }
  expect(kills).toBeGreaterThan(20);
});
