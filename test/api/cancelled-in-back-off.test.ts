import type { CallMiddleware } from '../../local/aws/call-middleware.ts';
import { functionNameOf } from '../../local/aws/lambda/credentials.ts';
import { TestCloud } from '../workflows/cloud.ts';
import { ApiCloud } from './api-cloud.ts';

/** An operation that is cancelled while its machine waits in BackOff sends nothing more. */

/** What comes after the write in which the function notes that its call failed: the machine is about to wait. */
let afterNote: (() => Promise<void>) | undefined;
const around: CallMiddleware = async (call, next) => {
  const answer = await next();
  const submits = functionNameOf(call.accessKeyId)?.startsWith('image-version-submit-') === true;
  if (submits && isNote(call.input) && afterNote) {
    const work = afterNote;
    afterNote = undefined;
    await work();
  }
  return answer;
};

function isNote({ UpdateExpression }: Readonly<Record<string, unknown>>): boolean {
  return String(UpdateExpression).includes('#history');
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

test.each([
  ['create', 'CreateResource', 'throttle', 'before step create was sent'],
  ['create', 'CreateResource', 'disconnect', 'whether its last call was carried out is not known'],
  ['delete', 'DeleteResource', 'throttle', 'before step delete was sent'],
  ['delete', 'DeleteResource', 'disconnect', 'whether its last call was carried out is not known'],
])('a %s whose %s met %s', async (kind, operation, effect, message) => {
  const image = `${kind}-${effect}`;
  await cloud.image(image);
  await cloud.version(image);
  cloud.fault({ match: { operation }, times: 1, effect: { kind: effect } });
  const cancel = async () => {
    const { body } = await api.ask('GET', `/operations?image=${image}&status=RUNNING`);
    const [running] = body.items as readonly { readonly operationId: string }[];
    expect((await api.ask('POST', `/operations/${running?.operationId}/cancel`)).status).toBe(202);
  };
  afterNote = cancel;
  const sent = cloud.called(operation);
  const { body } =
    kind === 'create'
      ? await api.ask('POST', `/images/${image}/versions`, { body: { BaseImage: 'registry/image:2' } })
      : await api.ask('DELETE', `/images/${image}/versions/1`);
  const ended = await api.final(String(body.operationId));
  expect(ended).toMatchObject({
    status: 'CANCELLED',
    error: { name: 'RequestCancelled', message: expect.stringContaining(message) },
  });
  expect(cloud.called(operation)).toBe(sent + 1);
  expect(await cloud.versions(image)).toEqual(['1 CREATED']);
});
