import type { CallMiddleware } from '../../local/aws/call-middleware.ts';
import { functionNameOf } from '../../local/aws/lambda/credentials.ts';
import { manifestOf } from '../lambda/manifest/manifest-world.ts';
import { TestCloud } from '../workflows/cloud.ts';
import { type Answer, ApiCloud, type Told } from './api-cloud.ts';

/** An operation that is cancelled while whoever accepted it is about to start it is not started, and holds up no other. */

/** What comes between a function's look at the queue and its claim of the image. */
let between: { readonly functionName: string; readonly work: () => Promise<void> } | undefined;
const around: CallMiddleware = async (call, next) => {
  const interrupted = between;
  const caller = functionNameOf(call.accessKeyId);
  if (interrupted && caller === interrupted.functionName && isClaim(call.input)) {
    between = undefined;
    await interrupted.work();
  }
  return next();
};

function isClaim({ UpdateExpression }: Readonly<Record<string, unknown>>): boolean {
  return UpdateExpression === 'SET #holder = :holder';
}

let api: ApiCloud;
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.start({ aroundCalls: around });
  api = new ApiCloud(cloud);
});
afterAll(async () => {
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});

const INSERT = `INSERT INTO awscc.sagemaker.image_versions (ImageName, BaseImage, region)
                SELECT '{{ image }}', 'registry/image:1', 'us-east-1'`;

const DOORS: readonly [side: string, accept: (image: string) => Promise<Answer>][] = [
  [
    'api-write',
    (image) => api.ask('POST', `/images/${image}/versions`, { body: { BaseImage: 'registry/image:1' } }),
  ],
  ['api-query', (image) => api.ask('POST', '/query', { body: { sql: INSERT, params: { image } } })],
  [
    'api-manifest',
    (image) => {
      const manifest = manifestOf({ one: { image_name: image, base_image: 'registry/image:1' } });
      return api.ask('POST', '/manifests/build', { body: { manifest } });
    },
  ],
];

test.each(DOORS)('accepted by %s', async (side, accept) => {
  const image = `of-${side}`;
  await cloud.image(image);
  const cancelled: Told[] = [];
  const work = async () => {
    const { body } = await api.ask('GET', `/operations?image=${image}`);
    for (const { operationId } of body.items as readonly Told[]) {
      expect((await api.ask('POST', `/operations/${operationId}/cancel`)).status).toBe(200);
      cancelled.push(await api.operation(operationId));
    }
  };
  between = { functionName: `image-version-${side}-dev`, work };
  expect((await accept(image)).status).toBeLessThan(300);

  expect(cancelled).toMatchObject([{ status: 'CANCELLED', history: [] }]);
  // Nothing of it is left in the queue.
  const next = await api.create(image);
  expect(await api.final(next.operationId, 30)).toMatchObject({ status: 'SUCCEEDED', version: 1 });
});
