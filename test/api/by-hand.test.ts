import { Killer } from '../fixtures/killer.ts';
import { BASE_IMAGE, type Kind, TestCloud, versionArn } from '../workflows/cloud.ts';
import { ApiCloud, type Told } from './api-cloud.ts';

/**
 * Executions that are started by hand, past the API, and end before their operation began: their records are whole, are
 * listed, and an event is published, as of any other operation. Each answer is held to the API's own document.
 */

const killer = new Killer();
let api: ApiCloud;
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.start({ aroundCalls: killer.around });
  killer.crash = (name) => cloud.cloud.lambda.crash(name);
  api = new ApiCloud(cloud);
  await cloud.image('demo');
});
afterAll(async () => {
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});

async function listed(query: string): Promise<readonly Told[]> {
  const { status, body } = await api.ask('GET', `/operations?${query}`);
  expect(status).toBe(200);
  return body.items as readonly Told[];
}

async function answered(operationId: string): Promise<Told> {
  const { body } = await api.ask('GET', `/operations/${operationId}`);
  return body as Told;
}

/** What was published of an operation. */
async function published(operationId: string): Promise<unknown[]> {
  const response = await fetch(`${cloud.cloud.awsUrl}/_local/events?bus=image-version-operations-dev`);
  const { events } = (await response.json()) as {
    events: { event: { detail: { operationId?: string } } }[];
  };
  return events.map(({ event }) => event).filter(({ detail }) => detail.operationId === operationId);
}

const REFUSED: readonly [what: string, kind: Kind, input: unknown, about: object, query: string][] = [
  [
    'names an image',
    'create',
    { properties: { ImageName: 'demo', BaseImage: BASE_IMAGE, Colour: 'red' } },
    { region: 'us-east-1', imageName: 'demo' },
    'image=demo',
  ],
  [
    'names a version of another region',
    'delete',
    { identifier: versionArn('demo', 3, 'eu-west-1'), colour: 'red' },
    { region: 'eu-west-1', imageName: 'demo', version: 3, identifier: versionArn('demo', 3, 'eu-west-1') },
    'image=demo&region=eu-west-1',
  ],
  ['names nothing', 'update', 'everything', { region: 'us-east-1' }, 'status=FAILED'],
  [
    'names a region that is not configured',
    'delete',
    { region: 'mars-1' },
    { region: 'us-east-1' },
    'status=FAILED',
  ],
];

test.each(REFUSED)('one that is refused and %s', async (_what, kind, input, about, query) => {
  const { name, error } = await cloud.run(kind, input);
  expect(error).toBe('InvalidInput');
  const operation = await answered(name);
  expect(operation).toMatchObject({ kind, status: 'FAILED', error: { name: 'InvalidInput' }, ...about });
  expect(await listed(query)).toContainEqual(operation);
  expect(await published(name)).toMatchObject([
    {
      'detail-type': 'ImageVersionOperationFailed',
      detail: { operationId: name, kind, status: 'FAILED', error: { name: 'InvalidInput' }, ...about },
    },
  ]);
});

test('one whose first function crashes before it opens the operation', async () => {
  // At its first call, in its first run and in the state machine's six repeats.
  killer.arm('submit-create', 1, 'before', 7);
  const { name, error } = await cloud.run('create', {
    properties: { ImageName: 'demo', BaseImage: BASE_IMAGE },
  });
  killer.disarm();
  expect(error).toBe('WorkflowCrashed');
  const operation = await answered(name);
  const about = { kind: 'create', region: 'us-east-1', imageName: 'demo', status: 'FAILED' };
  expect(operation).toMatchObject({ ...about, error: { name: 'WorkflowCrashed' } });
  expect(await listed('image=demo')).toContainEqual(operation);
  expect(await published(name)).toMatchObject([{ detail: { operationId: name, ...about } }]);
}, 120_000);
