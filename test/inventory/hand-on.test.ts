import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemblyDirectory } from '../synthesized.ts';
import { InventoryCloud } from './inventory-cloud.ts';

/**
 * A function that never has the time for more than one image: what is left goes from one run to the next by events on
 * the bus, delivered twice each, and still there is one snapshot, with all that there is.
 */

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Properties?: { Environment?: { Variables: Record<string, string> } } }>
  >;
}

const assembly = mkdtempSync(join(tmpdir(), 'image-versions-hurried-'));
let inventory: InventoryCloud;
beforeAll(async () => {
  cpSync(assemblyDirectory(), assembly, { recursive: true });
  const file = join(assembly, 'ImageVersions-dev-Inventory.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
  for (const { Properties } of Object.values(template.Resources)) {
    const variables = Properties?.Environment?.Variables;
    if (!variables?.INVENTORY_POLICY) continue;
    // More than a function ever has: its time is over as soon as it begins.
    const policy = { ...JSON.parse(variables.INVENTORY_POLICY), handOnSeconds: 1_000 };
    variables.INVENTORY_POLICY = JSON.stringify(policy);
  }
  writeFileSync(file, JSON.stringify(template));
  inventory = await InventoryCloud.start({
    assembly,
    deliveryFaults: {
      faultOf: (rule) => ({ kind: rule.includes('snapshot-requested') ? 'twice' : 'none' }),
    },
  });
  for (const image of ['a', 'b', 'c']) {
    await inventory.cloud.image(image);
    await inventory.make(image, { Aliases: ['stable'] });
    await inventory.make(image);
  }
});
afterAll(async () => {
  await inventory.stop();
  rmSync(assembly, { recursive: true });
  expect(inventory.cloud.unexpected).toEqual([]);
});

test('as many runs as it takes make one snapshot, and the next', async () => {
  const first = await inventory.taken();
  expect(first).toMatchObject({
    snapshotId: 'us-east-1-1',
    counts: { images: 3, versions: 6, added: 6 },
  });
  expect(await inventory.seen()).toEqual(['a 1 stable', 'a 2', 'b 1 stable', 'b 2', 'c 1 stable', 'c 2']);
  const handedOn = inventory.cloud.logs.filter((line) => line.includes('"outcome":"handed-on"'));
  expect(handedOn.length).toBeGreaterThanOrEqual(3);

  await inventory.change('b', 1, { AliasesToDelete: ['stable'] });
  await inventory.change('b', 2, { AliasesToAdd: ['stable'] });
  const second = await inventory.taken();
  expect(second).toMatchObject({ snapshotId: 'us-east-1-2', counts: { changed: 2 } });
  expect(await inventory.seen()).toEqual(['a 1 stable', 'a 2', 'b 1', 'b 2 stable', 'c 1 stable', 'c 2']);
  const told = await inventory.until(async () => {
    const changes = await inventory.told();
    return changes.some(({ detailType }) => detailType === 'AliasMoved') ? changes : undefined;
  });
  expect(new Set(told.map(({ detail }) => detail.eventId))).toEqual(
    new Set(['us-east-1-2/b/1', 'us-east-1-2/b/2', 'us-east-1-2/b/aliases/stable']),
  );
});
