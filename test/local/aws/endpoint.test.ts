import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import type { ServiceCall } from '../../../local/aws/call-middleware.ts';
import { type AwsEndpoint, createAwsEndpoint } from '../../../local/aws/endpoint.ts';
import { type AwsCall, AwsError } from '../../../local/aws/service.ts';
import { Clock } from '../../../local/clock.ts';

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=AKIA/20261124/eu-west-1/echo/aws4_request, SignedHeaders=host, Signature=00';

let endpoint: AwsEndpoint;
let url: string;
let calls: AwsCall[];
let unexpected: unknown[];

beforeEach(async () => {
  calls = [];
  unexpected = [];
  endpoint = createAwsEndpoint({
    services: [
      {
        target: 'Echo',
        contentType: 'application/x-amz-json-1.0',
        call: async (call) => {
          calls.push(call);
          if (call.operation === 'Break') throw new TypeError('a defect');
          if (call.operation === 'Refuse') throw new AwsError('NoSuchThing', 'There is none');
          return { echoed: call.input };
        },
      },
    ],
    routes: [
      {
        matches: (request) => request.url === '/route',
        handle: (_request, response) => {
          response.end('routed');
        },
      },
    ],
    clock: new Clock(),
    newId: randomUUID,
    onUnexpected: (error) => unexpected.push(error),
    maxBodyBytes: 1000,
  });
  ({ url } = await endpoint.listen(0));
});

afterEach(() => endpoint.close());

function post(
  target: string,
  body: string,
  headers: Record<string, string> = { authorization: AUTHORIZATION },
) {
  return fetch(url, { method: 'POST', body, headers: { 'x-amz-target': target, ...headers } });
}

test('a call reaches its service with what its signature says', async () => {
  const response = await post('Echo.Say', '{"a":1}');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.0');
  expect(response.headers.get('x-amzn-requestid')).toBeTruthy();
  expect(await response.json()).toEqual({ echoed: { a: 1 } });
  const expected: Partial<ServiceCall> = { operation: 'Say', region: 'eu-west-1', accessKeyId: 'AKIA' };
  expect(calls).toEqual([expect.objectContaining(expected)]);
});

test.each([
  ['an unsigned call', 'Echo.Say', '{}', {}, 400, 'MissingAuthenticationTokenException'],
  [
    'a signature without scope',
    'Echo.Say',
    '{}',
    { authorization: 'Bearer x' },
    400,
    'IncompleteSignatureException',
  ],
  ['a body that is no JSON', 'Echo.Say', '{', undefined, 400, 'SerializationException'],
  ['a body that is no object', 'Echo.Say', '[]', undefined, 400, 'SerializationException'],
  ['too large a body', 'Echo.Say', `"${'x'.repeat(2000)}"`, undefined, 413, 'RequestEntityTooLargeException'],
  ['what the service refuses', 'Echo.Refuse', '{}', undefined, 400, 'NoSuchThing'],
] as const)('%s is refused in AWS wire format', async (_name, target, body, headers, status, error) => {
  const response = await post(target, body, headers);
  expect(response.status).toBe(status);
  expect(response.headers.get('x-amzn-errortype')).toBe(error);
  const { __type, message } = (await response.json()) as Record<string, string>;
  expect(__type).toBe(error);
  expect(message).toBeTruthy();
});

test.each([
  ['application/x-amz-json-1.0', 'com.amazon.coral.service#UnknownOperationException'],
  ['application/x-amz-json-1.1', 'UnknownOperationException'],
])('in %s, an unknown service is answered as an unknown operation', async (contentType, type) => {
  const headers = { authorization: AUTHORIZATION, 'content-type': contentType };
  const response = await post('Nowhere.Say', '{}', headers);
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toBe(contentType);
  expect(await response.json()).toMatchObject({
    __type: type,
    message: expect.stringContaining('Nowhere.Say'),
  });
});

test('a defect is reported and answered as InternalFailure, and the endpoint lives on', async () => {
  const response = await post('Echo.Break', '{}');
  expect(response.status).toBe(500);
  expect(unexpected).toEqual([expect.any(TypeError)]);
  expect((await post('Echo.Say', '{}')).status).toBe(200);
});

test('routes answer what no service owns; nothing else is answered', async () => {
  expect(await (await fetch(`${url}/route`)).text()).toBe('routed');
  const lost = await fetch(`${url}/elsewhere`);
  expect(lost.status).toBe(404);
  expect(await lost.text()).toContain('/_local/');
});

test('a client that breaks off does no harm', async () => {
  const { port } = new URL(url);
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      const head = 'POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: Echo.Say\r\ncontent-length: 500\r\n\r\n{"a":';
      socket.write(head, () => socket.destroy());
    });
    socket.on('close', () => resolve());
    socket.on('error', reject);
  });
  expect((await post('Echo.Say', '{}')).status).toBe(200);
  expect(unexpected).toEqual([]);
});

test('a port that is taken is said in a sentence', async () => {
  const second = createAwsEndpoint({
    services: [],
    clock: new Clock(),
    newId: randomUUID,
    onUnexpected: (error) => unexpected.push(error),
  });
  const port = Number(new URL(url).port);
  await expect(second.listen(port)).rejects.toThrow(`Port ${port} of 127.0.0.1 is taken`);
});
