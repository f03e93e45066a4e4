import type { InvocationFaults } from '../../local/aws/lambda/invocation-faults.ts';
import { BASE_IMAGE, TestCloud } from './cloud.ts';

/** What Lambda does with the events of functions that fail every time: the stack bounds it, and keeps what is worth it. */

/** Function that dies at each of its invocations. */
let dying: string | undefined;
const invocations = new Map<string, number>();
const invocationFaults: InvocationFaults = {
  faultOf: (functionName) => {
    invocations.set(functionName, (invocations.get(functionName) ?? 0) + 1);
    return functionName === dying ? { kind: 'kill', when: 'before' } : { kind: 'none' };
  },
};

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.start({ invocationFaults });
});
beforeEach(async () => {
  await cloud.reset();
  await cloud.image('demo');
  invocations.clear();
});
afterAll(async () => {
  await cloud.stop();
  expect(cloud.unexpected).toEqual([]);
});

async function deadLetters(): Promise<readonly { readonly body: string }[]> {
  const response = await fetch(`${cloud.cloud.awsUrl}/_local/queues/image-version-undelivered-dev`);
  const { messages } = (await response.json()) as { readonly messages: readonly { readonly body: string }[] };
  return messages;
}

test('the end of an execution that is not handled in three attempts lies in the dead-letter queue', async () => {
  dying = 'image-version-execution-ended-dev';
  const { arn } = await cloud.run('create', { properties: { ImageName: 'demo', BaseImage: BASE_IMAGE } });
  while ((await deadLetters()).length === 0) await cloud.cloud.clock.sleep(10_000);
  const [letter, ...others] = await deadLetters();
  expect(others).toEqual([]);
  expect(JSON.parse(letter?.body ?? '')).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload: { source: 'aws.states', detail: { executionArn: arn, status: 'SUCCEEDED' } },
  });
});

test('a sweep that fails is not run again: the next minute has its own', async () => {
  dying = 'image-version-sweep-dev';
  const minutes = 10;
  for (let minute = 0; minute < minutes; minute += 1) await cloud.cloud.clock.sleep(60_000);
  dying = undefined;
  await cloud.cloud.events.settled();
  const sweeps = invocations.get('image-version-sweep-dev') ?? 0;
  expect(sweeps).toBeGreaterThan(1);
  expect(sweeps).toBeLessThanOrEqual(minutes + 1);
});
