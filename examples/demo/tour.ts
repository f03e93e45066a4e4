import { CloudControlClient } from '@aws-sdk/client-cloudcontrol';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SFNClient } from '@aws-sdk/client-sfn';
import { exampleImages, register } from '../images.ts';
import { showDrift } from './drift.ts';
import { notAsExpected } from './expectations.ts';
import { INVENTORY_HEADS, readInventory } from './inventory.ts';
import type { Stage } from './stage.ts';
import { table } from './table.ts';
import { type Operation, run } from './workflows.ts';

/**
 * The main job: registers the images of examples/images.json, creates a version of each, updates one, moves an alias,
 * deletes one, shows a failure, reads back what is there, and tells a change that was made past it from one that it
 * made.
 */

/** @returns whether all of it ended as it should */
export async function tour(stage: Stage): Promise<boolean> {
  const { surely, progress, say } = stage;
  const images = exampleImages();
  const client = { endpoint: stage.awsUrl, region: stage.region, credentials: stage.credentials };
  const sfn = new SFNClient(client);
  const cloudControl = new CloudControlClient(client);
  const sageMaker = new SageMakerClient(client);
  const follow = (operations: readonly Operation[]) =>
    Promise.all(operations.map((operation) => run(sfn, stage, operation))).finally(() => progress.finish());
  const machine = (kind: string) => stage.stateMachineArn(`${kind}-image-version-dev`);
  const create = (imageName: string, properties: Readonly<Record<string, unknown>>): Operation => ({
    title: `create ${imageName}`,
    stateMachineArn: machine('create'),
    input: { properties: { ImageName: imageName, ...properties } },
  });
  const update = (what: string, imageName: string, change: object): Operation => ({
    title: what,
    stateMachineArn: machine('update'),
    input: { imageName, ...change },
  });

  say('1. Register the images');
  await Promise.all(images.map((image) => register(sageMaker, cloudControl, stage, image)));
  say(`   ${images.map(({ name }) => name).join(', ')}\n`);

  say('2. Create a version of each, side by side');
  const first = await follow(images.map(({ name, versions }) => create(name, versions[0] ?? {})));

  say('\n3. A second version of one image');
  const second = await follow(
    images.flatMap(({ name, versions }) => versions.slice(1).map((one) => create(name, one))),
  );

  say('\n4. Update one, and move the alias "stable" of another from version 1 to 2');
  const updated = await follow([
    update('update tensorflow-training', 'tensorflow-training', {
      version: 1,
      properties: { VendorGuidance: 'STABLE', ReleaseNotes: 'Passed the nightly training run' },
    }),
    update('move alias stable of pytorch-training', 'pytorch-training', {
      version: 2,
      aliasesToAdd: ['stable'],
    }),
  ]);

  say('\n5. Delete one');
  const deleted = await follow([
    {
      title: 'delete tensorflow-inference 1',
      stateMachineArn: machine('delete'),
      input: { imageName: 'tensorflow-inference', version: 1 },
    },
  ]);

  say('\n6. A creation that SageMaker accepts and then cannot finish');
  await stage.addFault({
    match: { imageName: 'tensorflow-inference' },
    effect: { kind: 'create-failed', reason: 'The registry answered 404: no manifest for this tag' },
  });
  const [failed] = await follow([
    create('tensorflow-inference', {
      BaseImage: '763104351884.dkr.ecr.us-east-1.amazonaws.com/tensorflow-inference:no-such-tag',
    }),
  ]);
  if (failed && !failed.ok) {
    say(`    error  ${failed.error}`);
    say(`    cause  ${failed.cause}`);
    say('    and    the CREATE_FAILED version that SageMaker left behind was removed by the workflow');
  }

  say('\nWhat is there now, read back through Cloud Control:\n');
  const rows = await surely(() => readInventory(cloudControl, sageMaker));
  say(table(INVENTORY_HEADS, rows, stage.width));

  say("\n7. Two snapshots, and a change behind the system's back between them");
  const drift = await showDrift(stage, sageMaker, follow);

  const succeeding = [...first, ...second, ...updated, ...deleted, ...drift.ended];
  const names = images.map(({ name }) => name);
  const wrong = notAsExpected(names, succeeding, failed, rows, drift);
  say('');
  for (const what of wrong) say(`✗ NOT AS EXPECTED: ${what}`);
  if (wrong.length === 0) say('✓ Everything ended as expected.');
  return wrong.length === 0;
}
