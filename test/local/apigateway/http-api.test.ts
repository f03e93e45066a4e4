// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are CloudFormation's own placeholders
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { type LocalCloud, startLocalCloud } from '../../../local/local-cloud.ts';
import { functionNamed, permission, ROLE, writeAssembly } from '../assembly-files.ts';

/** The routes of a template's API, called as a client calls them. */

const code = `export const handler = async (event) => {
  const mode = event.queryStringParameters?.mode;
  if (mode === 'throw') throw new Error('told to');
  if (mode === 'malformed') return { statusCode: 'many' };
  if (mode === 'bare') return { pathParameters: event.pathParameters };
  if (mode === 'cookies') return { statusCode: 200, cookies: ['a=1', 'b=2; Secure'] };
  if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, 1500));
  if (mode === 'binary') {
    return { statusCode: 200, headers: { 'content-type': 'image/png' }, body: '/wD/', isBase64Encoded: true };
  }
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };
};`;

const route = (key: string, integration: string, AuthorizationType = 'AWS_IAM') => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ApiId: { Ref: 'Api' },
    AuthorizationType,
    RouteKey: key,
    Target: { 'Fn::Join': ['', ['integrations/', { Ref: integration }]] },
  },
});

const integration = (TimeoutInMillis: number) => ({
  Type: 'AWS::ApiGatewayV2::Integration',
  Properties: {
    ApiId: { Ref: 'Api' },
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: { 'Fn::GetAtt': ['Echo', 'Arn'] },
    PayloadFormatVersion: '2.0',
    TimeoutInMillis,
  },
});

const resources = {
  Role: ROLE,
  Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/api/access' } },
  Echo: functionNamed('echo'),
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ProtocolType: 'HTTP' } },
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: {
      ApiId: { Ref: 'Api' },
      AutoDeploy: true,
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingBurstLimit: 20, ThrottlingRateLimit: 10 },
      RouteSettings: { 'GET /rare': { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 1 } },
      AccessLogSettings: {
        DestinationArn: { 'Fn::GetAtt': ['Logs', 'Arn'] },
        Format:
          '$context.httpMethod $context.path $context.routeKey $context.status $context.identity.userArn $context.nothing',
      },
    },
  },
  Integration: integration(29_000),
  Impatient: integration(300),
  Images: route('ANY /images/{imageName}/versions', 'Integration'),
  Open: route('POST /open', 'Integration', 'NONE'),
  Slow: route('GET /slow', 'Impatient', 'NONE'),
  Rare: route('GET /rare', 'Integration', 'NONE'),
  Allowed: permission('Echo', 'apigateway', {
    'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*/*',
  }),
};

let directory: string;
let cloud: LocalCloud;
const unexpected: unknown[] = [];

beforeAll(async () => {
  directory = writeAssembly(resources, { echo: code });
  cloud = await startLocalCloud({
    assembly: directory,
    clock: { skipIdle: true },
    onUnexpected: (error) => unexpected.push(error),
  });
});
beforeEach(async () => {
  cloud.settings.reset();
  // Fills the stage's bucket.
  await cloud.clock.sleep(10_000);
});
afterEach(() => expect(unexpected.splice(0)).toEqual([]));
afterAll(async () => {
  await cloud.stop();
  rmSync(directory, { recursive: true });
});

async function ask(path: string, init: RequestInit = {}) {
  const response = await fetch(`${cloud.apiUrl}${path}`, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>,
  };
}

const sigV4 = (key: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${key}/20261124/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0`,
});

/** Sends what a socket takes; answers the first line that comes back. */
async function statusLine(sent: string): Promise<string> {
  const socket = connect(Number(new URL(cloud.apiUrl).port), '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
  });
  socket.write(sent);
  await once(socket, 'close');
  return received.split('\r\n')[0] ?? '';
}

test('a function gets the event of payload format 2.0, and its answer is answered', async () => {
  const { status, headers, body } = await ask('/images/a%20b/versions?x=1&y=a%2Cb&x=2', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', 'X-Mixed': 'Case', cookie: 'a=1; b=2' },
    body: '{"a":"ü"}',
  });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json');
  const { host } = new URL(cloud.apiUrl);
  expect(body).toEqual({
    version: '2.0',
    routeKey: 'ANY /images/{imageName}/versions',
    rawPath: '/images/a b/versions',
    rawQueryString: 'x=1&y=a%2Cb&x=2',
    cookies: ['a=1', 'b=2'],
    headers: expect.objectContaining({
      host,
      'content-type': 'application/json',
      'x-mixed': 'Case',
      'x-forwarded-proto': 'http',
    }),
    queryStringParameters: { x: '1,2', y: 'a,b' },
    pathParameters: { imageName: 'a b' },
    requestContext: {
      accountId: '000000000000',
      apiId: cloud.assembly.httpApis[0]?.id,
      authorizer: {
        iam: {
          accessKey: 'local',
          accountId: '000000000000',
          callerId: 'local',
          cognitoIdentity: null,
          principalOrgId: null,
          userArn: 'arn:aws:iam::000000000000:user/local',
          userId: 'local',
        },
      },
      domainName: host,
      domainPrefix: '127',
      http: {
        method: 'PATCH',
        path: '/images/a b/versions',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'node',
      },
      requestId: headers.get('apigw-requestid'),
      routeKey: 'ANY /images/{imageName}/versions',
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/20\d\d:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    },
    body: '{"a":"ü"}',
    isBase64Encoded: false,
  });
});

test('a path is decoded twice, and cut at an encoded question mark', async () => {
  const { body } = await ask('/images/a%252Fb/versions%3Fx=1?y=2');
  expect(body).toMatchObject({
    routeKey: 'ANY /images/{imageName}/versions',
    rawPath: '/images/a/b/versions',
    rawQueryString: 'y=2',
    pathParameters: { imageName: 'a/b' },
    requestContext: { http: { path: '/images/a/b/versions' } },
  });
});

test('what a request does not have, the event does not have', async () => {
  const { body } = await ask('/open', { method: 'POST' });
  expect(Object.keys(body).sort()).toEqual([
    'headers',
    'isBase64Encoded',
    'rawPath',
    'rawQueryString',
    'requestContext',
    'routeKey',
    'version',
  ]);
  expect(body.requestContext).not.toHaveProperty('authorizer');
});

test.each([
  ['application/json', false],
  ['text/plain; charset=utf-8', false],
  ['application/merge-patch+json', true],
  ['application/x-www-form-urlencoded', true],
  ['application/octet-stream', true],
])('a body of type %s: base64 %p', async (type, encoded) => {
  const { body } = await ask('/open', { method: 'POST', headers: { 'content-type': type }, body: 'a=1' });
  expect(body.isBase64Encoded).toBe(encoded);
  expect(body.body).toBe(encoded ? Buffer.from('a=1').toString('base64') : 'a=1');
});

test('repeated headers are joined', async () => {
  const answered = new Promise<string>((resolve, reject) => {
    const request = httpRequest(`${cloud.apiUrl}/open`, { method: 'POST', headers: { 'X-A': ['1', '2'] } });
    request.on('error', reject);
    request.on('response', async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve(text);
    });
    request.end();
  });
  expect(JSON.parse(await answered).headers).toMatchObject({ 'x-a': '1,2' });
});

test('header values and request line share 10,240 bytes, to the byte; names of headers do not count', async () => {
  const { host } = new URL(cloud.apiUrl);
  const line = 'GET /images/a/versions HTTP/1.1';
  // Names of more than 4 KB in all.
  const names = Array.from({ length: 50 }, (_, index) => `x-${'name'.repeat(20)}-${index}`);
  const statusWith = async (valueBytes: number) => {
    const fixed = line.length + host.length + 'close'.length + names.length;
    const headers = [
      ['host', host],
      ['connection', 'close'],
      ...names.map((name) => [name, 'v']),
      ['x-filler', 'f'.repeat(valueBytes - fixed)],
    ];
    return statusLine(
      `${line}\r\n${headers.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`,
    );
  };
  expect(await statusWith(10_240)).toBe('HTTP/1.1 200 OK');
  expect(await statusWith(10_241)).toBe('HTTP/1.1 431 Request Header Fields Too Large');
});

test('an object without statusCode is the body of a 200', async () => {
  const answer = await ask('/images/a/versions?mode=bare');
  expect(answer.status).toBe(200);
  expect(answer.text).toBe('{"pathParameters":{"imageName":"a"}}');
});

test('cookies and bytes come through', async () => {
  const { headers } = await ask('/images/a/versions?mode=cookies');
  expect(headers.getSetCookie()).toEqual(['a=1', 'b=2; Secure']);
  const response = await fetch(`${cloud.apiUrl}/images/a/versions?mode=binary`);
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([255, 0, 255]);
});

test.each([
  ['/nothing', {}, 404, 'Not Found'],
  ['/open', {}, 404, 'Not Found'],
  ['/images/a%2Fb/versions', {}, 404, 'Not Found'],
  ['/images/100%25/versions', {}, 400, 'Bad Request'],
  ['/images/a/versions?mode=throw', {}, 500, 'Internal Server Error'],
  ['/images/a/versions?mode=malformed', {}, 500, 'Internal Server Error'],
  ['/slow?mode=slow', {}, 503, 'Service Unavailable'],
  ['/open', { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) }, 413, 'Request Entity Too Large'],
])('%s is answered in the words of API Gateway: %#', async (path, init, status, message) => {
  const answer = await ask(path, init);
  expect([answer.status, answer.body]).toEqual([status, { message }]);
  expect(answer.headers.get('apigw-requestid')).toMatch(/^[A-Za-z0-9+/]{15}=$/);
});

test('a body of just under the limit comes whole to API Gateway, and Lambda refuses it', async () => {
  const answer = await ask('/open', { method: 'POST', body: 'x'.repeat(8 * 1024 * 1024) });
  expect(answer.status).toBe(500);
});

test('the key that signs tells callers apart, in header or query', async () => {
  const first = await ask('/images/a/versions', { headers: sigV4('AKIAFIRST') });
  const second = await ask(
    '/images/a/versions?X-Amz-Credential=AKIASECOND%2F20261124%2Fus-east-1%2Fexecute-api%2Faws4_request',
  );
  const iam = (answer: typeof first) => answer.body.requestContext;
  expect(iam(first)).toMatchObject({
    authorizer: { iam: { userArn: 'arn:aws:iam::000000000000:user/AKIAFIRST', accessKey: 'AKIAFIRST' } },
  });
  expect(iam(second)).toMatchObject({
    authorizer: { iam: { userArn: 'arn:aws:iam::000000000000:user/AKIASECOND' } },
  });
});

test('with requireSignature an unsigned request is forbidden where IAM guards', async () => {
  cloud.settings.change({ requireSignature: true });
  const refused = await ask('/images/a/versions');
  expect([refused.status, refused.body]).toEqual([403, { message: 'Forbidden' }]);
  expect((await ask('/images/a/versions', { headers: { authorization: 'Bearer x' } })).status).toBe(403);
  expect((await ask('/images/a/versions', { headers: sigV4('AKIA') })).status).toBe(200);
  expect((await ask('/open', { method: 'POST' })).status).toBe(200);
});

test('the stage throttles: a burst, and then at its rate', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 60 }, async () => (await ask('/images/a/versions')).status),
  );
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(20);
  expect(statuses).toContain(429);
  const throttled = await tryUntilThrottled();
  expect(throttled.body).toEqual({ message: 'Too Many Requests' });
  await cloud.clock.sleep(1000);
  expect((await ask('/images/a/versions')).status).toBe(200);
});

async function tryUntilThrottled() {
  for (;;) {
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask('/images/a/versions')));
    const throttled = answers.find(({ status }) => status === 429);
    if (throttled) return throttled;
  }
}

test('each request is a line of the access log, whatever came of it', async () => {
  await ask('/images/a/versions', { method: 'PUT' });
  await ask('/nothing');
  const lines = cloud.lambda.logs.of('/api/access').slice(-2);
  expect(lines.map(({ text }) => text)).toEqual([
    'PUT /images/a/versions ANY /images/{imageName}/versions 200 arn:aws:iam::000000000000:user/local -',
    'GET /nothing - 404 - -',
  ]);
});

test('clients that break off, or send what is no HTTP, harm nobody', async () => {
  const { port } = new URL(cloud.apiUrl);
  const say = async (text: string) => {
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => socket.destroy());
    await new Promise<void>((resolve) => socket.write(text, () => resolve()));
    return socket;
  };
  const head = 'POST /open HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n';
  for (const text of ['POST /op', head, `${head}half`]) (await say(text)).destroy();
  const nonsense = await say('nonsense\r\n\r\n');
  const [refusal] = await once(nonsense, 'data');
  expect(String(refusal)).toMatch(/^HTTP\/1\.1 400 Bad Request/);
  const waiting = await say(head);
  // One that is still sending does not hold the clock.
  await cloud.clock.sleep(3_600_000);
  expect((await ask('/open', { method: 'POST' })).status).toBe(200);
  waiting.destroy();
});

describe('what the local cloud does not have is refused at the start', () => {
  const changed = (name: keyof typeof resources, Properties: object) => ({
    ...resources,
    [name]: {
      ...resources[name],
      Properties: { ...Reflect.get(resources[name], 'Properties'), ...Properties },
    },
  });

  test.each([
    ['Api', { ProtocolType: 'WEBSOCKET' }, /App\/Api\.ProtocolType/],
    ['Api', { CorsConfiguration: { AllowOrigins: ['*'] } }, /App\/Api\.CorsConfiguration/],
    ['Stage', { StageName: 'prod' }, /one stage, named \$default/],
    ['Stage', { AutoDeploy: false }, /App\/Stage\.AutoDeploy/],
    ['Stage', { RouteSettings: { 'GET /': { ThrottlingRateLimit: 1 } } }, /App\/Stage\.RouteSettings/],
    ['Images', { AuthorizationType: 'JWT' }, /App\/Images\.AuthorizationType \("JWT"\)/],
    ['Images', { RouteKey: 'images' }, /App\/Images\.RouteKey/],
    ['Images', { Target: 'integrations/none' }, /App\/Images\.Target/],
    ['Integration', { PayloadFormatVersion: '1.0' }, /App\/Integration\.PayloadFormatVersion/],
    ['Integration', { IntegrationType: 'HTTP_PROXY' }, /App\/Integration\.IntegrationType/],
    ['Integration', { TimeoutInMillis: 60_000 }, /TimeoutInMillis is from 50 to 30000/],
    [
      'Allowed',
      { SourceArn: 'arn:aws:execute-api:us-east-1:000000000000:other/*' },
      /lets API Gateway do so/,
    ],
    ['Allowed', { Principal: 'events.amazonaws.com' }, /lets API Gateway do so/],
  ] as const)('%s with %j', async (name, properties, message) => {
    const wrong = writeAssembly(changed(name, properties), { echo: code });
    await expect(startLocalCloud({ assembly: wrong })).rejects.toThrow(message);
    rmSync(wrong, { recursive: true });
  });
});

test('a route with a limit of its own is bounded by that, in place of the stage’s', async () => {
  const statuses = async (path: string, method: string, count: number) =>
    Promise.all(Array.from({ length: count }, async () => (await ask(path, { method })).status));
  expect((await statuses('/rare', 'GET', 4)).sort()).toEqual([200, 200, 429, 429]);
  // What the route refused has taken nothing of the others'.
  expect(new Set(await statuses('/open', 'POST', 20))).toEqual(new Set([200]));
  await cloud.clock.sleep(1000);
  expect((await statuses('/rare', 'GET', 2)).sort()).toEqual([200, 429]);
});

test('settings of a route that the API does not have are refused, as API Gateway does', async () => {
  const RouteSettings = { 'GET /none': { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 1 } };
  const Stage = { ...resources.Stage, Properties: { ...resources.Stage.Properties, RouteSettings } };
  const elsewhere = writeAssembly({ ...resources, Stage }, { echo: code });
  await expect(startLocalCloud({ assembly: elsewhere })).rejects.toThrow(
    'Unable to find Route by key GET /none within the provided RouteSettings',
  );
  rmSync(elsewhere, { recursive: true });
});
