import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { DeliveryFaults } from '../../local/aws/eventbridge/delivery-faults.ts';
import { Killer } from '../fixtures/killer.ts';
import { BASE_IMAGE, type Kind, TestCloud, versionArn } from '../workflows/cloud.ts';
import { type Answer, ApiCloud, type Told } from './api-cloud.ts';

/**
 * What a function or a workflow leaves undone when it dies is taken up by whoever hears of it, or by whoever comes by: for
 * every kind of operation, and in every region.
 */

const killer = new Killer();
/** Of the two that take up, the one that hears of nothing. */
let deaf: 'execution-ended' | 'sweep' | undefined;
let api: ApiCloud;
let cloud: TestCloud;
let images = 0;
let image = '';
beforeAll(async () => {
  const deliveryFaults: DeliveryFaults = {
    faultOf: (rule) => ({ kind: deaf !== undefined && rule.includes(deaf) ? 'lose' : 'none' }),
  };
  cloud = await TestCloud.start({ aroundCalls: killer.around, deliveryFaults });
  api = new ApiCloud(cloud);
  killer.crash = (name) => cloud.cloud.lambda.crash(name);
});
afterAll(async () => {
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});
beforeEach(() => {
  images += 1;
  image = `image-${images}`;
});
afterEach(() => {
  killer.disarm();
  deaf = undefined;
  cloud.cloud.settings.reset();
});

/** For jest, in milliseconds of the machine: every kill costs a cold start. */
const LONG = 120_000;
const KINDS: readonly Kind[] = ['create', 'update', 'delete'];
const REGIONS = ['us-east-1', 'eu-west-1'];

function ask(kind: Kind, region = 'us-east-1'): Promise<Answer> {
  const versions = `/images/${image}/versions`;
  const query = `?region=${region}`;
  switch (kind) {
    case 'create':
      return api.ask('POST', `${versions}${query}`, { body: { BaseImage: BASE_IMAGE } });
    case 'update':
      return api.ask('PATCH', `${versions}/1${query}`, { body: { ReleaseNotes: 'new' } });
    case 'delete':
      return api.ask('DELETE', `${versions}/1${query}`);
    default:
      return kind satisfies never;
  }
}

async function asked(kind: Kind, region?: string): Promise<string> {
  const { status, body } = await ask(kind, region);
  expect(status).toBe(202);
  return String(body.operationId);
}

/** The operation of the image that was accepted last, for whoever had no answer. */
async function newestOperation(): Promise<string> {
  const { body } = await api.ask('GET', `/operations?image=${image}`);
  const [newest] = body.items as readonly Told[];
  return String(newest?.operationId);
}

/** Begins a creation that takes minutes, and goes on once SageMaker has begun, too. */
async function creating(region: string): Promise<string> {
  await cloud.image(image, region);
  cloud.cloud.settings.change({ durations: { create: 120 } });
  const before = cloud.called('GetResourceRequestStatus');
  const operationId = await asked('create', region);
  while (cloud.called('GetResourceRequestStatus') === before) await cloud.cloud.clock.sleep(100);
  return operationId;
}

describe.each(KINDS)('%s', (kind) => {
  beforeEach(async () => {
    await cloud.image(image);
    if (kind !== 'create') await cloud.version(image);
  });

  test('that was accepted and has no place in the queue yet gets one from the sweeper, and is done', async () => {
    killer.arm('api-write', 1, 'after', 1, (operation) => operation === 'PutItem');
    const cutOff = await ask(kind);
    expect(cutOff.status).toBeGreaterThanOrEqual(500);
    expect(await api.final(await newestOperation())).toMatchObject({ kind, status: 'SUCCEEDED' });
  });

  test(
    'that is next is started by whoever hears that a workflow ended which could not hand on',
    async () => {
      deaf = 'sweep';
      // In its first run and in the state machine's six repeats.
      killer.arm('settle', 1, 'before', 7);
      const first = await asked('create');
      const next = await asked(kind);
      expect(await api.final(first)).toMatchObject({ status: 'FAILED', error: { name: 'RecordNotClosed' } });
      expect(await api.final(next)).toMatchObject({ kind, status: 'SUCCEEDED' });
    },
    LONG,
  );
});

describe.each(REGIONS)('what a creation made in %s is named', (region) => {
  test(
    'by whoever hears that its workflow could not tell',
    async () => {
      deaf = 'sweep';
      await cloud.image(image, region);
      killer.arm('settle', 1, 'before', 7);
      const { error } = await api.final(await asked('create', region));
      expect(error).toMatchObject({ message: expect.stringContaining(versionArn(image, 1, region)) });
    },
    LONG,
  );

  test(
    'by settle where its workflow crashed',
    async () => {
      await cloud.image(image, region);
      killer.arm('check', 1, 'before', 7);
      const { error } = await api.final(await asked('create', region));
      expect(error).toMatchObject({
        name: 'WorkflowCrashed',
        message: expect.stringContaining(versionArn(image, 1, region)),
      });
    },
    LONG,
  );

  test('by the sweeper where its workflow was stopped', async () => {
    const operationId = await creating(region);
    const sfn = new SFNClient(cloud.clientOptions());
    const executionArn = `arn:aws:states:us-east-1:000000000000:execution:create-image-version-dev:${operationId}`;
    await sfn.send(new StopExecutionCommand({ executionArn }));
    sfn.destroy();
    const { status, error } = await api.final(operationId);
    expect(status).toBe('CANCELLED');
    expect(error).toMatchObject({ message: expect.stringContaining(versionArn(image, 1, region)) });
  });
});

test.each(REGIONS)(
  'a cancellation in %s that was marked and not made is made by the sweeper',
  async (region) => {
    const operationId = await creating(region);
    killer.arm('api-write', 1, 'before', 1, (operation) => operation === 'CancelResourceRequest');
    const cutOff = await api.ask('POST', `/operations/${operationId}/cancel`);
    expect(cutOff.status).toBeGreaterThanOrEqual(500);
    expect(await api.final(operationId)).toMatchObject({
      status: 'CANCELLED',
      history: [{ event: 'request', step: 'create', status: 'CANCEL_COMPLETE' }],
    });
  },
);
