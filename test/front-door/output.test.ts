import { CloudControlClient, CreateResourceCommand } from '@aws-sdk/client-cloudcontrol';
import { CreateImageCommand, DescribeImageCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CloudCommand } from '../fixtures/cloud-command.ts';
import { BASE, KEY, NOTES, planted, QUERY, quoted, SIGNED, WORDS } from './planted.ts';

/**
 * What `npm start` prints, on standard output and standard error and with everything that the functions log, has no word of
 * what its callers keep to themselves: secrets.test.ts, once more from outside the process.
 */

const IMAGE = 'planted';
const VERSIONS = `/images/${IMAGE}/versions`;
const OWN_TOKEN = planted('client-token');
/** The workflows' own client tokens are 64 such characters; so are the names of bundles in stack traces. */
const HASHED_TOKEN = /(?<!asset\.)\b[0-9a-f]{64}\b/g;
const body = { BaseImage: BASE, ReleaseNotes: NOTES };

const command = new CloudCommand(
  ...['--aws-port', '0', '--api-port', '0', '--speed', '100', '--durations', 'create=1', '--verbose'],
);
let aws: string;
let api: string;
beforeAll(async () => {
  ({ aws, api } = await command.ready());
  const client = new SageMakerClient(clientOptions());
  const RoleArn = 'arn:aws:iam::000000000000:role/image';
  await client.send(new CreateImageCommand({ ImageName: IMAGE, RoleArn }));
  while ((await client.send(new DescribeImageCommand({ ImageName: IMAGE }))).ImageStatus !== 'CREATED');
  client.destroy();
});
afterAll(() => command.kill());

function clientOptions() {
  const credentials = { accessKeyId: 'outside', secretAccessKey: planted('secret-key') };
  return { endpoint: aws, region: 'us-east-1', credentials, maxAttempts: 1 };
}

async function ask(method: string, path: string, key: string, sent: unknown): Promise<Response> {
  const headers = { ...SIGNED, 'content-type': 'application/json', 'idempotency-key': key };
  return fetch(`${api}${path}`, { method, headers, body: JSON.stringify(sent) });
}

/** Asks for a version and waits until it is there, or is not to be. @returns how it ended */
async function ended(key: string): Promise<string> {
  const { operationId }: { operationId: string } = JSON.parse(
    await (await ask('POST', VERSIONS, key, body)).text(),
  );
  for (;;) {
    const response = await fetch(`${api}/operations/${operationId}`, { headers: SIGNED });
    const { status }: { status: string } = JSON.parse(await response.text());
    if (status !== 'QUEUED' && status !== 'RUNNING') return status;
  }
}

async function fault(rule: object): Promise<void> {
  const { status } = await fetch(`${aws}/_local/faults`, { method: 'POST', body: JSON.stringify(rule) });
  expect(status).toBe(200);
}

/** At the other door, with a token of the caller's own: taken, and refused for having been used. */
async function byHand(): Promise<void> {
  const client = new CloudControlClient(clientOptions());
  const create = (BaseImage: string) =>
    client.send(
      new CreateResourceCommand({
        TypeName: 'AWS::SageMaker::ImageVersion',
        DesiredState: JSON.stringify({ ImageName: IMAGE, BaseImage, ReleaseNotes: NOTES }),
        ClientToken: OWN_TOKEN,
      }),
    );
  await create(BASE);
  await expect(create(`${BASE}.1`)).rejects.toMatchObject({
    name: 'ClientTokenConflictException',
    message: expect.stringContaining(OWN_TOKEN),
  });
  client.destroy();
}

test('no word of requests that succeed, are refused and fail is printed, until the process has ended', async () => {
  expect(await ended(KEY)).toBe('SUCCEEDED');
  expect(await ended(KEY)).toBe('SUCCEEDED');
  const refused = [
    await ask('POST', VERSIONS, KEY, { ...body, ReleaseNotes: `${NOTES}.` }),
    await ask('POST', VERSIONS, `${KEY}-1`, { ...body, Processor: NOTES }),
    await ask('POST', `/query?${QUERY}`, KEY, { sql: `SELEKT '${NOTES}'` }),
    await ask('POST', `/nowhere?${QUERY}`, KEY, body),
  ];
  expect(refused.map(({ status }) => status)).toEqual([422, 422, 400, 404]);
  await fault(quoted('CloudApiService', 'CreateResource'));
  expect(await ended(`${KEY}-2`)).toBe('FAILED');
  await fault(quoted('AWSStepFunctions', 'StartExecution'));
  expect(await ended(`${KEY}-3`)).toBe('SUCCEEDED');
  // By whoever wanted to start one: it is logged as it is here, without what AWS's message quotes.
  await command.says(/"(starting|finishing|sweeping) operation .*ValidationException/);
  await byHand();

  command.child.kill('SIGINT');
  expect(await command.ended).toBe(0);
  const { printed } = command;
  expect(printed).toContain('image-version-submit-create-dev: ');
  expect(printed.match(WORDS)).toBeNull();
  expect(printed.match(HASHED_TOKEN)).toBeNull();
}, 60_000);
