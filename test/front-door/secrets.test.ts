import type { CallMiddleware } from '../../local/aws/call-middleware.ts';
import { ApiCloud } from '../api/api-cloud.ts';
import { command } from '../cli/command.ts';
import { TestCloud } from '../workflows/cloud.ts';
import {
  BASE,
  INPUT,
  KEY,
  MANIFEST,
  NOTES,
  PARAM,
  planted,
  QUERY,
  quoted,
  SIGNATURE,
  SIGNED,
  SQL,
  TOKEN,
  WORDS,
} from './planted.ts';

/**
 * Nothing that is secret, and nothing of what a caller wrote, stands in a log: docs/runbook.md, "What logs may say". Words
 * that can be found again are sent by every door, in requests that succeed and that fail in every way; then everything that
 * was printed is looked through for them.
 */

const clientTokens = new Set<string>();
/** Client tokens, as AWS was given them. */
const listening: CallMiddleware = (call, next) => {
  const { ClientToken } = { ClientToken: undefined, ...call.input };
  if (typeof ClientToken === 'string') clientTokens.add(ClientToken);
  return next();
};

let api: ApiCloud;
let cloud: TestCloud;
const printed: string[] = [];
let killed = 0;
let stopped: Promise<void> | undefined;
const stop = () => {
  stopped ??= cloud.stop();
  return stopped;
};

beforeAll(async () => {
  // What the local cloud prints itself is looked through as well.
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    jest.spyOn(console, method).mockImplementation((...said: unknown[]) => {
      printed.push(said.map(String).join(' '));
    });
  }
  cloud = await TestCloud.start({
    aroundCalls: listening,
    onLog: ({ text }) => printed.push(text),
    invocationFaults: {
      faultOf: (functionName) => {
        if (killed === 0 || !functionName.includes('submit')) return { kind: 'none' };
        killed -= 1;
        return { kind: 'kill', when: 'after' };
      },
    },
  });
  api = new ApiCloud(cloud);
  await cloud.image('planted');
});
afterAll(async () => {
  await stop();
  jest.restoreAllMocks();
});

function ask(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
  return api.ask(method, path, {
    headers: { ...SIGNED, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

const versions = '/images/planted/versions';
const body = { BaseImage: BASE, ReleaseNotes: NOTES };

async function made(key: string, more: object = {}): Promise<string> {
  const { status, body: told } = await ask(
    'POST',
    versions,
    { ...body, ...more },
    { 'idempotency-key': key },
  );
  expect([200, 202]).toContain(status);
  const operationId = String(told.operationId);
  await api.final(operationId);
  return operationId;
}

async function whatSucceeds(): Promise<void> {
  await made(KEY);
  await made(KEY);
  const changed = await ask('PATCH', `${versions}/1?region=us-east-1`, { ReleaseNotes: `${NOTES}.` });
  await api.final(String(changed.body.operationId));
  const live = 'awscc.sagemaker.image_versions';
  const sql = `SELECT '${SQL}' AS a, '{{ p }}' AS b, release_notes FROM ${live} WHERE region = 'us-east-1'`;
  expect((await ask('POST', '/query', { sql, params: { p: PARAM } })).status).toBe(200);
  const resources = [
    {
      name: 'v',
      props: [
        { name: 'image_name', value: 'planted' },
        { name: 'base_image', value: MANIFEST },
      ],
    },
  ];
  const globals = [{ name: 'region', value: 'us-east-1' }];
  const manifest = { version: 1, name: 'm', providers: ['aws'], globals, resources };
  for (const verb of ['plan', 'test', 'build']) {
    expect((await ask('POST', `/manifests/${verb}`, { manifest, vars: { p: PARAM } })).status).toBeLessThan(
      300,
    );
  }
  expect((await ask('POST', '/snapshots')).status).toBe(202);
  await cloud.run('create', { properties: { ImageName: 'planted', BaseImage: BASE, ReleaseNotes: INPUT } });
  const deleted = await ask('DELETE', `${versions}/1`);
  await api.final(String(deleted.body.operationId));
}

async function whatIsRefused(): Promise<void> {
  const statuses = [
    (await ask('POST', versions, { ...body, Processor: NOTES, [NOTES]: 1 })).status,
    (await ask('POST', versions, { ...body, ReleaseNotes: 'other' }, { 'idempotency-key': KEY })).status,
    (await ask('POST', versions, { ...body, ReleaseNotes: NOTES.repeat(50_000) })).status,
    (await ask('POST', '/query', { sql: `SELECT ${SQL} FROM nowhere` })).status,
    (await ask('POST', '/query', { sql: `SELEKT '${SQL}'`, params: { p: PARAM } })).status,
    (await ask('POST', '/manifests/plan', { manifest: `name: [${MANIFEST}` })).status,
    (await ask('GET', `/inventory?alias=${QUERY}&force=${QUERY}`)).status,
    (await ask('GET', `/images?cursor=${QUERY}`)).status,
    (await ask('POST', versions, body, { 'idempotency-key': `${KEY},${KEY}` })).status,
  ];
  expect(statuses).toEqual([422, 422, 413, 400, 400, 422, 400, 400, 400]);
  const { status } = await cloud.run('create', { properties: { ReleaseNotes: INPUT }, [INPUT]: INPUT });
  expect(status).toBe('FAILED');
}

/** The services behind fail, in words that quote what they were given. */
async function whatGoesWrong(): Promise<void> {
  cloud.fault(quoted('AWSStepFunctions', 'StartExecution'));
  await made(`${KEY}-2`);
  for (const [service, operation] of [
    ['DynamoDB_20120810', 'TransactWriteItems'],
    ['DynamoDB_20120810', 'PutItem'],
    ['DynamoDB_20120810', 'GetItem'],
  ] as const) {
    cloud.fault(quoted(service, operation));
    await ask('POST', versions, body, { 'idempotency-key': `${KEY}-${operation}` });
    cloud.cloud.faults.remove();
  }
  cloud.fault(quoted('CloudApiService', 'CreateResource'));
  await made(`${KEY}-3`);
  cloud.fault({
    match: { handler: 'CREATE' },
    effect: { kind: 'fail-request', errorCode: 'InvalidRequest', message: `Invalid: ${NOTES}` },
  });
  await made(`${KEY}-4`);
  cloud.fault(quoted('DynamoDB_20120810', 'UpdateItem'));
  await ask('POST', versions, body, { 'idempotency-key': `${KEY}-5` });
  const begun = await ask('POST', versions, body, { 'idempotency-key': `${KEY}-5` });
  cloud.fault(quoted('DynamoDB_20120810', 'UpdateItem', 4));
  await api.final(String(begun.body.operationId));
  cloud.cloud.faults.remove();
  killed = 2;
  await made(`${KEY}-6`);
  cloud.fault(quoted('AWSEvents', 'PutEvents', 2));
  await made(`${KEY}-7`);
  cloud.cloud.faults.remove();
}

test('what succeeds, what is refused and what goes wrong is all asked for', async () => {
  await whatSucceeds();
  await whatIsRefused();
  await whatGoesWrong();
  expect(clientTokens.size).toBeGreaterThan(5);
}, 60_000);

test('events carry no key, no token, no statement and no manifest', () => {
  const events = JSON.stringify(cloud.cloud.events.recent({ limit: 1000 }).map(({ event }) => event));
  expect(events).toContain('ImageVersionOperationSucceeded');
  for (const word of [SIGNATURE, KEY, SQL, PARAM, QUERY]) expect(events).not.toContain(word);
  for (const token of clientTokens) expect(events).not.toContain(token);
});

test('the command prints nothing of its credentials, whatever becomes of its request', async () => {
  const env = {
    IMAGE_VERSIONS_API: cloud.cloud.apiUrl,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: planted('secret-key'),
    AWS_SESSION_TOKEN: TOKEN,
    AWS_REGION: 'us-east-1',
  };
  const ended = await Promise.all([
    command(['list', 'planted', '--sign'], { env }),
    command(['create', 'planted', '--base-image', '', '--sign'], { env }),
    command(['get', 'planted', '999', '--sign'], { env }),
    command(['list', '--sign', '--api', 'http://127.0.0.1:1'], { env }),
    command(['query', 'SELEKT', '--sign'], { env }),
  ]);
  expect(ended.map(({ exit }) => exit === 0)).toEqual([true, false, false, false, false]);
  for (const { out, err } of ended) {
    expect(out + err).not.toContain(planted('secret-key'));
    expect(out + err).not.toContain(TOKEN);
    expect(out + err).not.toMatch(/Signature=|Credential=/);
  }
}, 60_000);

test('no log has a word of any of it', async () => {
  // A function's last lines come after its answer.
  await stop();
  expect(printed.length).toBeGreaterThan(100);
  const leaks = printed.filter((line) => line.match(WORDS) !== null);
  expect(leaks).toEqual([]);
  const tokens = [...clientTokens].filter((token) => printed.some((line) => line.includes(token)));
  expect(tokens).toEqual([]);
  // Of what went wrong there is still enough to see what it was.
  expect(printed.some((line) => line.includes('ValidationException'))).toBe(true);
});

test('a word that is printed is found', () => {
  expect(`a line with ${NOTES}`.match(WORDS)).toEqual([NOTES]);
});
