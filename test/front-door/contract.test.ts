import { openApiDocument } from '../../lambda/api/openapi.ts';
import { accessKeyIdOf } from '../../local/aws/lambda/credentials.ts';
import { SCOPE } from '../fixtures/scope.ts';
import type { FuzzClient } from './fuzz/client.ts';
import { Contract, type FuzzAnswer } from './fuzz/contract.ts';
import { readDocument } from './fuzz/document.ts';
import { judged } from './fuzz/fuzzer.ts';
import type { FuzzRequest } from './fuzz/request.ts';
import { shortest } from './fuzz/shrink.ts';
import { WriteLog } from './fuzz/writes.ts';

/** That the fuzzer sees what it looks for: each fault is told, and what is right is not. */

const contract = new Contract(
  readDocument(JSON.parse(JSON.stringify(openApiDocument({ url: 'https://api.test', ...SCOPE })))),
);
const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

function request(method: string, path: string): FuzzRequest {
  return { method, path, query: [], headers: [], body: undefined };
}

function answer(status: number, type: string, body: object | string, headers = {}): FuzzAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: { 'content-type': type, 'apigw-requestid': 'id', ...headers }, text };
}

function problem(name: string, status: number, more: object = {}): object {
  const type = `/openapi.json#/x-problems/${name}`;
  return { type, title: 'x', status, detail: 'x', instance: '/', requestId: 'id', ...more };
}

const images = request('GET', '/images');
const page = { items: [], nextCursor: null };

test.each([
  ['a page', images, answer(200, JSON_TYPE, page)],
  ['a problem', images, answer(400, PROBLEM_TYPE, problem('invalid-request', 400))],
  ['a path that is no route', request('GET', '/imagez'), answer(404, JSON_TYPE, { message: 'Not Found' })],
  ['no lines', request('GET', '/snapshots'), answer(200, 'application/x-ndjson', '')],
])('%s is as it should be', (_, asked, given) => {
  expect(contract.check(asked, given)).toEqual([]);
});

const list = 'listImages';
test.each([
  [answer(500, PROBLEM_TYPE, problem('internal-error', 500)), `${list}: status 500`],
  [answer(502, JSON_TYPE, { message: 'Bad Gateway' }), `${list}: status 502`],
  [answer(201, JSON_TYPE, page), `${list}: status 201 is not documented`],
  [answer(200, 'text/html', '<p>'), `${list}: 200 as text/html is not documented`],
  [answer(200, JSON_TYPE, { items: [] }), `${list}: the shape of 200 as application/json`],
  [answer(200, JSON_TYPE, '{"items"'), `${list}: the shape of 200 as application/json`],
  [
    answer(400, JSON_TYPE, problem('invalid-request', 400)),
    `${list}: 400 as application/json is not documented`,
  ],
  [
    answer(400, PROBLEM_TYPE, problem('malformed-body', 400)),
    `${list}: the problem malformed-body is not documented`,
  ],
  [answer(400, PROBLEM_TYPE, problem('throttled', 429)), `${list}: the problem throttled under status 400`],
  [answer(429, PROBLEM_TYPE, problem('throttled', 429)), `${list}: 429 without Retry-After`],
  [
    answer(400, PROBLEM_TYPE, problem('invalid-request', 400, { requestId: 'other' })),
    `${list}: a problem of another requestId`,
  ],
  [
    answer(
      400,
      PROBLEM_TYPE,
      problem('invalid-request', 400, { detail: 'x\n    at go (/var/task/index.mjs:1:2)' }),
    ),
    `${list}: a stack trace`,
  ],
  [answer(404, JSON_TYPE, { message: 'Not Found' }), `${list}: API Gateway's own 404`],
  [answer(200, JSON_TYPE, page, { 'apigw-requestid': undefined }), `${list}: no request id`],
])('what is not as the document says is told: %#', (given, kind) => {
  expect(contract.check(images, given).map((one) => one.kind)).toContain(kind);
});

test('a route where there is none, and lines that are not what they should be', () => {
  expect(contract.check(request('GET', '/imagez'), answer(200, JSON_TYPE, page))).not.toEqual([]);
  const snapshots = request('GET', '/snapshots');
  expect(contract.check(snapshots, answer(200, 'text/csv; charset=utf-8', 'a,b\r\n'))).not.toEqual([]);
  expect(contract.check(snapshots, answer(200, 'application/x-ndjson', '{"a":1}\n'))).not.toEqual([]);
});

/** Answers alike, and does something meanwhile. */
function judging(
  given: FuzzAnswer,
  meanwhile: (writes: WriteLog) => Promise<unknown> = async () => undefined,
) {
  const writes = new WriteLog();
  const client: Pick<FuzzClient, 'send'> = {
    send: async () => {
      await meanwhile(writes);
      return given;
    },
  };
  return { writes, parts: { client, contract, writes, sleep: async () => undefined } };
}

function called(service: string, operation: string, functionName: string, outcome = Promise.resolve({})) {
  const accessKeyId = accessKeyIdOf(functionName);
  return (writes: WriteLog) =>
    writes
      .middleware(
        { service, operation, accessKeyId, region: 'us-east-1', input: {}, requestId: '1' },
        () => outcome,
      )
      .catch((error: unknown) => error);
}

const refused = answer(400, PROBLEM_TYPE, problem('invalid-request', 400));
const creating = request('POST', '/images/a/versions');
const WRITE = 'image-version-api-write-dev';

test.each([
  ['DynamoDB_20120810', 'TransactWriteItems'],
  ['DynamoDB_20120810', 'UpdateItem'],
  ['CloudApiService', 'CreateResource'],
  ['CloudApiService', 'CancelResourceRequest'],
  ['AWSStepFunctions', 'StartExecution'],
  ['AWSEvents', 'PutEvents'],
])('a refused request that made a %s.%s is told', async (service, operation) => {
  const { parts } = judging(refused, called(service, operation, WRITE));
  const { violations } = await judged(parts, creating);
  expect(violations.map(({ kind }) => kind)).toEqual(['createImageVersion: written by 400']);
});

test('reads, refused writes and the workflows’ own writes are none of a refused request', async () => {
  for (const meanwhile of [
    called('DynamoDB_20120810', 'GetItem', WRITE),
    called(
      'DynamoDB_20120810',
      'PutItem',
      WRITE,
      Promise.reject(new Error('ConditionalCheckFailedException')),
    ),
    called('DynamoDB_20120810', 'UpdateItem', 'image-version-settle-dev'),
  ]) {
    expect((await judged(judging(refused, meanwhile).parts, creating)).violations).toEqual([]);
  }
});

test('a GET that writes is told, and so is what is written once all is answered', async () => {
  const write = called('DynamoDB_20120810', 'PutItem', 'image-version-api-read-dev');
  const reading = await judged(judging(answer(200, JSON_TYPE, page), write).parts, images);
  expect(reading.violations.map(({ kind }) => kind)).toEqual(['listImages: written by 200']);
  const { writes, parts } = judging(refused);
  await write(writes);
  const after = await judged(parts, creating);
  expect(after.violations.map(({ kind }) => kind)).toEqual(['written after an answer']);
});

test('no answer at all is told', async () => {
  const { parts } = judging(refused, () => Promise.reject(new Error('socket hang up')));
  expect((await judged(parts, creating)).violations).toEqual([
    { kind: 'createImageVersion: no answer', detail: 'socket hang up' },
  ]);
});

test('of a failing request the shortest that still fails is told', async () => {
  const long: FuzzRequest = {
    method: 'POST',
    path: '/images/a/versions',
    query: [
      ['region', 'us-east-1'],
      ['x', 'y'],
    ],
    headers: [
      ['Content-Type', JSON_TYPE],
      ['Accept', '*/*'],
    ],
    body: {
      text: JSON.stringify({ a: 'x'.repeat(50), b: { c: [1, { bad: 'z' }] }, d: 2 }),
      encoding: 'utf8',
    },
  };
  const found = await shortest(
    long,
    async ({ body, headers }) => headers.length > 0 && (body?.text.includes('"bad"') ?? false),
  );
  expect(found).toMatchObject({ query: [], headers: [['Accept', '*/*']] });
  expect(found.body?.text.length).toBeLessThan(10);
});
