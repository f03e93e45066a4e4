import fc from 'fast-check';
import { createCloudControl } from '../../../../local/aws/cloudcontrol/cloudcontrol.ts';
import { openDatabase } from '../../../../local/aws/database.ts';
import { createSageMaker } from '../../../../local/aws/sagemaker/sagemaker.ts';
import { Settling } from '../../../../local/aws/settling.ts';
import { Clock } from '../../../../local/clock.ts';
import { Faults } from '../../../../local/faults.ts';
import { Settings } from '../../../../local/settings.ts';
import { versionArn } from '../../requests.ts';

/**
 * State is settled when somebody calls and not when its time comes. Nobody may be able to tell: whether the
 * world is looked at every second or never in between, the same calls end in the same state.
 */
type Step =
  | { readonly kind: 'create'; readonly aliases: readonly string[] }
  | { readonly kind: 'update' | 'delete'; readonly version: number }
  | { readonly kind: 'fail-next-create' }
  | { readonly kind: 'pass'; readonly seconds: number };

const version = fc.integer({ min: 1, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), aliases: fc.subarray(['a', 'b']) }),
  fc.record({ kind: fc.constantFrom('update' as const, 'delete' as const), version }),
  fc.record({ kind: fc.constant('fail-next-create' as const) }),
  fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 5 }) }),
);

const TYPE = 'AWS::SageMaker::ImageVersion';

async function run(steps: readonly Step[], looking: boolean): Promise<unknown> {
  // So slow that a busy machine's time does not count: what passes is what is skipped.
  const clock = new Clock({ skipIdle: true, speed: 0.001 });
  const database = openDatabase();
  const settings = new Settings();
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const faults = new Faults(newId);
  const settling = new Settling();
  const shared = { database, clock, settings, faults, settling };
  const sagemaker = createSageMaker(shared);
  const cloudControl = createCloudControl({ ...shared, sagemaker, newId });
  const caller = { region: 'eu-west-1', accessKeyId: 'AKIA' };
  const ask = (operation: string, input: Record<string, unknown>) =>
    cloudControl.service
      .call({ ...caller, operation, input })
      .catch((error: Error) => ({ refused: error.name }));
  const listRequests = () => ask('ListResourceRequests', { MaxResults: 100 });
  const pass = async (seconds: number) => {
    for (let second = 0; second < (looking ? seconds : 1); second += 1) {
      await clock.sleep(looking ? 1000 : seconds * 1000);
      if (looking) await listRequests();
    }
  };
  const role = 'arn:aws:iam::000000000000:role/r';
  const image = { ImageName: 'alpha', RoleArn: role };
  await sagemaker.service.call({ ...caller, operation: 'CreateImage', input: image });
  await pass(4);

  const answers: unknown[] = [];
  for (const item of steps) {
    switch (item.kind) {
      case 'create': {
        const desired = { ImageName: 'alpha', BaseImage: 'repo:1', Aliases: item.aliases };
        answers.push(await ask('CreateResource', { TypeName: TYPE, DesiredState: JSON.stringify(desired) }));
        break;
      }
      case 'update': {
        const patch = JSON.stringify([{ op: 'add', path: '/Aliases', value: ['c'] }]);
        const input = { TypeName: TYPE, Identifier: versionArn(item.version), PatchDocument: patch };
        answers.push(await ask('UpdateResource', input));
        break;
      }
      case 'delete':
        answers.push(await ask('DeleteResource', { TypeName: TYPE, Identifier: versionArn(item.version) }));
        break;
      case 'fail-next-create':
        faults.add({ effect: { kind: 'create-failed' } });
        break;
      case 'pass':
        await pass(item.seconds);
        break;
    }
  }
  await pass(30);
  const requests = await listRequests();
  const listing = { ImageName: 'alpha', MaxResults: 100 };
  const versions = await sagemaker.service.call({
    ...caller,
    operation: 'ListImageVersions',
    input: listing,
  });
  const aliases = await sagemaker.service.call({
    ...caller,
    operation: 'ListAliases',
    input: { ImageName: 'alpha' },
  });
  clock.stop();
  database.close();
  return withoutTimes({ answers, requests, versions, aliases });
}

function withoutTimes(value: object): unknown {
  const dropped = ['EventTime', 'CreationTime', 'LastModifiedTime'];
  return JSON.parse(
    JSON.stringify(value, (key, item: unknown) => (dropped.includes(key) ? undefined : item)),
  );
}

test('settling late is not different from settling in time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      expect(await run(steps, false)).toEqual(await run(steps, true));
    }),
    { numRuns: 60 },
  );
});

test('whatever is asked, every request and every version comes to rest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { requests, versions } = (await run(steps, false)) as {
        requests: { ResourceRequestStatusSummaries: { OperationStatus: string }[] };
        versions: { ImageVersions: { ImageVersionStatus: string }[] };
      };
      for (const { OperationStatus } of requests.ResourceRequestStatusSummaries) {
        expect(['SUCCESS', 'FAILED']).toContain(OperationStatus);
      }
      for (const { ImageVersionStatus } of versions.ImageVersions) {
        expect(['CREATED', 'CREATE_FAILED']).toContain(ImageVersionStatus);
      }
    }),
    { numRuns: 40 },
  );
});
