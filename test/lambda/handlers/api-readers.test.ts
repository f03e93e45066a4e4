import { ROUTE_NAMES, ROUTES } from '../../../lambda/contract/routes.ts';
import { ApiWorld, eventOf } from '../../fixtures/api.ts';
import { manifestOf } from '../manifest/manifest-world.ts';

/** The functions of readers' routes are given nothing by which to change anything, whatever request comes to them. */

const INSERT = `INSERT INTO awscc.sagemaker.image_versions (region, image_name, base_image)
                SELECT 'us-east-1', 'demo', 'registry/image:1'`;
const MANIFEST = manifestOf({ training: { image_name: 'demo', base_image: 'registry/image:1' } });

let world: ApiWorld;
beforeEach(() => {
  world = new ApiWorld();
});
afterEach(() => {
  expect(world.orders).toEqual([]);
});

test('no function serves both a route that changes something and one that readers may call', () => {
  const sides = Map.groupBy(ROUTE_NAMES, (name) => ROUTES[name].side);
  for (const names of sides.values()) {
    expect(new Set(names.map((name) => 'changes' in ROUTES[name])).size).toBe(1);
  }
});

test('a statement that changes something is refused by the route that only reads', async () => {
  const { status, body } = await world.send('POST', '/query/read', { body: { sql: INSERT } });
  expect(status).toBe(400);
  expect(body.detail).toContain('this route only reads');
});

test.each([
  ['queryRead', '/query', { sql: INSERT }],
  ['manifestRead', '/manifests/build', { manifest: MANIFEST }],
  ['manifestRead', '/manifests/teardown', { manifest: MANIFEST }],
] as const)('the function %s does not serve POST %s', async (side, path, body) => {
  await expect(world.callSide(side, eventOf('POST', path, { body }))).rejects.toThrow(
    `The function does not serve the route POST ${path}`,
  );
});
