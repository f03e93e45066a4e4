import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudControlClient,
  CreateResourceCommand,
  waitUntilResourceRequestSuccess,
} from '@aws-sdk/client-cloudcontrol';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type LocalCloud, startLocalCloud } from '../../local/local-cloud.ts';
import { synthesize } from '../../local/synthesis.ts';
import { DRIFTED, type DriftFound, OPERATED, OPERATION_ID, showDrift } from './drift.ts';
import { INVENTORY_HEADS, readInventory } from './inventory.ts';
import { Progress } from './progress.ts';
import { table } from './table.ts';
import { type Ended, type Operation, run } from './workflows.ts';

/**
 * The main job, on embedded parts: registers the images of examples/images.json, creates a version of each,
 * updates one, moves an alias, deletes one, shows a failure, reads back what is there, and tells a change that was made
 * past it from one that it made.
 * Exit status 0 only when all of it ended as it should.
 */

interface ExampleImage {
  readonly name: string;
  readonly displayName: string;
  readonly versions: readonly Readonly<Record<string, unknown>>[];
}

const PROJECT = join(import.meta.dirname, '..', '..');
/** The local cloud's time runs this much faster; its waits and durations shrink with it. */
const SPEED = 4;

async function main(): Promise<boolean> {
  const assembly = join(PROJECT, 'cdk.out');
  say('Synthesizing the CDK app (cdk.out is what runs here, and what cdk deploy would deploy) …');
  await synthesize({ project: PROJECT, outdir: assembly });
  const cloud = await startLocalCloud({ assembly, clock: { speed: SPEED } });
  try {
    say(`The local cloud is up at ${cloud.awsUrl}, its time ${SPEED} times as fast.\n`);
    return await tour(cloud);
  } finally {
    await cloud.stop();
  }
}

async function tour(cloud: LocalCloud): Promise<boolean> {
  const { images }: { images: readonly ExampleImage[] } = JSON.parse(
    readFileSync(join(PROJECT, 'examples', 'images.json'), 'utf8'),
  );
  const client = { endpoint: cloud.awsUrl, region: cloud.region, credentials: cloud.credentials };
  const sfn = new SFNClient(client);
  const cloudControl = new CloudControlClient(client);
  const sageMaker = new SageMakerClient(client);
  const progress = new Progress(process.stdout);
  const follow = (operations: readonly Operation[]) =>
    Promise.all(operations.map((operation) => run(sfn, progress, operation))).finally(() =>
      progress.finish(),
    );
  const machine = (kind: string) => cloud.stateMachineArn(`${kind}-image-version-dev`);
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
  await Promise.all(images.map((image) => register(cloudControl, image)));
  say(`   ${images.map(({ name }) => name).join(', ')}\n`);

  say('2. Create a version of each, side by side');
  const first = await follow(images.map(({ name, versions }) => create(name, versions[0] ?? {})));

  say('\n3. A second version of one image');
  const second = await follow(
    images.flatMap(({ name, versions }) => versions.slice(1).map((one) => create(name, one))),
  );

  say('\n4. Update one, and move the alias "stable" from version 1 to version 2 of another');
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
  cloud.faults.add({
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
  const rows = await readInventory(cloudControl, sageMaker);
  say(table(INVENTORY_HEADS, rows));

  say("\n7. Two snapshots, and a change behind the system's back between them");
  const drift = await showDrift({ cloud, sageMaker, follow, say });

  return asExpected([...first, ...second, ...updated, ...deleted, ...drift.ended], failed, rows, drift);
}

async function register(client: CloudControlClient, image: ExampleImage): Promise<void> {
  const { ProgressEvent } = await client.send(
    new CreateResourceCommand({
      TypeName: 'AWS::SageMaker::Image',
      DesiredState: JSON.stringify({
        ImageName: image.name,
        ImageDisplayName: image.displayName,
        ImageRoleArn: 'arn:aws:iam::000000000000:role/sagemaker-image',
      }),
    }),
  );
  await waitUntilResourceRequestSuccess(
    { client, minDelay: 1, maxDelay: 1, maxWaitTime: 30 },
    { RequestToken: ProgressEvent?.RequestToken },
  );
}

/** Tells what did not end as it should. */
function asExpected(
  succeeding: readonly Ended[],
  failing: Ended | undefined,
  rows: readonly (readonly string[])[],
  { differences, history }: DriftFound,
): boolean {
  const stable = rows.find(
    ([image, , aliases]) => image === 'pytorch-training' && aliases?.includes('stable'),
  );
  const checks: readonly (readonly [string, boolean])[] = [
    ['every create, update and delete succeeded', succeeding.every(({ ok }) => ok)],
    [
      'the last create failed under its own error',
      failing?.ok === false && failing.error === 'GeneralServiceException',
    ],
    ['it left no version behind, and the deleted one is gone', rows.length === 4],
    ['"stable" of pytorch-training is version 2', stable?.[1] === '2'],
    [
      'what was done past the system is told as drift, and what an operation did as its own',
      differences.length === 3 &&
        differences.every(({ imageName, cause }) =>
          imageName === DRIFTED
            ? cause?.drift === true
            : imageName === OPERATED && cause?.drift === false && cause.operationId === OPERATION_ID,
        ),
    ],
    [
      '"stable" of pytorch-training was version 2 and is version 1',
      history.map(({ version }) => version).join(' ') === '2 1' && history.at(-1)?.to === null,
    ],
  ];
  const wrong = checks.filter(([, holds]) => !holds);
  say('');
  for (const [what] of wrong) say(`✗ NOT AS EXPECTED: ${what}`);
  if (wrong.length === 0) say('✓ Everything ended as expected.');
  return wrong.length === 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

process.exitCode = (await main()) ? 0 : 1;
