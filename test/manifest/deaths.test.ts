import { ApiCloud } from '../api/api-cloud.ts';
import { Killer } from '../fixtures/killer.ts';
import { manifestOf } from '../lambda/manifest/manifest-world.ts';
import { TestCloud } from '../workflows/cloud.ts';

/**
 * A function that dies in the middle of a build or a teardown leaves nothing half done that asking again does not mend.
 * lambda/manifest/deaths.test.ts lets it die at each of its calls.
 */

const killer = new Killer();
let api: ApiCloud;
beforeAll(async () => {
  api = new ApiCloud(await TestCloud.start({ aroundCalls: killer.around }));
  killer.crash = (name) => api.cloud.cloud.lambda.crash(name);
});
afterAll(async () => {
  await api.cloud.stop();
  expect(api.cloud.unexpected).toEqual([]);
});

/** For jest, in milliseconds of the machine: every kill costs a cold start. */
const LONG = 120_000;

/** Asks until it is done, as whoever gets a 5xx does as well. */
async function driven(verb: 'build' | 'teardown', body: object): Promise<unknown> {
  for (;;) {
    const answer = await api.ask('POST', `/manifests/${verb}`, { body });
    if (answer.status === 200) return answer.body.resources;
    if (answer.status !== 202) expect(answer.status).toBeGreaterThanOrEqual(500);
    await api.cloud.cloud.clock.sleep(5_000);
  }
}

test.each([3, 8, 12])(
  'the death of the function after its call %i makes nothing twice',
  async (nth) => {
    const image = `image-${nth}`;
    await api.cloud.image(image);
    const body = {
      manifest: manifestOf({
        first: { image_name: image, base_image: 'registry/a:1', $: { exports: ['version'] } },
        second: { image_name: image, base_image: 'registry/b:1', alias: 'v{{ version }}' },
      }),
    };
    const building = killer.arm('api-manifest', nth, 'after', 1);
    expect(await driven('build', body)).toMatchObject([{ status: 'done' }, { status: 'done' }]);
    killer.disarm();
    expect(await api.cloud.versions(image)).toEqual(['1 CREATED', '2 CREATED']);

    const tearing = killer.arm('api-manifest', nth, 'after', 1);
    await driven('teardown', body);
    killer.disarm();
    expect(await api.cloud.versions(image)).toEqual([]);
    const { body: operations } = await api.ask('GET', `/operations?image=${image}`);
    expect(operations.items).toHaveLength(4);
    expect([building.struck, tearing.struck]).toEqual([true, true]);
  },
  LONG,
);
